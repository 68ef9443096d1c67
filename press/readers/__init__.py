"""Stage 1: the files of a book become a `model.Book` whose trees still hold what the author wrote."""
