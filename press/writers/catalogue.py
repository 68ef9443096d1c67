"""All editions, in the order of their making: each after those it needs."""

from press.editions import Edition
from press.writers import cover, epub, large_print, print, screen, web

EDITIONS: tuple[Edition, ...] = (
    screen.EDITION,
    print.EDITION,
    cover.EDITION,
    large_print.EDITION,
    epub.EDITION,
    screen.SAMPLE,
    epub.SAMPLE,
    web.EDITION,
)
