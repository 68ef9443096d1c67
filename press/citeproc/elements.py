"""The rendering elements of a style, with the behaviour of citeproc-py's repaired: text, numbers, labels, groups.

`render(rendering)` gives text with marks, empty where there is nothing to show.
"""

from __future__ import annotations

