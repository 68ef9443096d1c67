"""The preview: the web edition on the loopback address, made again on every save."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from markupsafe import escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from watchfiles import awatch

from press.pipeline import PRESS, TEMPLATES
from press.readers.bibliography_files import bibliography_files

_BUILD = PRESS.parent / "build.py"
_SCRIPT = (TEMPLATES / "preview.js").read_text("utf-8") if (TEMPLATES / "preview.js").exists() else ""


class Preview:
    """The state of one preview: how the last build went, and who waits for the next."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output"
        self.problems: list[dict[str, str | int]] = []
        self.built = asyncio.Condition()

    async def rebuild(self) -> None:
        """Build the web edition in a process of its own, and tell the open pages."""
        command = [
            sys.executable,
            str(_BUILD),
            "build",
            "--book",
            str(self.root),
            "--edition",
            "web",
            "--format",
            "json",
        ]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        printed, _ = await process.communicate()
        self.problems = json.loads(printed or b"[]")
        for problem in self.problems:
            print(
                f"{problem['path']}:{problem['line']}:{problem['column']}: {problem['severity']}: {problem['message']}"
            )
        async with self.built:
            self.built.notify_all()

    async def watch(self) -> None:
        """Rebuild when a file of the book changes."""
        folders = [path for path in (self.root / "manuscript", self.root / "templates") if path.is_dir()]
        files = bibliography_files(self.root)
        async for _ in awatch(*folders, *files):
            await self.rebuild()

    async def events(self, _: Request) -> StreamingResponse:
        """Server-sent events: one for each finished build, with its problems."""

        async def stream() -> AsyncIterator[str]:
            yield self._event(reload=False)
            while True:
                async with self.built:
                    await self.built.wait()
                yield self._event(reload=True)

        return StreamingResponse(stream(), media_type="text/event-stream")

    def _event(self, reload: bool) -> str:
        return f"data: {json.dumps({'reload': reload, 'problems': self.problems})}\n\n"

    async def script(self, _: Request) -> Response:
        """The script that listens to the events."""
        return Response(_SCRIPT, media_type="text/javascript")

    async def nothing(self, _: Request) -> Response:
        """No service worker in the place of the edition's: it would keep what is about to change."""
        return Response("", media_type="text/javascript")

    async def page(self, request: Request) -> Response:
        """A page of the web edition with the script put in; while there is none, the problems."""
        path = request.url.path.lstrip("/") or "index.html"
        file = (self.output / "html" / path).resolve()
        if not file.is_relative_to((self.output / "html").resolve()) or not file.is_file():
            items = "".join(f"<li>{escape(p['path'])}:{p['line']}: {escape(p['message'])}</li>" for p in self.problems)
            body = f"<!doctype html><title>preview</title><ul>{items}</ul><script src='/press-preview.js'></script>"
            return HTMLResponse(body, status_code=404)
        markup = file.read_text("utf-8")
        # The edition's own policy forbids connections; the preview needs one.
        start = markup.find('<meta http-equiv="Content-Security-Policy"')
        if start >= 0:
            markup = markup[:start] + markup[markup.index(">", start) + 1 :]
        return HTMLResponse(markup.replace("</head>", '<script defer src="/press-preview.js"></script></head>'))


def make_app(preview: Preview) -> Starlette:
    """The application that serves a preview."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await preview.rebuild()
        watching = asyncio.create_task(preview.watch())
        yield
        watching.cancel()

    html = preview.output / "html"
    html.mkdir(parents=True, exist_ok=True)
    routes = [
        Route("/press-preview.js", preview.script),
        Route("/press-preview-events", preview.events),
        Route("/offline.js", preview.nothing),
        Route("/", preview.page),
        Route("/{name}.html", preview.page),
        Mount("/", StaticFiles(directory=html, check_dir=False)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def serve(root: Path, port: int) -> None:
    """Serve until interrupted."""
    print(f"http://127.0.0.1:{port}/ (Ctrl-C ends)")
    uvicorn.run(make_app(Preview(root)), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
