"""The pictures of the web edition for README (`make screenshots`): pages of the built book, as readers see them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import sync_playwright
from web_server import serving

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "images"
Scheme = Literal["light", "dark"]
SHOTS: tuple[tuple[str, str, int, int, Scheme, str], ...] = (
    ("home", "index.html", 1280, 800, "light", ""),
    ("chapter", "scalenes.html", 1280, 800, "light", "#sec-scalenes-anatomy"),
    ("chapter-dark", "scalenes.html", 1280, 800, "dark", "#sec-scalenes-anatomy"),
    ("phone", "part-symptom-index.html", 390, 800, "light", ""),
)
"""Name, page, width and height in CSS pixels, colours, place."""


def main() -> None:
    """Take them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, serving(ROOT / "output" / "html") as address:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for name, page, width, height, scheme, place in SHOTS:
            tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab.goto(f"{address}/{page}{place}", wait_until="networkidle")
            if name == "phone":
                tab.get_by_label("Where does it hurt?").fill("neck pain")
                tab.wait_for_timeout(500)
            shot = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
            shot.quantize(64).save(PICTURES / f"{name}.png", optimize=True)
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
