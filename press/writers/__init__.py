"""Stage 3: editions from the resolved book. Writers only read; `xhtml` makes the markup that all of them share."""

from press.editions import Edition
from press.writers import epub, screen, web

EDITIONS: tuple[Edition, ...] = (screen.EDITION, epub.EDITION, web.EDITION)
"""In the order of their making: each after the editions it needs."""
