"""Stage 3: editions from the resolved book. Writers only read; `xhtml` makes the markup that all of them share."""
