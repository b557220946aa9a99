"""My requests and those that I follow: lists, and one with its history and what can be done."""

from collections.abc import Sequence

from bot.conversation.actions import requests as actions
from bot.conversation.actions.grid import Case
from bot.conversation.place import spoken_name
from bot.conversation.requests.labels import kind_label, owner_label, short, state_label, story
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.replies import Document, Picture, Reply
from bot.requesting import Requester
from bot.wire import requests as views

PAGE = 6


async def my_requests(turn: Turn, asked: actions.MyRequests) -> Reply:
    """What I have sent, or what I follow, the newest first."""
    role = "follower" if asked.followed else "asker"
    found = await turn.acting_as(Requester).requests(role, limit_for(asked.page, PAGE))
    requests, more = leaf(found, asked.page, PAGE)
    _ = turn.words
    rows: list[Row] = [_list_row(turn, request) for request in requests]
    rows += page_row(_, asked.page, lambda page: actions.MyRequests(asked.followed, page), more=more)
    other = (
        button(_("📂 My requests"), actions.MyRequests())
        if asked.followed
        else button(_("👥 What I follow"), actions.MyRequests(1))
    )
    rows += [
        (button(_("📣 Report something"), actions.Tell()), other),
        (button(_("💝 Micro-wishes"), actions.Wishes()),),
    ]
    if requests:
        text = _("What you follow:") if asked.followed else _("Your requests:")
    else:
        text = _("You follow nothing yet.") if asked.followed else _("You have not sent anything yet.")
    return turn.screen(text, rows)


async def shown(turn: Turn) -> Reply:
    """My requests, for a button whose draft is gone."""
    return await my_requests(turn, actions.MyRequests())


def _list_row(turn: Turn, request: views.Request) -> Row:
    _ = turn.words
    label = f"{kind_label(_, request.kind).split()[0]} {short(request.text)}"
    detail = (label, state_label(_, request), _.short_moment(request.created_at, turn.now))
    return (button(label, actions.ShowRequest(request.id), detail),)


async def one_request(turn: Turn, asked: actions.ShowRequest) -> Reply:
    """One request."""
    return show_request(turn, await turn.acting_as(Requester).request(asked.request))


def facts(turn: Turn, request: views.RequestWhole) -> list[str]:
    """What it is, where it stands, who answers, what is due when."""
    _, now = turn.words, turn.now
    where = " · ".join(part for part in (spoken_name(request.division.name), request.place) if part)
    lines = [
        f"{kind_label(_, request.kind)} · {state_label(_, request)}",
        f"“{request.text}”",
        _("Where it is: {place}", place=where),
        _("Answers for it: {owner}", owner=owner_label(_, request.owner.name, request.owner.rung)),
    ]
    if request.state == "received":
        lines.append(_("To be accepted by {moment}", moment=_.moment(request.acknowledge_due_at, now)))
    if request.state in {"received", "accepted", "in_progress"}:
        lines.append(_("To be answered by {moment}", moment=_.moment(request.resolve_due_at, now)))
    if request.followers:
        lines.append(
            _.plural("{number} neighbour follows it", "{number} neighbours follow it", request.followers)
        )
    lines.append(_("Number: {code}", code=request.code))
    return lines


def show_request(turn: Turn, request: views.RequestWhole, before: str = "") -> Reply:
    """A request as its resident, follower or volunteer sees it."""
    _ = turn.words
    lines = [*([before, ""] if before else []), *facts(turn, request)]
    if request.claim is not None:
        who = request.claim.volunteer.name
        lines.append(
            _("Volunteer: {name}, {phone}", name=who, phone=request.claim.phone)
            if request.claim.phone
            else _("Volunteer: {name}", name=who)
        )
    if "fulfil" in request.may and request.asker is not None:
        lines.append(_("Whose wish it is: {name}", name=request.asker.name))
        if request.asker.phone:
            lines.append(_("Call: {phone}", phone=request.asker.phone))
    lines += ["", _("How it went:"), *story(_, request, turn.now)]
    if "reopen" in request.may and request.state == "resolved" and request.reopen_until is not None:
        until = _.moment(request.reopen_until, turn.now)
        lines += ["", _("Not good? You can have it done again until {moment}.", moment=until)]
    return turn.screen("\n".join(lines), [*_ways(turn, request), *file_rows(turn, request), _all_row(turn)])


def _ways(turn: Turn, request: views.RequestWhole) -> Sequence[Row]:
    """What the person may do, a row each, in the API's order."""
    _, id_ = turn.words, request.id
    known = {
        "confirm": button(_("🎉 The wish came true"), actions.AskConfirm(id_)),
        "rate": button(_("⭐ Rate the answer"), actions.AskRate(id_)),
        "reopen": button(_("🔁 Not solved, do it again"), actions.AskReopen(id_)),
        "withdraw": button(_("↩️ Withdraw it"), actions.AskWithdrawRequest(id_)),
        "fulfil": button(_("🎁 It is done"), actions.AskFulfil(id_)),
        "give-back": button(_("↩️ I cannot do it after all"), actions.AskGiveBack(id_)),
        "unfollow": button(_("🔕 Follow it no more"), actions.AskUnfollow(id_)),
    }
    return [(known[verb],) for verb in known if verb in request.may]


def file_rows(turn: Turn, request: views.RequestWhole) -> Sequence[Row]:
    """To its photos and voice notes."""
    _ = turn.words
    if not request.attachments:
        return ()
    label = _.plural("📷 See {number} file", "📷 See {number} files", len(request.attachments))
    return ((button(label, actions.ShowFile(request.id, 0)),),)


def _all_row(turn: Turn) -> Row:
    _ = turn.words
    return (button(_("📂 My requests"), actions.MyRequests()),)


async def show_file(turn: Turn, asked: actions.ShowFile) -> Reply:
    """One of its photos and voice notes, and the way to the next."""
    _, requester = turn.words, turn.acting_as(Requester)
    request = await requester.request(asked.request)
    files = request.attachments
    if not files:
        return show_request(turn, request)
    number = min(max(0, asked.number), len(files) - 1)
    file = files[number]
    content = await requester.attachment(file.id)
    text = _("File {number} of {count}", number=number + 1, count=len(files))
    rows: list[Row] = []
    if number + 1 < len(files):
        rows.append((button(_("▶ The next one"), actions.ShowFile(request.id, number + 1)),))
    works = request.owned or (request.transfer is not None and request.transfer.to_me)
    back = Case(request.id) if works else actions.ShowRequest(request.id)
    rows.append((button(_("↩️ Back to the request"), back),))
    if file.kind == "image":
        drawn = Picture(content, "image/png" if file.media_type == "image/png" else "image/jpeg", text)
        return turn.screen(text, rows, picture=drawn)
    ending = file.media_type.partition("/")[2]
    document = Document(f"{request.code}-{number + 1}.{ending}", file.media_type, content)
    return turn.screen(text, rows, document=document)
