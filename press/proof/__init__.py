"""Stage 4: what is checked on the written editions, before they take the place of the old ones."""
