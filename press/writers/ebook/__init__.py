"""What makes pages an EPUB: the package, its claims of accessibility, and the cover."""
