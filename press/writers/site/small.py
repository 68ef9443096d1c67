"""Scripts and styles as small as they are sent: without comments, and without spaces that mean nothing."""

from __future__ import annotations

from rcssmin import cssmin
from rjsmin import jsmin


def small(name: str, text: str) -> bytes:
    """A file as it is sent, by the ending of its name; what is no script and no style stays as it is."""
    if name.endswith(".css"):
        return str(cssmin(text)).encode()
    return (str(jsmin(text)) if name.endswith(".js") else text).encode()
