"""Certificates: what is needed and what has become of it, and handing one in, step by step in words."""

from datetime import date

from pydantic import JsonValue

from bot import wire
from bot.conversation.actions.volunteer_shifts import Shifts
from bot.conversation.actions.volunteers import (
    Certificates,
    HandIn,
    HandInNothing,
    HandInOver,
    Join,
    ShowProfile,
)
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.conversation.volunteering.consent import has_agreed
from bot.conversation.volunteering.dates import read_date
from bot.conversation.volunteering.entrance import ask_join
from bot.conversation.volunteering.skills import SKILLS, skill_name
from bot.conversation.volunteering.words import whole_date
from bot.replies import Incoming, Reply
from bot.texts import DISTRICT_ZONE, Words
from bot.volunteer import Volunteer
from bot.wire import volunteers

DRAFT = "volunteer_certificate"
"""Waits for what is on a certificate, one thing after another."""

STEPS = ("title", "issuer", "issued_on", "expires_on", "proof")
CAN_BE_NOTHING = frozenset({"expires_on", "proof"})
LONGEST = {"title": 120, "issuer": 120, "proof": 300}
MINUTES = 120
"""So long somebody may look for the paper."""


async def show_certificates(turn: Turn, _asked: Certificates) -> Reply:
    """What has been handed in, and which can be."""
    _ = turn.words
    if not has_agreed(turn.me):
        return ask_join(turn, Join())
    profile = await turn.acting_as(Volunteer).profile()
    return ask_join(turn, Join()) if profile is None else _list_screen(turn, profile)


def _list_screen(turn: Turn, profile: volunteers.Profile, before: str = "") -> Reply:
    _ = turn.words
    parts = [
        before
        or _(
            "Some shifts need proof: food needs a health certificate, driving a licence. Hand it in here in words; the district looks "
            "at the paper and says whether it counts."
        )
    ]
    if profile.certificates:
        parts.append("\n".join(_line(_, one) for one in profile.certificates))
    buttons = [
        button(_("📜 {skill}", skill=skill_name(_, skill)), HandIn(skill))
        for skill in dict.fromkeys([*SKILLS, *profile.skills])
    ]
    parts.append(_("For which skill do you have a certificate?"))
    rows: list[Row] = [
        *in_rows(buttons, 2),
        (button(_("👤 About me"), ShowProfile()), button(_("🙋 What help is wanted?"), Shifts())),
    ]
    return turn.screen("\n\n".join(parts), rows)


def _line(_: Words, one: volunteers.Certificate) -> str:
    match one.status:
        case "verified":
            stands = _("✅ counts")
        case "refused":
            stands = _("✖️ does not count: {remark}", remark=one.remark or _("ask the district"))
        case _:
            stands = _("⏳ is being checked")
    until = "" if one.expires_on is None else _(" (until {day})", day=whole_date(_, one.expires_on))
    return (
        f"{skill_name(_, one.skill)}：{one.title}{until} · {stands}"
        if _.language == "zh-CN"
        else (f"{skill_name(_, one.skill)}: {one.title}{until} · {stands}")
    )


async def hand_in(turn: Turn, wanted: HandIn) -> Reply:
    """Begin: wait for what the certificate is called."""
    if not has_agreed(turn.me):
        return ask_join(turn, Join())
    data: dict[str, JsonValue] = {"skill": wanted.skill}
    await turn.resident.keep_draft(DRAFT, data, MINUTES)
    return _ask_step(turn, data)


def _step(data: dict[str, JsonValue]) -> str | None:
    """What is to be told next; None when all is told."""
    return next((step for step in STEPS if step not in data), None)


def _ask_step(turn: Turn, data: dict[str, JsonValue], before: str = "") -> Reply:
    """The question of the present step; at the end everything that was told, and the button that hands it in."""
    _ = turn.words
    step = _step(data)
    again: Row = (button(_("↩️ Not now"), Certificates()),)
    if step is None:
        text = _("Hand this certificate in?")
        rows: list[Row] = [
            (button(_("✅ Yes, hand it in"), HandInOver()),),
            (button(_("✏️ No, begin again"), HandIn(str(data["skill"]))),),
            again,
        ]
        return turn.screen(f"{text}\n\n" + "\n".join(_told(_, data)), rows)
    rows = [again]
    if step in CAN_BE_NOTHING:
        label = _("It has no end") if step == "expires_on" else _("Nothing more to say")
        rows.insert(0, (button(label, HandInNothing()),))
    parts = [*([before] if before else []), *_told(_, data), _question(_, step)]
    return turn.screen("\n".join(parts), rows)


def _question(_: Words, step: str) -> str:
    match step:
        case "title":
            return _("What is the certificate called? Send me its name.")
        case "issuer":
            return _("Who issued it?")
        case "issued_on":
            return _("When was it issued? For example 2024-3-15.")
        case "expires_on":
            return _("Until when does it hold? For example 2027-3-14.")
        case _:
            return _(
                "Where can the district look at it? For example its number, or: I bring it to the point."
            )


def _told(_: Words, data: dict[str, JsonValue]) -> list[str]:
    """What has been told so far."""
    lines = [_("📜 {skill}", skill=skill_name(_, str(data["skill"])))]
    if "title" in data:
        lines.append(_("Name: {title}", title=str(data["title"])))
    if "issuer" in data:
        lines.append(_("Issued by: {issuer}", issuer=str(data["issuer"])))
    if "issued_on" in data:
        lines.append(_("Issued on: {day}", day=whole_date(_, date.fromisoformat(str(data["issued_on"])))))
    if data.get("expires_on"):
        lines.append(_("Holds until: {day}", day=whole_date(_, date.fromisoformat(str(data["expires_on"])))))
    if data.get("proof"):
        lines.append(_("To be seen: {proof}", proof=str(data["proof"])))
    return lines


async def take_step(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Take what was told for the present step. The same words delivered twice are taken once."""
    _ = turn.words
    data = dict(draft.data)
    if data.get("heard") == turn.resident.update_key:
        return _ask_step(turn, data)
    step, said = _step(data), " ".join((incoming.text or "").split())
    if step is None:
        return _ask_step(turn, data)
    if not said:
        return _ask_step(turn, data, _("Please send it in words."))
    value: JsonValue = said[: LONGEST.get(step, len(said))]
    if step in {"issued_on", "expires_on"}:
        day = read_date(said)
        wrong = _wrong_day(turn, data, step, day)
        if day is None or wrong:
            return _ask_step(turn, data, wrong)
        value = day.isoformat()
    return await _kept(turn, {**data, step: value})


def _wrong_day(turn: Turn, data: dict[str, JsonValue], step: str, day: date | None) -> str:
    _ = turn.words
    if day is None:
        return _("I could not read that as a date.")
    if not 2000 <= day.year <= 2199:  # what the API takes for a date
        return _("I could not read that as a date.")
    if step == "issued_on" and day > turn.now.astimezone(DISTRICT_ZONE).date():
        return _("That day is still to come.")
    if step == "expires_on" and day.isoformat() < str(data["issued_on"]):
        return _("It cannot run out before it was issued.")
    return ""


async def hand_in_nothing(turn: Turn, _order: HandInNothing) -> Reply:
    """Go on without anything at this step, where that is possible."""
    draft = turn.me.draft
    if draft is None or "skill" not in draft.data:
        return await show_certificates(turn, Certificates())
    data = dict(draft.data)
    step = _step(data)
    if step not in CAN_BE_NOTHING or data.get("heard") == turn.resident.update_key:
        return _ask_step(turn, data)
    return await _kept(turn, {**data, str(step): "" if step == "proof" else None})


async def _kept(turn: Turn, data: dict[str, JsonValue]) -> Reply:
    data = {**data, "heard": turn.resident.update_key}
    await turn.resident.keep_draft(DRAFT, data, MINUTES)
    return _ask_step(turn, data)


async def hand_in_over(turn: Turn, _order: HandInOver) -> Reply:
    """Hand it in. Where nothing is told any more, it was handed in already, or told too long ago."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    draft = turn.me.draft
    if draft is None or "skill" not in draft.data or _step(draft.data) is not None:
        return await show_certificates(turn, Certificates())
    await volunteer.hand_in({key: draft.data[key] for key in ("skill", *STEPS)})
    await volunteer.drop_draft()
    profile = await volunteer.profile()
    if profile is None:
        return ask_join(turn, Join())
    return _list_screen(
        turn, profile, _("✅ Handed in. The district checks it; then you can take such shifts.")
    )
