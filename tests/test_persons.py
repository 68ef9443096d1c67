"""Authors are persons unless something says that they are not, and their names have parts."""

from __future__ import annotations

import pytest

from press.metadata import BookSettings
from press.persons import Person
from press.writers.ebook.description import refinements
from press.writers.site.citing import csl_name

NAMES = {
    "Jane Doe": ("Doe, Jane", {"family": "Doe", "given": "Jane"}),
    "Łukasz Żak": ("Żak, Łukasz", {"family": "Żak", "given": "Łukasz"}),
    "Colette": ("Colette", {"family": "Colette"}),
    "Ludwig van Beethoven": (
        "Beethoven, Ludwig van",
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
    ),
    "van Gogh": ("Gogh, van", {"family": "Gogh", "non-dropping-particle": "van"}),
    "Martin Luther King Jr.": (
        "King, Martin Luther, Jr.",
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
    ),
    "夏目 漱石": ("夏目 漱石", {"family": "夏目", "given": "漱石"}),
    "The Allotment Society": ("Allotment Society, The", {"literal": "The Allotment Society"}),
}


@pytest.mark.parametrize("name", NAMES)
def test_parts_are_guessed(name: str) -> None:
    person = Person(name=name)
    assert (person.filed_as, csl_name(person)) == NAMES[name]


def test_an_organization_says_so() -> None:
    """Its name is one piece."""
    person = Person(name="World Health Organization", organization=True)
    assert (person.filed_as, csl_name(person)) == (person.name, {"literal": person.name})
    assert csl_name(Person(name="The Edge", organization=False)) == {"family": "Edge", "given": "The"}


def test_what_is_said_of_the_order_counts() -> None:
    person = Person(name="Gabriel García Márquez", sort_as="García Márquez, Gabriel")
    assert csl_name(person) == {"family": "García Márquez", "given": "Gabriel"}
    assert person.filed_as == "García Márquez, Gabriel"


def test_the_epub_files_each_author() -> None:
    """With `sort_as` and without."""
    settings = BookSettings.model_validate(
        {
            "title": "T",
            "slug": "t",
            "authors": [{"name": "Jane Doe"}, {"name": "Bob", "sort_as": "Bobby"}],
            "description": "D",
            "rights": "R",
            "release": {"name": "1", "date": "2026-01-01"},
            "contents": {"body": ["a.md"]},
        }
    )
    assert [one.value for one in refinements(settings) if one.property == "file-as"] == ["Doe, Jane", "Bobby"]
