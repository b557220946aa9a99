"""A person with a row in every table that refers to people, and a mark in every text of these rows.

The rows are made from the tables' own description: a table or column that is added later is filled by itself.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Table, Text, cast, func, insert, select, text
from sqlalchemy import Enum as SaEnum
from sqlmodel import SQLModel

import models.tables  # noqa: F401  # knows all tables
from models.database import transaction
from scheduling.actors import Actor
from tests.world import DISTRICT, NOW, World

MARK = "SECRET"

INDIRECT = {"series_occurrence": "series_id", "hours_correction": "signup_id", "idempotency_record": "owner"}
"""Tables with what people said that name the person by another row, and the column that does."""

IMPERSONAL = {
    *("district", "division", "provider", "point", "service", "opening_rule", "closure", "calendar_day"),
    *("policy_override", "slot", "organisation", "channel_allowance", "job_run", "secret", "offer"),
    *("chat_lane", "chat_update"),  # a chat's number, until what it said was dealt with, or for three days
    *("sign_in_failures", "audit_entry", "hours_account", "hours_entry", "shift_service", "slot_shrinkage"),
}
"""Tables that refer to nobody, or by an id alone: no text in them is about a person."""

OF = {
    "request_step": {"request_id": "request"},
    "request_follower": {"request_id": "request"},
    "attachment": {"request_id": "request"},
    "thread_message": {"thread_id": "thread"},
}
"""Rows that belong to another one that was made."""

THERE = {
    # Duties, which are handed over first.
    "team",
    "grid_cell",
    # These describe work at a point; the person only leads it.
    "shift",
    "shift_template",
}

SETTLED: dict[str, dict[str, Any]] = {
    "booking": {
        "status": "attended",
        "party": 1,
        "category": "meals",
        "source": "order",
        "queue_number": None,
    },
    "waitlist_entry": {"status": "left", "held": 0, "party": 1},
    "household_link": {"status": "revoked"},
    "notice": {"status": "delivered", "kind": "booking_changed"},
    "signup": {
        "status": "attended",
        "stars": None,
        "verified_at": None,
        "team_id": None,
        "standing_id": None,
    },
    "shift_wait": {"status": "left", "expires_at": None},
    "shift_ask": {"status": "over"},
    "shift_swap": {"status": "void"},
    "series": {"cancelled": True},
    "certificate": {"expires_on": None},
    "rating": {"stars": 5},
    "role_grant": {"scope": "district"},
    "link_code": {"used_at": None},
    "request": {"state": "closed", "kind": "wish", "wish": "fulfilled", "transfer_to_id": None, "stars": 5},
    "request_step": {"voice": "asker", "state": "closed"},
    "wish_claim": {"state": "given_back"},
    "thread": {"state": "closed", "alert_at": None, "raised_to": None},
    "thread_message": {"event": "said", "side": "resident", "attachments": [], "notice_ids": []},
    "attachment": {"thread_id": None},
}
"""Values that mean that a row is over and done with, or that its constraints want."""

LATER = ("end", "rest_until", "until", "expires_at", "valid_until", "end_time", "last")


def person_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that refer to a person."""
    return [
        column
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    ]


def tables_about_people() -> Iterator[Table]:
    """Every table whose rows refer to a person, but for the persons themselves."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name != "person" and (person_columns(table) or table.name in INDIRECT):
            yield table


def kind_of(column: Column[Any]) -> type[Any]:
    """What a column's values are in Python. SQLModel wraps texts in a type of its own, which does not say."""
    return getattr(column.type, "impl_instance", column.type).python_type


def is_text(column: Column[Any]) -> bool:
    """Whether people's words can stand in a column."""
    return (
        not isinstance(column.type, SaEnum) and not column.foreign_keys and kind_of(column) in {str, object}
    )


def filled(column: Column[Any]) -> Any:
    """A value for a column: the mark, wherever words can stand."""
    later = column.name in LATER
    if isinstance(column.type, SaEnum):
        return column.type.enums[0]
    if column.foreign_keys or column.name == "district_code":
        return DISTRICT if kind_of(column) is str else uuid4()
    length = getattr(column.type, "length", None)
    values: dict[type[Any], Any] = {
        str: MARK[:length] if length else MARK,
        object: {"said": MARK},
        UUID: uuid4(),
        datetime: NOW + timedelta(hours=12 if later else -12),
        date: date(2026, 12, 1) if later else date(2026, 11, 1),
        time: time(12) if later else time(9),
        bool: False,
        bytes: uuid4().bytes,
        int: 1,
        float: 1.0,
        list: [],
    }
    return values[kind_of(column)]


def row_of(table: Table, person_id: UUID, other_id: UUID | None = None) -> dict[str, Any]:
    """A row about a person. Of two columns that must name two people, the second names the other."""
    row = {column.name: filled(column) for column in table.columns} | SETTLED.get(table.name, {})
    for column in person_columns(table):
        row[column.name] = row[column.name] and person_id
    if table.name == "household_link":
        row["relative_id"] = other_id
    return row


async def lead_a_life(world: World, person: Actor, stranger: Actor) -> None:
    """Writes the rows. Rows that these refer to are not there: foreign keys are not asked."""
    me, other = person.require_person(), stranger.require_person()
    async with transaction(world.database) as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        made: dict[str, dict[str, Any]] = {}
        for table in tables_about_people():
            if table.name in THERE:
                continue
            row = row_of(table, me, other)
            for column, owner in OF.get(table.name, {}).items():
                row[column] = made[owner]["id"]
            if table.name in INDIRECT:
                owner = INDIRECT[table.name]
                row[owner] = str(me) if owner == "owner" else made[owner.removesuffix("_id")]["id"]
            await session.execute(insert(table).values(row))
            made[table.name] = row
            if table.name == "role_grant":
                await session.execute(insert(table).values({**row, "id": uuid4(), "person_id": other}))
        await session.execute(
            text(
                "UPDATE person SET name = :mark, phone = :mark, birth_date = '1950-01-01', disability = true,"
                " home_latitude = 1, home_longitude = 1, large_text = true, opted_out = '[\"alerts\"]',"
                " calendar_key_hash = :key WHERE id = :id"
            ),
            {"mark": MARK, "id": me, "key": b"k"},
        )


async def where_the_mark_stands(world: World) -> set[tuple[str, str]]:
    """Every column of every table in which the mark is found."""
    found: set[tuple[str, str]] = set()
    async with transaction(world.database) as session:
        for table in SQLModel.metadata.sorted_tables:
            for column in table.columns:
                if is_text(column):
                    marked = cast(column, Text).contains(MARK[:4])
                    number = await session.scalar(select(func.count()).select_from(table).where(marked))
                    if number:
                        found.add((table.name, column.name))
    return found
