"""The tools that make the editions: their versions, and what they use of the system."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from press import __version__

_PACKAGES = ("pypandoc_binary", "weasyprint", "EbookLib", "citeproc-py", "Jinja2")

PRESS_PROFILE = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
"""Inks of a common press, where Debian's libgs-common has them."""


def tool_versions() -> dict[str, str]:
    """Name -> version, for the receipt."""
    return {"press": __version__} | {name: version(name) for name in _PACKAGES}
