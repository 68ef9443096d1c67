"""A web server for tests that read the web edition as readers do."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@contextmanager
def serving(site: Path, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a folder on a server that holds the folder above it: a sub-path, as most books have."""
    handler = partial(_Handler, headers or {}, directory=str(site.parent))
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}"
        server.shutdown()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up when a page is left."""


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, added: Mapping[str, str], *args: Any, **named: Any) -> None:
        self.added = added
        super().__init__(*args, **named)

    def end_headers(self) -> None:
        """Send the headers that were asked for too."""
        for name, value in self.added.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
