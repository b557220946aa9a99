"""Which points somebody answers for."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.dependencies import CursorText, Now, Session, decode_cursor, encode_cursor, parse_cursor
from governance import lists
from models.shapes.places import PointView
from models.vocabulary import ScopeKind
from scheduling import people
from scheduling.queries.points import PointSearch, search_points
from web.visit import CurrentVisit, SignedIn

router = APIRouter(prefix="/manage")

POINTS_A_PAGE = 20


@router.get("")
async def points_page(
    *,
    visit: CurrentVisit,
    session: Session,
    actor: SignedIn,
    now: Now,
    division: str | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: CursorText = None,
) -> Response:
    """One's own points; and for staff of a division all points in it, searchable by name and address."""
    me = await people.me(session, actor=actor, now=now)
    own = [role for role in me.roles if role.scope is ScopeKind.point]
    divisions = {
        role.key: role.name for role in me.roles if role.scope in {ScopeKind.division, ScopeKind.district}
    }
    chosen = division if division in divisions else next(iter(divisions), None)
    found: list[PointView] = []
    following = None
    text = q.strip().replace("\0", "")
    if chosen is not None:
        after = parse_cursor(decode_cursor(cursor), ("nothing", "text", "id"))
        search = PointSearch(division=chosen, text=text)
        found, following = await search_points(
            session,
            search=search,
            limit=POINTS_A_PAGE,
            after=(after[0], after[1], after[2]) if after else None,
        )
    return visit.page(
        "points.html",
        name=me.name,
        own=own,
        divisions=divisions,
        chosen=chosen,
        text=text,
        found=found,
        following=encode_cursor(following),
        first=cursor is None,
        answers=lists.most_as(actor) is not None,
    )
