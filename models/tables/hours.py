"""Hours served: the double-entry ledger of the time bank, corrections, statements (product: Volunteers 4)."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.tables.base import Json, Row, words
from models.tables.places import CODE
from models.vocabulary import HoursKind, HoursOwner


class HoursAccount(Row, table=True):
    """An account of the time bank, in minutes. `balance` is what its entries add up to.

    A person's and a team's stays between nothing and their cap. `owner_key` is a person's or team's id, or the
    district's code.
    """

    __tablename__ = "hours_account"
    __table_args__ = (
        UniqueConstraint("owner", "owner_key"),
        CheckConstraint("owner NOT IN ('person', 'team') OR balance >= 0", name="never_overdrawn"),
        CheckConstraint("cap IS NULL OR balance <= cap", name="within_cap"),
    )

    district_code: str = Field(max_length=CODE)
    owner: HoursOwner = Field(sa_type=words(HoursOwner))
    owner_key: str = Field(max_length=40)
    balance: int = 0
    cap: int | None = None


class HoursEntry(Row, table=True):
    """One side of a transfer. The entries of a transfer add up to zero, and none is ever changed or deleted: triggers of
    the database see to both.
    """

    __tablename__ = "hours_entry"
    __table_args__ = (
        CheckConstraint("minutes <> 0", name="moves_something"),
        Index("ix_hours_entry_transfer_id", "transfer_id"),
        Index("ix_hours_entry_account_id_created_at", "account_id", "created_at"),
        Index("ix_hours_entry_signup_id", "signup_id"),
    )

    district_code: str = Field(max_length=CODE)
    transfer_id: UUID
    account_id: UUID = Field(foreign_key="hours_account.id")
    minutes: int
    kind: HoursKind = Field(sa_type=words(HoursKind))
    signup_id: UUID | None = Field(default=None, foreign_key="signup.id")
    by_id: UUID | None = None


class HoursCorrection(Row, table=True):
    """What a signup's minutes were and became, by whom, and why."""

    __tablename__ = "hours_correction"
    __table_args__ = (Index("ix_hours_correction_signup_id", "signup_id"),)

    district_code: str = Field(max_length=CODE)
    signup_id: UUID = Field(foreign_key="signup.id")
    minutes_before: int
    minutes_after: int
    reason: str = Field(max_length=300)
    by_id: UUID | None = None


class HoursStatement(Row, table=True):
    """A statement of hours as it was issued; `code` is what anybody can check it by."""

    __tablename__ = "hours_statement"
    __table_args__ = (Index("ix_hours_statement_person_id_created_at", "person_id", "created_at"),)

    district_code: str = Field(max_length=CODE)
    person_id: UUID = Field(foreign_key="person.id")
    code: str = Field(max_length=20, unique=True)
    first: date
    last: date
    minutes: int
    shifts: int
    lines: list[Json] = Field(default_factory=list, sa_type=JSONB)
