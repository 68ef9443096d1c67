"""Editions with pages: layout by WeasyPrint, page numbers known only after it, tags and labels of the finished PDF."""
