"""The ledger of hours: double-entry, append-only (product: Volunteers 4). The only module that writes it.

Every transfer takes from some accounts what it gives to others; the database refuses one that does not add up to zero, an
account that would be overdrawn or above its cap, and any change of what was written. Accounts are locked by id, after
everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.tables import HoursAccount, HoursEntry
from models.vocabulary import HoursKind, HoursOwner
from scheduling.rules.serving import credited

CAPPED = (HoursOwner.person, HoursOwner.team)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account: a person's or team's by id, the district's by code."""

    kind: HoursOwner
    key: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as locked."""

    id: UUID
    balance: int
    cap: int | None


async def lock_accounts(
    session: AsyncSession, owners: Sequence[Owner], *, district_code: str, cap: int, now: datetime
) -> Mapping[Owner, Account]:
    """Locks the accounts of these owners in the order of their ids; those that are not there yet are opened.

    `cap` is what people's and teams' accounts hold at most, in minutes; one that holds more already keeps it.
    """
    wanted = sorted(set(owners), key=lambda owner: (owner.kind, owner.key))
    await session.execute(
        upsert(HoursAccount)
        .values(
            [
                {
                    "id": new_id(),
                    "created_at": now,
                    "district_code": district_code,
                    "owner": owner.kind,
                    "owner_key": owner.key,
                    "balance": 0,
                    "cap": cap if owner.kind in CAPPED else None,
                }
                for owner in wanted
            ]
        )
        .on_conflict_do_nothing(index_elements=["owner", "owner_key"])
    )
    rows = await session.execute(
        select(HoursAccount)
        .where(
            col(HoursAccount.owner).in_({owner.kind for owner in wanted}),
            col(HoursAccount.owner_key).in_({owner.key for owner in wanted}),
        )
        .order_by(col(HoursAccount.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {
        Owner(row.owner, row.owner_key): Account(
            row.id, row.balance, None if row.cap is None else max(cap, row.balance)
        )
        for row in rows.scalars()
        if Owner(row.owner, row.owner_key) in wanted
    }


async def transfer(
    session: AsyncSession,
    accounts: Mapping[Owner, Account],
    changes: Mapping[Owner, int],
    *,
    district_code: str,
    kind: HoursKind,
    signup_id: UUID | None,
    by_id: UUID | None,
    now: datetime,
) -> UUID | None:
    """Moves minutes between locked accounts; returns the transfer's id, none when nothing moves."""
    moved = {owner: minutes for owner, minutes in changes.items() if minutes}
    if not moved:
        return None
    transfer_id = new_id()
    await session.execute(
        insert(HoursEntry),
        [
            {
                "id": new_id(),
                "created_at": now,
                "district_code": district_code,
                "transfer_id": transfer_id,
                "account_id": accounts[owner].id,
                "minutes": minutes,
                "kind": kind,
                "signup_id": signup_id,
                "by_id": by_id,
            }
            for owner, minutes in moved.items()
        ],
    )
    for owner, minutes in moved.items():
        await session.execute(
            update(HoursAccount)
            .where(col(HoursAccount.id) == accounts[owner].id)
            .values(balance=col(HoursAccount.balance) + minutes, cap=accounts[owner].cap)
            .execution_options(synchronize_session=False)
        )
    return transfer_id


async def credit(
    session: AsyncSession,
    *,
    person_id: UUID,
    minutes: int,
    kind: HoursKind,
    signup_id: UUID,
    district_code: str,
    cap: int,
    by_id: UUID | None,
    now: datetime,
) -> None:
    """Puts served minutes into a person's account, or takes a correction back (negative).

    What is above the cap goes to the district's common account; what was given away already is taken from there.
    """
    person = Owner(HoursOwner.person, str(person_id))
    served = Owner(HoursOwner.served, district_code)
    common = Owner(HoursOwner.common, district_code)
    accounts = await lock_accounts(
        session, [person, served, common], district_code=district_code, cap=cap, now=now
    )
    account = accounts[person]
    if minutes >= 0:
        own = credited(minutes, account.balance, account.cap or cap)
    else:
        own = -min(-minutes, account.balance)
    await transfer(
        session,
        accounts,
        {person: own, common: minutes - own, served: -minutes},
        district_code=district_code,
        kind=kind,
        signup_id=signup_id,
        by_id=by_id,
        now=now,
    )


async def donate(
    session: AsyncSession,
    *,
    giver: Owner,
    receiver: Owner,
    minutes: int,
    district_code: str,
    cap: int,
    by_id: UUID,
    now: datetime,
) -> tuple[Account, Account, bool]:
    """Moves minutes from one account to another, if the giver has them and the receiver has room; whether it did."""
    accounts = await lock_accounts(session, [giver, receiver], district_code=district_code, cap=cap, now=now)
    source, target = accounts[giver], accounts[receiver]
    fits = minutes <= source.balance and credited(minutes, target.balance, target.cap or cap) == minutes
    if fits:
        await transfer(
            session,
            accounts,
            {giver: -minutes, receiver: minutes},
            district_code=district_code,
            kind=HoursKind.donation,
            signup_id=None,
            by_id=by_id,
            now=now,
        )
    return source, target, fits
