"""What all views of API answers share."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """A read-only view that takes no notice of fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Item = TypeVar("Item", bound=View)


class Listing(View, Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]


class Named(View):
    """Something by id and name."""

    id: UUID
    name: str


class Area(View):
    """A division by its 12-digit code and name."""

    code: str
    name: str


class Coordinates(View):
    """WGS84 degrees."""

    latitude: float
    longitude: float
