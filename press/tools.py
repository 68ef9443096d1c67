"""The versions of the tools that make the editions."""

from __future__ import annotations

from importlib.metadata import version

from press import __version__

_PACKAGES = ("pypandoc_binary", "weasyprint", "EbookLib", "citeproc-py", "Jinja2")


def tool_versions() -> dict[str, str]:
    """Name -> version, for the receipt."""
    return {"press": __version__} | {name: version(name) for name in _PACKAGES}
