"""Telling a request in several messages: words, a place, photos, a voice; what will be sent is shown, and sent by a tap.

What has been said so far lies in the draft `request`, with what is waited for: `words`, `place`, or nothing in particular.
"""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import requests as actions
from bot.conversation.danger import on_top
from bot.conversation.files import Unusable, taken_in
from bot.conversation.place import spoken_name
from bot.conversation.requests.labels import KINDS, kind_label, owner_label
from bot.conversation.requests.showing import show_request, shown
from bot.conversation.requests.where import (
    WHERE,
    Said,
    give_up_row,
    has_place,
    is_near_home,
    lying_in,
    show_communities,
    show_subdistricts,
    subdistrict_named,
)
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Incoming, Reply
from bot.requesting import Requester
from bot.understanding import Meaning, understand
from bot.understanding.dangers import numbers_to_call
from bot.wire import requests as views

TELLING = "request"
"""The kind of draft."""
WISH = "wish"
"""The kind of request that volunteers fulfil."""
LONGEST_TEXT, LONGEST_PLACE = 2000, 200
MINUTES = 60
MOST_FILES = 6

_ONLY_THAT_THERE_IS_SOMETHING = re.compile(
    r"(?:我|我们)?[想要来]*(?:反映|投诉|举报|报修|提)(?:一下|一个|个|点|些)?(?:问题|情况|意见|事情?)?"
    r"|(?:i (?:want|would like|need) to )?(?:report|complain)(?: something| a problem| an issue)?",
    re.IGNORECASE,
)
"""Says that something is the matter, not what: the words of the button, typed."""


def _said(turn: Turn) -> Said:
    """What has been said so far."""
    draft = turn.me.draft
    return dict(draft.data) if draft is not None and draft.kind == TELLING else {}


async def _keep(turn: Turn, said: Said, waits: str) -> None:
    said["waits"] = waits
    await turn.resident.keep_draft(TELLING, said, MINUTES)


async def ask_words(turn: Turn, _asked: actions.Tell | None = None, before: str = "") -> Reply:
    """Waits for what it is about."""
    _ = turn.words
    await _keep(turn, {}, "words")
    ask = _(
        "📣 What is the matter? Say it in a sentence, for example “The street lamp at the north gate is out”. Photos and a "
        "voice note help. It goes to the person who answers for your grid cell, who has a name and a deadline."
    )
    rows = [
        (button(_("📂 My requests"), actions.MyRequests()), button(_("💝 Micro-wishes"), actions.Wishes())),
        give_up_row(turn),
    ]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)


async def ask_wish(turn: Turn, _asked: actions.TellWish | None = None, before: str = "") -> Reply:
    """Waits for what is wished for: it is a wish whatever its words."""
    _ = turn.words
    await _keep(turn, {"kind": WISH}, "words")
    ask = _(
        "💝 What do you wish for? Say it in a sentence, for example “I would like to learn video calls”. First it goes to the "
        "person who answers for your grid cell; volunteers see it after that, without your name."
    )
    rows = [(button(_("💝 Micro-wishes"), actions.Wishes()),), give_up_row(turn)]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)


async def _ask_anew(turn: Turn, said: Said, before: str = "") -> Reply:
    """Waits for the words of what has none yet."""
    if said.get("kind") == WISH:
        return await ask_wish(turn, before=before)
    return await ask_words(turn, before=before)


async def ask_other_words(turn: Turn, _asked: actions.Words) -> Reply:
    """Waits for other words."""
    said = _said(turn)
    if not said.get("text"):
        return await _ask_anew(turn, said)
    await _keep(turn, said, "words")
    _ = turn.words
    text = _("So far you have said: “{text}”. Type it anew, please.", text=str(said["text"]))
    return turn.screen(text, [(button(_("↩️ Keep it"), actions.Review()),), give_up_row(turn)])


async def heard(turn: Turn, _meaning: Meaning, said: str) -> Reply:
    """A sentence that says what is the matter begins a request with these very words; one that does not say what, without."""
    if _ONLY_THAT_THERE_IS_SOMETHING.fullmatch(said.strip(" 。.!！?？")):
        return await ask_words(turn)
    return await _after_words(turn, _worded(turn, {}, said))


async def begin_with_file(turn: Turn, incoming: Incoming) -> Reply:
    """A photo or voice note that came by itself: it is asked what is the matter."""
    return await _take_file(turn, {}, incoming)


async def take(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """The next message, with the numbers to call above the answer where it tells of danger."""
    return on_top(turn.words, await _take(turn, draft, incoming), numbers_to_call(incoming.text or ""))


async def _take(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """For what is waited for; else it is added."""
    _ = turn.words
    said = _said(turn)
    if incoming.file is not None:
        return await _take_file(turn, said, incoming)
    if incoming.location is not None:
        latitude, longitude = incoming.location
        said["location"] = {"latitude": latitude, "longitude": longitude}
        said.pop("community", None)
        return await _after_place(turn, said)
    text = " ".join((incoming.text or "").split())
    if not text:
        return await _ask_anew(turn, said, before=_("I cannot use that here."))
    if said.get("waits") == "place":
        return await _after_place(turn, _placed(turn, said, text))
    if said.get("waits") == "words" or not said.get("text"):
        return await _after_words(turn, _worded(turn, said, text))
    said["text"] = f"{said['text']} {text}"[:LONGEST_TEXT]
    return await _review(turn, said)


def _worded(turn: Turn, said: Said, text: str) -> Said:
    """With these words; they may name the community where it is: 中前社区的路灯坏了."""
    place = understand(text, turn.now).place
    there = {} if place is None or has_place(said) else lying_in(place)
    return {**said, "text": text[:LONGEST_TEXT], **there}


def _placed(turn: Turn, said: Said, text: str) -> Said:
    """With the place in words, and in the community that they name, wherever it was thought to be before."""
    place = understand(text, turn.now).place
    there = {} if place is None else lying_in(place)
    if there:
        said = {name: what for name, what in said.items() if name not in WHERE}
    if place is not None and there.get("community") and place.name == text:
        return {**said, "place": "", **there}
    return {**said, "place": text[:LONGEST_PLACE], **there}


async def _take_file(turn: Turn, said: Said, incoming: Incoming) -> Reply:
    """A photo or voice note is kept at once, and goes along when it is sent."""
    _ = turn.words
    known = said.get("files")
    files: list[JsonValue] = list(known) if isinstance(known, list) else []
    if len(files) >= MOST_FILES:
        return await _review(turn, said, before=_("That is as many files as go along with one request."))
    taken = await taken_in(turn, incoming)
    if isinstance(taken, Unusable):
        before = taken.why
    else:
        files.append(str(taken.id))
        said["files"] = files
        if taken.location is not None and "location" not in said:
            said["photo_at"] = taken.location.model_dump()
        before = _("I have your photo.") if taken.kind == "image" else _("I have your voice note.")
    if incoming.text and not said.get("text"):
        said["text"] = incoming.text[:LONGEST_TEXT]
    if not said.get("text"):
        await _keep(turn, said, "words")
        ask = (
            _("Please say in a sentence what you wish for.")
            if said.get("kind") == WISH
            else _("Please say in a sentence what is the matter.")
        )
        return turn.screen(f"{before}\n\n{ask}", [give_up_row(turn)])
    if has_place(said):
        return await _review(turn, said, before=before)
    if said.get("place") and not said.get("photo_at"):
        return await _ask_which(turn, said, before=before)
    return await _ask_place(turn, said, before=before)


async def _after_words(turn: Turn, said: Said) -> Reply:
    return await (_review(turn, said) if has_place(said) else _ask_place(turn, said))


async def ask_where(turn: Turn, _asked: actions.Where) -> Reply:
    """Waits for the place, or another one."""
    return await _ask_place(turn, _said(turn))


async def _ask_place(turn: Turn, said: Said, before: str = "") -> Reply:
    _ = turn.words
    if not said.get("text"):
        return await _ask_anew(turn, said)
    await _keep(turn, said, "place")
    lines = [_("You say: “{text}”", text=str(said["text"])), ""]
    ask = _(
        "📍 Where is it? Share the location, or type it, for example “in front of building 3”. Then the right person gets it."
    )
    rows: list[Row] = []
    if turn.me.home is not None or turn.me.home_division is not None:
        rows.append((button(_("🏠 Near my home"), actions.AtHome()),))
    if said.get("photo_at"):
        rows.append((button(_("📷 Where the photo was taken"), actions.WherePhoto()),))
    rows += [
        (button(_("🏘 Choose the community"), actions.InWhich(subdistrict_named(said))),),
        give_up_row(turn),
    ]
    text = "\n".join([*([before, ""] if before else []), *lines, ask])
    return turn.screen(text, rows, ask_location=True)


async def at_home(turn: Turn, _asked: actions.AtHome) -> Reply:
    """It is near home: the API knows where that is."""
    said = _said(turn)
    said["at_home"] = True
    said.pop("location", None)
    said.pop("community", None)
    return await _after_place(turn, said)


async def where_photo(turn: Turn, _asked: actions.WherePhoto) -> Reply:
    """It is where the photo was taken."""
    said = _said(turn)
    if said.get("photo_at"):
        said["location"] = said["photo_at"]
        said.pop("community", None)
    return await _after_place(turn, said)


async def _ask_which(turn: Turn, said: Said, before: str = "") -> Reply:
    """The place is said in words that do not tell where: the community is asked for, and the words are not again."""
    _ = turn.words
    await _keep(turn, said, "place")
    noted = _("Noted: {place}.", place=str(said["place"]))
    before = f"{before}\n\n{noted}" if before else noted
    if (subdistrict := subdistrict_named(said)) is not None:
        return await show_communities(turn, actions.InWhich(subdistrict), before)
    return await show_subdistricts(turn, before)


async def lies_in(turn: Turn, asked: actions.LiesIn) -> Reply:
    """It is in this community."""
    said = _said(turn)
    said["community"] = asked.community
    said.pop("location", None)
    return await _after_place(turn, said)


async def _after_place(turn: Turn, said: Said) -> Reply:
    """A place in words alone is near home; where no home is known, the community is asked for."""
    if not said.get("text"):
        return await _ask_anew(turn, said)
    if not has_place(said):
        if not is_near_home(turn, said):
            return await _ask_which(turn, said)
        said["at_home"] = True
    return await _review(turn, said)


async def ask_kind(turn: Turn, _asked: actions.Kinds) -> Reply:
    """What it could be about."""
    _ = turn.words
    choices = [button(kind_label(_, kind), actions.OfKind(kind)) for kind in KINDS]
    rows = [*in_rows(choices, 2), (button(_("↩️ Go back"), actions.Review()),)]
    return turn.screen(_("What is it about?"), rows)


async def of_kind(turn: Turn, asked: actions.OfKind) -> Reply:
    """It is about this."""
    said = _said(turn)
    said["kind"] = asked.kind
    return await _review(turn, said)


async def review(turn: Turn, _asked: actions.Review) -> Reply:
    """What would be sent."""
    return await _review(turn, _said(turn))


def _order(said: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The request as the API takes it, without its files."""
    names = ("text", "location", "place", "community", "kind")
    return {name: said[name] for name in names if said.get(name)}


async def _review(turn: Turn, said: Said, before: str = "") -> Reply:
    """What will be sent, to whom, and by when; and whether neighbours have said it already."""
    _ = turn.words
    if not said.get("text"):
        return await _ask_anew(turn, said)
    try:
        preview = await turn.acting_as(Requester).preview(_order(said))
    except ApiProblem as problem:
        if problem.code != "invalid-input":
            raise
        for name in WHERE:
            said.pop(name, None)
        return await _ask_place(
            turn, said, before=_("I do not know this place, or it lies outside the district.")
        )
    await _keep(turn, said, "")
    lines = [*([before, ""] if before else []), *_what_is_sent(turn, said, preview.foreseen)]
    rows: list[Row] = []
    if preview.similar:
        lines += [
            "",
            _(
                "👥 Neighbours have said something like it. Is it the same? Then join, and you will be told each step:"
            ),
        ]
        for number, one in enumerate(preview.similar[:3], 1):
            lines.append(f"{number}. {_similar(turn, one)}")
            rows.append((button(_("👥 {number} is the same: join", number=number), actions.Join(one.id)),))
    send = _("✅ Send mine all the same") if preview.similar else _("✅ Send the request")
    rows += [
        (button(send, actions.Send()),),
        (button(_("✏️ Other words"), actions.Words()), button(_("📍 Another place"), actions.Where())),
        (button(_("🏷 Something else"), actions.Kinds()),),
        give_up_row(turn),
    ]
    return turn.screen("\n".join(lines), rows)


def _what_is_sent(turn: Turn, said: Mapping[str, JsonValue], foreseen: views.Foreseen) -> list[str]:
    _, now = turn.words, turn.now
    where = spoken_name(foreseen.division.name)
    if said.get("place"):
        where = f"{where}，{said['place']}" if turn.me.language == "zh-CN" else f"{where}, {said['place']}"
    files = said.get("files")
    owner = owner_label(_, foreseen.owner.name, foreseen.owner.rung)
    lines = [
        _("This will be sent:"),
        "",
        _("What: {kind}", kind=kind_label(_, foreseen.kind)),
        f"“{said['text']}”",
        _("Where it is: {place}", place=where),
    ]
    if isinstance(files, list) and files:
        lines.append(_.plural("With {number} file", "With {number} files", len(files)))
    lines += [
        _("To: {owner}", owner=owner),
        _("Accepted by {moment}", moment=_.moment(foreseen.acknowledge_due_at, now)),
        _("Answered by {moment}", moment=_.moment(foreseen.resolve_due_at, now)),
        "",
        _(
            "Only those who work on it see who you are. You can still send photos or a voice note before that."
        ),
    ]
    return lines


def _similar(turn: Turn, one: views.Similar) -> str:
    _ = turn.words
    parts = [f"“{one.excerpt}”"]
    if one.distance_m is not None:
        parts.append(_.distance(one.distance_m))
    if one.followers:
        parts.append(_.plural("{number} follows it", "{number} follow it", one.followers))
    return " · ".join(parts)


async def send(turn: Turn, _asked: actions.Send) -> Reply:
    """Sends it; pressed again, it shows what was sent. What is not complete, as the button is of an older one, is asked for."""
    said = _said(turn)
    if not said.get("text"):
        return await shown(turn)
    files = said.get("files")
    order: dict[str, JsonValue] = {**_order(said), "attachments": files if isinstance(files, list) else []}
    try:
        request = await turn.acting_as(Requester).send(order)
    except ApiProblem as problem:
        if problem.code != "invalid-input":
            raise
        return await _review(turn, said)
    await turn.resident.drop_draft()
    _ = turn.words
    owner = owner_label(_, request.owner.name, request.owner.rung)
    before = _(
        "✅ Sent to {owner}, who is being told now. Number: {code}. I will tell you each step.",
        owner=owner,
        code=request.code,
    )
    return show_request(turn, request, before=before)


async def join(turn: Turn, asked: actions.Join) -> Reply:
    """Says the same as a neighbour, with one's own words."""
    text = str(_said(turn).get("text") or "")
    request = await turn.acting_as(Requester).follow(asked.request, text)
    await turn.resident.drop_draft()
    _ = turn.words
    return show_request(turn, request, before=_("👥 Thank you, you have joined. I will tell you each step."))


async def give_up(turn: Turn, _asked: actions.GiveUp) -> Reply:
    """Nothing was sent."""
    _ = turn.words
    if turn.me.draft is not None and turn.me.draft.kind == TELLING:
        await turn.resident.drop_draft()
    rows = [
        (button(_("📣 Report something"), actions.Tell()),),
        (button(_("📂 My requests"), actions.MyRequests()),),
    ]
    return turn.screen(_("All right, nothing was sent."), rows)
