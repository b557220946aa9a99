"""What every table shares: constraint names, enums stored as checked text, ids, moments in UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy import Enum as SaEnum
from sqlmodel import Field, SQLModel

from models.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

E = TypeVar("E", bound=StrEnum)

Json = dict[str, Any]  # a JSON object

Moment = DateTime(timezone=True)


def words(enumeration: type[E]) -> SaEnum:
    """Column type that stores an enumeration's values as text."""
    return SaEnum(
        enumeration,
        values_callable=lambda e: [member.value for member in e],
        native_enum=False,
        length=40,
        create_constraint=False,
    )


class Row(SQLModel):
    """A table row with a UUIDv7 key and the moment it was made (UTC)."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(sa_type=Moment)
