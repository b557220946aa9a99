"""Sign-ins by name and password for people who work here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import StaffAccount
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError
from scheduling.passwords import PASSWORDS
from scheduling.rules.administration import may_administer


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A sign-in to be opened for a person."""

    username: str
    password: str
    person_id: UUID
    district_code: str


async def open_accounts(
    session: AsyncSession, *, actor: Actor, accounts: Sequence[NewAccount], now: datetime
) -> None:
    """Opens sign-ins. Equal passwords of one call are hashed once: hashing is slow by design.

    Raises ForbiddenError. A name or person that has a sign-in already breaks a constraint of the database.
    """
    if not all(may_administer(actor, account.district_code) for account in accounts):
        raise ForbiddenError
    hashes = {
        password: await asyncio.to_thread(PASSWORDS.hash, password)
        for password in {account.password for account in accounts}
    }
    if not accounts:
        return
    await session.execute(
        insert(StaffAccount),
        [
            {
                "username": account.username,
                "person_id": account.person_id,
                "password_hash": hashes[account.password],
                "failed_sign_ins": 0,
            }
            for account in accounts
        ],
    )
    deeds = [
        Deed("staff.account_opened", "person", account.person_id, account.district_code)
        for account in accounts
    ]
    await record(session, deeds, actor=actor, now=now)
