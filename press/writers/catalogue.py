"""All editions, in the order of their making: each after those it needs."""

from press.editions import Edition
from press.writers import epub, screen, web

EDITIONS: tuple[Edition, ...] = (screen.EDITION, epub.EDITION, web.EDITION)
