"""The worklist of those who answer, and one request as they see it."""

from collections.abc import Sequence

from bot.conversation.actions import grid as actions
from bot.conversation.actions.requests import ShowFile
from bot.conversation.place import spoken_name
from bot.conversation.requests.labels import (
    kind_label,
    owner_label,
    place_of,
    short,
    state_label,
    story,
)
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.grid_working import GridWorker
from bot.replies import Reply
from bot.wire import requests as views

PAGE = 6


async def work(turn: Turn, asked: actions.Work, before: str = "") -> Reply:
    """What others ask me to take over, then what is mine, overdue first."""
    _, worker = turn.words, turn.acting_as(GridWorker)
    offered = await worker.requests("taker", 10) if asked.page == 0 else ()
    found = await worker.requests("owner", limit_for(asked.page, PAGE))
    requests, more = leaf(found, asked.page, PAGE)
    rows: list[Row] = [_row(turn, request, "🤲") for request in offered]
    rows += [_row(turn, request, "❗" if request.overdue else "") for request in requests]
    rows += page_row(_, asked.page, actions.Work, more=more)
    rows.append((button(_("🏖 When I am away"), actions.Away()),))
    lines = [before, ""] if before else []
    if offered:
        lines.append(
            _.plural(
                "🤲 {number} colleague asks you to take over",
                "🤲 {number} colleagues ask you to take over",
                len(offered),
            )
        )
    if requests:
        overdue = sum(request.overdue for request in requests)
        lines.append(_("🧭 Your requests, what is due first:"))
        if overdue:
            lines.append(_.plural("❗ {number} is overdue", "❗ {number} are overdue", overdue))
    elif not offered:
        lines.append(_("🧭 Nothing waits for you. Well done!"))
    return turn.screen("\n".join(lines), rows)


def _row(turn: Turn, request: views.Request, mark: str) -> Row:
    _ = turn.words
    label = f"{mark}{kind_label(_, request.kind).split()[0]} {short(request.text)}"
    due = _("due {moment}", moment=_.moment(request.due_at, turn.now))
    return (button(label, actions.Case(request.id), (label, state_label(_, request), due)),)


async def case(turn: Turn, asked: actions.Case) -> Reply:
    """One request, with whom to call and what can be done."""
    return show_case(turn, await turn.acting_as(GridWorker).request(asked.request))


def show_case(turn: Turn, request: views.RequestWhole, before: str = "") -> Reply:
    """A request as whoever answers for it sees it."""
    _, now = turn.words, turn.now
    lines = [*([before, ""] if before else []), *case_facts(turn, request)]
    if request.asker is not None:
        lines.append(_("Who asks: {name}", name=request.asker.name))
        if request.asker.phone:
            lines.append(_("Call: {phone}", phone=request.asker.phone))
    if request.followers:
        lines.append(
            _.plural("{number} neighbour follows it", "{number} neighbours follow it", request.followers)
        )
    if request.claim is not None:
        lines.append(_("Volunteer: {name}", name=request.claim.volunteer.name))
    if request.transfer is not None:
        lines.append(_("Asked to take it over: {name}", name=request.transfer.to.name))
    lines += ["", _("How it went:"), *story(_, request, now)]
    rows = [*_ways(turn, request), *_files(turn, request), back_to_work(turn)]
    return turn.screen("\n".join(lines), rows, place=place_of(request))


def case_facts(turn: Turn, request: views.RequestWhole) -> list[str]:
    """What it is, where, and what is due when."""
    _, now = turn.words, turn.now
    where = " · ".join(part for part in (spoken_name(request.division.name), request.place) if part)
    lines = [
        f"{kind_label(_, request.kind)} · {state_label(_, request)}",
        f"“{request.text}”",
        _("Where it is: {place}", place=where),
    ]
    if request.overdue:
        lines.append(_("❗ Overdue since {moment}", moment=_.moment(request.due_at, now)))
    elif request.state in {"received", "accepted", "in_progress"}:
        lines.append(_("Due {moment}", moment=_.moment(request.due_at, now)))
    if not request.owned:
        lines.append(
            _("Answers for it: {owner}", owner=owner_label(_, request.owner.name, request.owner.rung))
        )
    return lines


def _ways(turn: Turn, request: views.RequestWhole) -> Sequence[Row]:
    """What can be done, in rows of one or two."""
    _, id_ = turn.words, request.id
    takes = request.transfer is not None and request.transfer.to_me
    known = {
        "accept": button(_("✅ Take it over") if takes else _("✅ Accept it"), actions.AskAccept(id_)),
        "decline": button(_("🙅 Not for me"), actions.AskDeclineCase(id_)),
        "progress": button(_("📝 Say how it goes"), actions.AskNote(id_)),
        "resolve": button(_("🏁 Answer it"), actions.AskAnswer(id_)),
        "transfer": button(_("🔀 Hand it over"), actions.ToWhom(id_)),
        "escalate": button(_("⬆️ Hand it up"), actions.AskUp(id_)),
        "publish-wish": button(_("💝 Let volunteers see it"), actions.AskPublish(id_)),
        "kind": button(_("🏷 It is something else"), actions.CaseKinds(id_)),
    }
    buttons = [known[verb] for verb in known if verb in request.may]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _files(turn: Turn, request: views.RequestWhole) -> Sequence[Row]:
    _ = turn.words
    if not request.attachments:
        return ()
    label = _.plural("📷 See {number} file", "📷 See {number} files", len(request.attachments))
    return ((button(label, ShowFile(request.id, 0)),),)


def back_to_work(turn: Turn) -> Row:
    """To the worklist."""
    _ = turn.words
    return (button(_("🧭 My grid"), actions.Work()),)


def back_to(turn: Turn, request: actions.Case) -> Row:
    """To the request."""
    _ = turn.words
    return (button(_("↩️ Back to the request"), request),)
