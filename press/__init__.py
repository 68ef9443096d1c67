"""The Perfect Spots press: from Markdown chapters to finished editions, in four stages.

1. `readers`   book.yaml, chapters, shared texts and the bibliography become a `model.Book`
2. `resolvers` what only the whole book knows is filled in: numbers, references, cross references, index, changes
3. `writers`   the screen PDF, the EPUB and the web edition are made from the resolved book
4. `proof`     the finished editions are checked: same words, no dead links

A text is a tree of `nodes`, which `tree` alone walks and rewrites.
`pipeline` runs the stages; `diagnostics` carries every problem; `metadata` holds the authors' settings.
"""

__version__ = "0.1.0"
