"""The markup that all editions share: fragments of text from the trees, and the parts of the book from templates."""
