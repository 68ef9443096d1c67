"""What settings are made of: lines, names, numbers, and the model that all the others are."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from press.letters import without_soft_hyphens

MarkdownLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Line = Annotated[MarkdownLine, AfterValidator(without_soft_hyphens)]
PossiblyEmptyLine = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\n]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Rank = Annotated[int, Field(ge=1)]


def _checked_isbn(isbn: str) -> str:
    """An ISBN whose check digit is right (ISO 2108, annex C)."""
    digits = [int(digit) for digit in isbn.replace("-", "")]
    if sum(digits[::2], 3 * sum(digits[1::2])) % 10:
        raise PydanticCustomError("isbn", "the check digit does not fit the others: there is a mistake in the number")
    return isbn


Isbn = Annotated[str, StringConstraints(pattern=r"^97[89](-?[0-9]){10}$"), AfterValidator(_checked_isbn)]


class Settings(BaseModel):
    """What all the models have in common: unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
