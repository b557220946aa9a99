"""People registered and found by those who work at the points."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.shapes.base import Shape, Time
from models.vocabulary import Language


class PersonOrder(Shape):
    """Somebody to be registered, with or without a phone."""

    name: Annotated[str, Field(pattern=r"\S", max_length=80)]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 -]{5,30}$")] | None = None
    birth_date: date | None = None
    disability: bool = False
    home_division: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None
    language: Language = Language.zh


class PersonView(Shape):
    """A person as those see them who work at the points: enough to tell two of the same name apart.

    The phone number is whole (`phone_is_whole`) only where the one who asks must call: the person has a booking ahead
    at a point that they manage.
    """

    id: UUID
    name: str
    phone: str | None
    phone_is_whole: bool
    birth_year: int | None
    language: Language
    registered_at: Time
