"""Requests as those who answer for them look at them: what is open, what is due first, and the story of one."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import CursorText, Now, Session, decode_cursor, encode_cursor, parse_cursor
from governance import lists
from governance.views import one_view
from models.request_words import OPEN_STATES, REQUEST_KIND_NAMES, RequestKind, RequestState, Rung
from models.vocabulary import Language
from scheduling.errors import ForbiddenError
from web.texts import Words
from web.visit import CurrentVisit, SignedIn

router = APIRouter(prefix="/manage/requests")

REQUESTS_A_PAGE = 20


@router.get("")
async def requests_page(
    *, visit: CurrentVisit, session: Session, actor: SignedIn, now: Now, cursor: CursorText = None
) -> Response:
    """What is open, due first, so overdue ones lead: for staff in all of their divisions, for a grid worker their own.

    Raises ForbiddenError for those who answer for none.
    """
    role = lists.most_as(actor)
    if role is None:
        raise ForbiddenError
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    found, following = await lists.requests_as(
        session,
        actor=actor,
        role=role,
        states=(),
        now=now,
        limit=REQUESTS_A_PAGE,
        after=(after[0], after[1]) if after else None,
    )
    return visit.page(
        "requests.html",
        found=found,
        own=role is lists.AsWhat.owner,
        first=cursor is None,
        following=encode_cursor(following),
        kinds=_kinds(visit.language),
        states=_states(visit.words),
        rungs=_rungs(visit.words),
    )


@router.get("/{request_id}")
async def request_page(
    *, visit: CurrentVisit, session: Session, actor: SignedIn, now: Now, request_id: UUID
) -> Response:
    """One request with its story. Raises NotFoundError for those who may not know of it."""
    request = await one_view(session, actor=actor, request_id=request_id, language=visit.language, now=now)
    return visit.page(
        "request.html",
        request=request,
        open=request.state in OPEN_STATES,
        waiting=request.state is RequestState.received,
        kinds=_kinds(visit.language),
        states=_states(visit.words),
        rungs=_rungs(visit.words),
    )


def _kinds(language: Language) -> dict[RequestKind, str]:
    place = 0 if language is Language.zh else 1
    return {kind: names[place] for kind, names in REQUEST_KIND_NAMES.items()}


def _states(_: Words) -> dict[RequestState, str]:
    return {
        RequestState.received: _("Not yet accepted"),
        RequestState.accepted: _("Accepted"),
        RequestState.in_progress: _("In progress"),
        RequestState.resolved: _("Answered"),
        RequestState.closed: _("Answered and closed"),
        RequestState.withdrawn: _("Withdrawn"),
    }


def _rungs(_: Words) -> dict[Rung, str]:
    return {
        Rung.worker: _("grid worker"),
        Rung.community: _("community"),
        Rung.subdistrict: _("sub-district"),
        Rung.district: _("district"),
    }
