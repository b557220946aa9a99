"""Persons, how they are reached, who may act for whom, and what they may do."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.base import Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import Channel, Language, LinkStatus, Role, ScopeKind

ERASED_NAME = "—"
"""What stands in place of the name of whom was erased: a sign, so that it reads the same in both languages."""


class Person(Row, table=True):
    """A resident, volunteer or member of staff.

    There is deliberately no field for residency or household registration: no rule may depend on it (product:
    Booking 9). `number` is a small whole number for the person, used where a constraint needs one. `token_epoch`
    rises when all tokens given so far are revoked. `reminders` is whether any are wanted; `opted_out` names the groups
    of notices (`NoticeGroup`) that are not. `withdrawn` names the purposes that were agreed to and of which every version
    was taken back: here, because whoever locks a person must see it without asking for more. Of whom was erased only the id, the number and the district stay
    (`erased_at`); `became_id` names the person that this one was joined to, when a chat was linked to another account.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_phone", "phone"),
        Index(
            "ix_person_district_code_name",
            "district_code",
            "name",
            postgresql_ops={"name": "text_pattern_ops"},
        ),
        CheckConstraint(
            f"erased_at IS NULL OR (name = '{ERASED_NAME}' AND phone IS NULL AND birth_date IS NULL AND NOT disability"
            " AND home_division IS NULL AND home_latitude IS NULL AND home_longitude IS NULL"
            " AND calendar_key_hash IS NULL)",
            name="erased_is_empty",
        ),
        Index("ix_person_erased_at", "erased_at", postgresql_where=text("erased_at IS NOT NULL")),
    )

    number: int | None = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), unique=True, nullable=False
    )
    district_code: str = Field(max_length=CODE)
    name: str = Field(max_length=80)
    phone: str | None = Field(default=None, max_length=40)
    language: Language = Field(default=Language.zh, sa_type=words(Language))
    birth_date: date | None = None
    disability: bool = False
    home_division: str | None = Field(default=None, max_length=CODE, foreign_key="division.code")
    home_latitude: float | None = None
    home_longitude: float | None = None
    reminders: bool = True
    opted_out: list[str] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    large_text: bool = False
    withdrawn: list[str] = Field(
        default_factory=list, sa_type=ARRAY(String(40)), sa_column_kwargs={"server_default": text("'{}'")}
    )
    token_epoch: int = 0
    calendar_key_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    demo: bool = False
    erased_at: datetime | None = Field(default=None, sa_type=Moment)
    became_id: UUID | None = Field(default=None, foreign_key="person.id")


class ChannelIdentity(Row, table=True):
    """A person's address in a channel. `blocked_at` is set when the channel says that the person blocked us."""

    __tablename__ = "channel_identity"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        Index("ix_channel_identity_person_id_last_seen_at", "person_id", "last_seen_at"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    channel: Channel = Field(sa_type=words(Channel))
    address: str = Field(max_length=100)
    last_seen_at: datetime = Field(sa_type=Moment)
    blocked_at: datetime | None = Field(default=None, sa_type=Moment)


class AddressClaim(SQLModel, table=True):
    """An address that a person says is theirs, until they give back the code that was sent there."""

    __tablename__ = "address_claim"
    __table_args__ = (Index("ix_address_claim_expires_at", "expires_at"),)

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    channel: Channel = Field(sa_type=words(Channel), primary_key=True)
    address: str = Field(max_length=100)
    code_hash: bytes = Field(sa_type=LargeBinary)
    tries: int = 0
    asked: int = 1
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class LinkCode(Row, table=True):
    """A code by which a chat is linked to a person's account; only its hash is kept, and it is good once.

    `made_by_id` is who asked for it: the person, or staff for somebody without a chat. A newer code of the same person
    takes the place of an older one.
    """

    __tablename__ = "link_code"
    __table_args__ = (
        Index("ix_link_code_person_id_created_at", "person_id", "created_at"),
        Index("ix_link_code_code_hash", "code_hash"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    made_by_id: UUID = Field(foreign_key="person.id", index=True)
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class ChatDraft(SQLModel, table=True):
    """What the next thing that a person says in a chat is for, and what they have said of it so far, until `expires_at`.

    The chat keeps nothing itself, so that any of its processes can go on.
    """

    __tablename__ = "chat_draft"
    __table_args__ = (Index("ix_chat_draft_expires_at", "expires_at"),)

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    kind: str = Field(max_length=40)
    data: dict[str, Any] = Field(sa_type=JSONB)
    expires_at: datetime = Field(sa_type=Moment)


class HouseholdLink(Row, table=True):
    """Consent by which `person_id` may act for `relative_id`; `relation` is what the relative is to the person.

    With `notify_relative` notices about bookings made for the relative go to both.
    """

    __tablename__ = "household_link"
    __table_args__ = (
        UniqueConstraint("person_id", "relative_id"),
        CheckConstraint("person_id <> relative_id", name="two_people"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    relative_id: UUID = Field(foreign_key="person.id", index=True)
    relation: str = Field(max_length=40)
    status: LinkStatus = Field(sa_type=words(LinkStatus))
    evidence: str = Field(default="", max_length=300)
    notify_relative: bool = True
    consented_at: datetime | None = Field(default=None, sa_type=Moment)


class HouseholdInvitation(Row, table=True):
    """A code by which a second person joins a household link. The first one says who is to act for whom.

    `relation` is what the one acted for is to the one who acts, whoever invites.
    """

    __tablename__ = "household_invitation"
    __table_args__ = (Index("ix_household_invitation_code_hash", "code_hash"),)

    inviter_id: UUID = Field(foreign_key="person.id", index=True)
    inviter_acts: bool
    relation: str = Field(max_length=40)
    notify_relative: bool = True
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class Consent(Row, table=True):
    """That a person agreed to a version of a purpose, and when; withdrawn, never deleted."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "version"),)

    person_id: UUID = Field(foreign_key="person.id")
    purpose: str = Field(max_length=40)
    version: str = Field(max_length=20)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)


class Grant(Row, table=True):
    """A role that a person holds within a scope: a point's id, or a division's code for it and all within."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope", "key"),
        Index("ix_role_grant_key_role", "key", "role"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    role: Role = Field(sa_type=words(Role))
    scope: ScopeKind = Field(sa_type=words(ScopeKind))
    key: str = Field(max_length=40)


class StaffAccount(SQLModel, table=True):
    """A sign-in by name and password for people who work here. Only an Argon2 hash is kept."""

    __tablename__ = "staff_account"

    username: str = Field(primary_key=True, max_length=60)
    person_id: UUID = Field(foreign_key="person.id", unique=True)
    password_hash: str = Field(max_length=200)


class SignInFailures(SQLModel, table=True):
    """Failed sign-ins in a row with one name, whether there is such a name or not, so that nothing tells which.

    The name is kept as a hash only: people type passwords into the wrong field. No sign-in is taken before
    `locked_until`.
    """

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_last_at", "last_at"),)

    name_hash: bytes = Field(sa_type=LargeBinary, primary_key=True)
    failures: int
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
