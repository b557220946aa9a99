"""Claims of wishes as rows: ended here only, and their volunteers told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from governance.held import Held
from governance.history import held_claim, name_of
from governance.telling import News, Teller
from models.request_words import ClaimState, StepKind
from models.tables import WishClaim
from scheduling import notices


async def end_claim(
    session: AsyncSession, held: Held, state: ClaimState, *, tell: str | None, now: datetime
) -> WishClaim | None:
    """Ends the claim that holds a wish, if any, under the lock of its request; with `tell` its volunteer hears why."""
    request = held.request
    claim = await held_claim(session, request.id)
    if claim is None:
        return None
    claim.state, claim.ended_at = state, now
    session.add(claim)
    await session.flush()
    if tell is not None:
        owner = await name_of(session, request.owner_id)
        news = News(request.steps, StepKind.wish_lapsed, owner)
        teller = Teller(request, news, held.terms.policy, now)
        await notices.owe(session, [teller.to_volunteer(claim.person_id, tell)], now=now)
    return claim
