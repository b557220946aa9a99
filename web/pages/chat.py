"""Going on in the chat: a code by which the chat knows who is signed in here."""

from io import BytesIO

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.dependencies import Now, Session, State
from models.database import AsyncSession, in_transaction
from models.shapes.identity import LinkCodeMade
from scheduling import people
from scheduling.errors import TooManyCodesError
from scheduling.identity import codes
from web.visit import CurrentVisit, Sender, SignedIn

router = APIRouter(prefix="/manage/chat")


@router.get("")
async def chat_page(*, visit: CurrentVisit, session: Session, actor: SignedIn, now: Now) -> Response:
    """What it is good for, and the button that makes a code."""
    me = await people.me(session, actor=actor, now=now)
    return visit.page("chat.html", name=me.name, made=None, too_many=False)


@router.post("")
async def make_code(
    *, request: Request, visit: CurrentVisit, session: Session, actor: Sender, state: State, now: Now
) -> Response:
    """A new code, shown this once: to type in, to tap, or to scan with the phone that the chat is on."""
    me = await people.me(session, actor=actor, now=now)

    async def work(transaction: AsyncSession) -> LinkCodeMade:
        return await codes.make_own(transaction, actor=actor, bot_name=state.bot_name(), now=now)

    try:
        made = await in_transaction(state.database, work)
    except TooManyCodesError as error:
        page = visit.page("chat.html", status=429, name=me.name, made=None, too_many=True)
        page.headers["Retry-After"] = str(error.data["retry_after_s"])
        return page
    page_url = f"/chat?start={made.start}"
    there = made.telegram_url or str(request.base_url).rstrip("/") + page_url
    return visit.page(
        "chat.html",
        name=me.name,
        made=made,
        page_url=page_url,
        picture=_qr(there),
        too_many=False,
    )


def _qr(text: str) -> Markup:
    """A QR code as a drawing within the page, which loads no images from elsewhere."""
    drawn = BytesIO()
    segno.make(text, micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, scale=5, border=3, light="#fff", nl=False
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # drawn here, from our own address
