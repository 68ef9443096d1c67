"""All editions, in the order of their making: what takes long, or what others need, begins first."""

from press.editions import Edition
from press.writers import epub, large_print, print, screen, web

EDITIONS: tuple[Edition, ...] = (
    print.EDITION,
    large_print.EDITION,
    screen.EDITION,
    epub.EDITION,
    screen.SAMPLE,
    epub.SAMPLE,
    web.EDITION,
)
