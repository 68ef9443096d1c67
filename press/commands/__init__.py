"""What the command line does beside building: counting, listing references, previewing, beginning a book."""
