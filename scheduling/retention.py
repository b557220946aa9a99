"""What is kept no longer than a district's policy says: sent notices, past waiting, what people wrote, the audit, codes,
what channels told the bot.

Rows are named by UUIDv7, so the primary key itself says which are old. Each sweep takes a batch.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import first_id_at
from models.tables import (
    AddressClaim,
    AuditEntry,
    Booking,
    ChatDraft,
    ChatLane,
    ChatUpdate,
    Division,
    HouseholdInvitation,
    LinkCode,
    Notice,
    Offer,
    WaitlistEntry,
)
from models.vocabulary import DivisionLevel, WaitlistStatus
from scheduling.policies import Policy
from scheduling.queries.policies import district_policy

BATCH = 5_000
CHATS_KEPT = timedelta(days=3)
"""So long updates of chats are known again. Telegram repeats one for a day at most, and begins its numbers anew only after
a week without any.
"""
CODES_KEPT = timedelta(days=30)
"""So long after they ran out, invitations, codes that link a chat, and addresses never confirmed are kept for questions."""


async def policies(session: AsyncSession) -> dict[str, Policy]:
    """What each district has set."""
    codes = select(col(Division.code)).where(col(Division.level) == DivisionLevel.district)
    return {code: await district_policy(session, code) for code in (await session.execute(codes)).scalars()}


async def forget(session: AsyncSession, *, now: datetime) -> int:
    """Deletes or empties a batch of what is older than it may be; returns how many rows."""
    done = await _old_codes(session, now) + await _old_drafts(session, now)
    done += await _old_updates(session, now - CHATS_KEPT)
    for district, policy in (await policies(session)).items():
        done += await _old_notices(session, district, now - timedelta(days=policy.keep_notices_days))
        done += await _old_waiting(session, district, now - timedelta(days=policy.keep_waiting_days))
        done += await _old_texts(session, district, now - timedelta(days=policy.keep_texts_days))
        done += await _old_audit(session, district, now - timedelta(days=policy.keep_audit_days))
    return done


async def _old_drafts(session: AsyncSession, now: datetime) -> int:
    old = select(col(ChatDraft.person_id)).where(col(ChatDraft.expires_at) < now).limit(BATCH)
    gone = await session.execute(
        delete(ChatDraft)
        .where(col(ChatDraft.person_id).in_(old), col(ChatDraft.expires_at) < now)
        .returning(col(ChatDraft.person_id))
    )
    return len(gone.all())


async def _old_notices(session: AsyncSession, district: str, before: datetime) -> int:
    old = (
        select(col(Notice.id))
        .where(
            col(Notice.id) < first_id_at(before),
            col(Notice.district_code) == district,
            col(Notice.finished_at) < before,
        )
        .limit(BATCH)
    )
    gone = await session.execute(delete(Notice).where(col(Notice.id).in_(old)).returning(col(Notice.id)))
    return len(gone.all())


async def _old_waiting(session: AsyncSession, district: str, before: datetime) -> int:
    """Who waited, and their offers, together: an offer names its entry."""
    over = (WaitlistStatus.accepted, WaitlistStatus.left, WaitlistStatus.expired)
    old = list(
        (
            await session.execute(
                select(col(WaitlistEntry.id))
                .where(
                    col(WaitlistEntry.id) < first_id_at(before),
                    col(WaitlistEntry.district_code) == district,
                    col(WaitlistEntry.start) < before,
                    col(WaitlistEntry.status).in_(over),
                )
                .limit(BATCH)
            )
        ).scalars()
    )
    await session.execute(delete(Offer).where(col(Offer.entry_id).in_(old)))
    await session.execute(delete(WaitlistEntry).where(col(WaitlistEntry.id).in_(old)))
    return len(old)


async def _old_texts(session: AsyncSession, district: str, before: datetime) -> int:
    """Notes and answers are for the visit; the booking itself stays, for what is counted."""
    said: ColumnElement[bool] = or_(col(Booking.note) != "", col(Booking.answers) != {})
    old = (
        select(col(Booking.id))
        .where(
            col(Booking.id) < first_id_at(before),
            col(Booking.district_code) == district,
            col(Booking.end) < before,
            said,
        )
        .limit(BATCH)
    )
    emptied = await session.execute(
        update(Booking)
        .where(col(Booking.id).in_(old))
        .values(note="", answers={})
        .returning(col(Booking.id))
        .execution_options(synchronize_session=False)
    )
    return len(emptied.all())


async def _old_audit(session: AsyncSession, district: str, before: datetime) -> int:
    old = (
        select(col(AuditEntry.id))
        .where(col(AuditEntry.id) < first_id_at(before), col(AuditEntry.district_code) == district)
        .limit(BATCH)
    )
    gone = await session.execute(
        delete(AuditEntry).where(col(AuditEntry.id).in_(old)).returning(col(AuditEntry.id))
    )
    return len(gone.all())


async def _old_codes(session: AsyncSession, now: datetime) -> int:
    before = now - CODES_KEPT
    invitations = await session.execute(
        delete(HouseholdInvitation)
        .where(
            col(HouseholdInvitation.id) < first_id_at(before), col(HouseholdInvitation.expires_at) < before
        )
        .returning(col(HouseholdInvitation.id))
    )
    claims = await session.execute(
        delete(AddressClaim)
        .where(col(AddressClaim.expires_at) < before)
        .returning(col(AddressClaim.person_id))
    )
    links = await session.execute(
        delete(LinkCode)
        .where(col(LinkCode.id) < first_id_at(before), col(LinkCode.expires_at) < before)
        .returning(col(LinkCode.id))
    )
    return len(invitations.all()) + len(claims.all()) + len(links.all())


async def _old_updates(session: AsyncSession, before: datetime) -> int:
    """What channels told the bot, also where nobody dealt with it: nobody waits for an answer of days ago."""
    old = select(col(ChatUpdate.id)).where(col(ChatUpdate.id) < first_id_at(before)).limit(BATCH)
    updates = await session.execute(
        delete(ChatUpdate).where(col(ChatUpdate.id).in_(old)).returning(col(ChatUpdate.id))
    )
    unused = (
        select(col(ChatLane.channel), col(ChatLane.chat))
        .where(col(ChatLane.used_at) < before)
        .order_by(col(ChatLane.used_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("unused")
    )
    lanes = await session.execute(
        delete(ChatLane)
        .where(col(ChatLane.channel) == unused.c.channel, col(ChatLane.chat) == unused.c.chat)
        .returning(col(ChatLane.chat))
    )
    return len(updates.all()) + len(lanes.all())
