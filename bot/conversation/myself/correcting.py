"""Correcting one's name, phone number, birthday and disability: said first, then kept by a tap."""

import re
from datetime import date

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.myself import (
    AskBirthday,
    AskClear,
    AskDisability,
    AskName,
    AskPhone,
    Clear,
    MyData,
    Save,
    SetDisability,
)
from bot.conversation.myself.data import booked_earlier, show_my_data
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Incoming, Reply
from bot.texts import DISTRICT_ZONE

NAME, PHONE, BIRTHDAY = "me_name", "me_phone", "me_birthday"
"""Kinds of drafts."""

LONGEST_NAME = 40
OLDEST = 120

_PHONE = re.compile(r"\+?\d{5,20}")
_FULL = re.compile(r"(\d{4})\D{0,3}(\d{1,2})\D{1,3}(\d{1,2})\D{0,3}|(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})\s*年?(?:生|出生)?")


def _back(turn: Turn) -> Row:
    _ = turn.words
    return (button(_("↩️ Back to my data"), MyData()),)


async def ask_name(turn: Turn, _asked: AskName | None = None, before: str = "") -> Reply:
    """Waits for a name."""
    _ = turn.words
    await turn.resident.keep_draft(NAME, {})
    ask = _("What is your name? Please type it; the people at the points will call you so.")
    return turn.screen(f"{before}\n\n{ask}" if before else ask, [_back(turn)])


async def take_name(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """A name was typed."""
    _ = turn.words
    name = " ".join((incoming.text or "").split())
    if not name or len(name) > LONGEST_NAME:
        return await ask_name(turn, before=_("I did not get that as a name."))
    await turn.resident.keep_draft(NAME, {"value": name})
    return turn.screen(
        _("From now on you are called “{name}”. Is that right?", name=name),
        [(button(_("✅ Yes, keep it"), Save()),), (button(_("✏️ Type it again"), AskName()),), _back(turn)],
    )


async def ask_phone(turn: Turn, _asked: AskPhone | None = None, before: str = "") -> Reply:
    """Waits for a phone number, typed or shared."""
    _ = turn.words
    await turn.resident.keep_draft(PHONE, {})
    ask = _(
        "What is your phone number? Please type it, or share it by the button. The point calls you there when something "
        "changes; only those who must call see it whole."
    )
    rows = [(button(_("🚫 Keep no phone number"), AskClear("phone")),), _back(turn)]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows, ask_contact=True)


async def take_phone(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """A phone number was typed or shared."""
    return await took_phone(turn, incoming.contact or incoming.text or "")


async def took_phone(turn: Turn, said: str) -> Reply:
    """Asks whether this is the number to keep."""
    _ = turn.words
    number = re.sub(r"[\s()-]", "", said)
    if not _PHONE.fullmatch(number):
        return await ask_phone(turn, before=_("I did not get that as a phone number."))
    await turn.resident.keep_draft(PHONE, {"value": number})
    return turn.screen(
        _("I keep {number} as your phone number. Is that right?", number=number),
        [
            (button(_("✅ Yes, keep it"), Save()),),
            (button(_("✏️ Another phone number"), AskPhone()),),
            _back(turn),
        ],
    )


async def ask_birthday(turn: Turn, _asked: AskBirthday | None = None, before: str = "") -> Reply:
    """Waits for a birthday, or just the year."""
    _ = turn.words
    await turn.resident.keep_draft(BIRTHDAY, {})
    ask = _(
        "When were you born? The year is enough, as in 1950; or the whole day, as in 1950-5-3. "
        "Some services can be booked earlier by older people."
    )
    rows = [(button(_("🚫 Keep no birthday"), AskClear("birthday")),), _back(turn)]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)


async def take_birthday(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """A birthday or year was typed."""
    _ = turn.words
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    born, whole = read_birthday(incoming.text or "", today)
    if born is None:
        return await ask_birthday(turn, before=_("I did not get that as a day or a year."))
    meaning = await turn.acting_as(Myself).birthday(born)
    if not whole and not meaning.year_is_enough:
        return await ask_birthday(
            turn, before=_("For people born in {year} the day matters: please give it, too.", year=born.year)
        )
    await turn.resident.keep_draft(BIRTHDAY, {"value": born.isoformat()})
    means = (
        _("You can then book these earlier than others: {what}.", what=earlier)
        if (earlier := await booked_earlier(turn, meaning))
        else _("For booking nothing changes.")
    )
    text = (
        _("I keep {day} as your birthday. {means} Is that right?", day=born.isoformat(), means=means)
        if whole
        else _("I keep that you were born in {year}. {means} Is that right?", year=born.year, means=means)
    )
    return turn.screen(
        text,
        [
            (button(_("✅ Yes, keep it"), Save()),),
            (button(_("✏️ Type it again"), AskBirthday()),),
            _back(turn),
        ],
    )


def read_birthday(text: str, today: date) -> tuple[date | None, bool]:
    """The day that is meant, and whether it was said whole; of a year alone its first day stands for it."""
    said = text.strip()
    try:
        if found := _FULL.fullmatch(said):
            year, month, day = (int(part) for part in found.groups() if part is not None)
            born, whole = date(year, month, day), True
        elif found := _YEAR.fullmatch(said):
            born, whole = date(int(found[1]), 1, 1), False
        else:
            return None, False
    except ValueError:  # no such day
        return None, False
    return (born, whole) if today.year - OLDEST <= born.year and born <= today else (None, False)


async def save(turn: Turn, _asked: Save) -> Reply:
    """Keeps what was said last, as it was shown."""
    _ = turn.words
    draft = turn.me.draft
    value = None if draft is None else draft.data.get("value")
    fields = {NAME: "name", PHONE: "phone", BIRTHDAY: "birth_date"}
    if draft is None or draft.kind not in fields or value is None:
        return await show_my_data(turn, before=_("That was some time ago. Please say it once more."))
    try:
        await turn.acting_as(Myself).change({fields[draft.kind]: value})
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        return await show_my_data(turn, before=_("I cannot keep it like that. Please say it once more."))
    return await _changed(turn, _("Kept. Thank you!"))


async def _changed(turn: Turn, said: str) -> Reply:
    await turn.resident.drop_draft()
    return await show_my_data(turn.knowing(await turn.resident.me()), before=said)


async def ask_clear(turn: Turn, asked: AskClear) -> Reply:
    """What forgetting it means."""
    _ = turn.words
    text = (
        _("Your phone number is erased. The point then cannot call you when something changes.")
        if asked.what == "phone"
        else _(
            "Your birthday is erased. What older people can book earlier, you then book when everybody does."
        )
    )
    return turn.screen(text, [(button(_("🗑 Yes, erase it"), Clear(asked.what)),), _back(turn)])


async def clear(turn: Turn, asked: Clear) -> Reply:
    """Forgets it."""
    _ = turn.words
    await turn.acting_as(Myself).change({"phone" if asked.what == "phone" else "birth_date": None})
    return await _changed(turn, _("It is erased."))


def ask_disability(turn: Turn, _asked: AskDisability) -> Reply:
    """What saying so means."""
    _ = turn.words
    text = _(
        "People with a disability can book some services earlier. I keep just a yes, no reason and no paper. "
        "What may I keep?"
    )
    rows = [
        (button(_("Yes, I have a disability"), SetDisability(1)),),
        (button(_("No, or I would rather not say"), SetDisability(0)),),
        _back(turn),
    ]
    return turn.screen(text, rows)


async def set_disability(turn: Turn, asked: SetDisability) -> Reply:
    """Keeps it."""
    _ = turn.words
    await turn.acting_as(Myself).change({"disability": asked.on == 1})
    return await _changed(turn, _("Kept. Thank you!"))
