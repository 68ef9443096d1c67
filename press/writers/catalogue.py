"""All editions, in the order of their making: what takes long, or what others need, begins first."""

from press.editions import Edition
from press.writers import cover, epub, large_print, marked, print, screen, web

EDITIONS: tuple[Edition, ...] = (
    print.EDITION,
    cover.EDITION,
    large_print.EDITION,
    screen.EDITION,
    marked.EDITION,
    epub.EDITION,
    screen.SAMPLE,
    epub.SAMPLE,
    web.EDITION,
)
