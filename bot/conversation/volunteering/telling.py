"""What is told in words: the birth date, and whom to call; each is said back, and kept at a tap."""

import re
import unicodedata
from uuid import UUID

from bot import wire
from bot.conversation.actions.volunteer_shifts import Volunteering
from bot.conversation.actions.volunteers import (
    ForgetContact,
    Join,
    KeepContact,
    SetBirth,
    ShowProfile,
    TellBirth,
    TellContact,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.consent import has_agreed
from bot.conversation.volunteering.dates import read_date
from bot.conversation.volunteering.entrance import ask_join
from bot.conversation.volunteering.looking import shift_screen
from bot.conversation.volunteering.profile import profile_screen, show_profile
from bot.conversation.volunteering.words import whole_date
from bot.replies import Incoming, Reply
from bot.texts import DISTRICT_ZONE
from bot.volunteer import Volunteer

BIRTH_DRAFT = "volunteer_birth"
"""Waits for a birth date."""

CONTACT_DRAFT = "volunteer_contact"
"""Waits for a name and a phone number, and then for the tap that keeps them."""

OLDEST = 110
LONGEST_NAME = 40

_PHONE = re.compile(r"\+?\d(?:[ -]?\d){4,19}")
_BETWEEN = " \t\r\n,;:，；：、。.()（）"


async def tell_birth(turn: Turn, wanted: TellBirth) -> Reply:
    """Wait for the birth date, and say what it is for."""
    shift = None if wanted.shift is None else str(wanted.shift)
    await turn.resident.keep_draft(BIRTH_DRAFT, {"shift": shift})
    return _ask_birth(turn)


def _ask_birth(turn: Turn, before: str = "") -> Reply:
    _ = turn.words
    text = _(
        "When were you born? Send me the date, for example 1999-5-3. It is used for the ages that shifts have; for minors a parent "
        "has to agree. Nobody else sees it."
    )
    rows: list[Row] = [(button(_("↩️ Rather not"), Volunteering()),)]
    return turn.screen(f"{before}\n\n{text}" if before else text, rows)


async def take_birth(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Say the date back, with the button that keeps it."""
    _ = turn.words
    day = read_date(incoming.text or "")
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    if day is None:
        return _ask_birth(turn, _("I could not read that as a date."))
    if not today.year - OLDEST <= day.year or day > today:
        return _ask_birth(turn, _("That cannot be a birth date: {day}.", day=whole_date(_, day)))
    said = draft.data.get("shift")
    shift = UUID(said) if isinstance(said, str) else None
    text = _("You were born on {day}. Is that right?", day=whole_date(_, day))
    rows: list[Row] = [
        (button(_("✅ Yes, keep {day}", day=whole_date(_, day)), SetBirth(day, shift)),),
        (button(_("✏️ No, say it again"), TellBirth(shift)),),
    ]
    return turn.screen(text, rows)


async def set_birth(turn: Turn, order: SetBirth) -> Reply:
    """Keep it; back to the shift for whose sake it was told."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    await volunteer.born_on(order.day)
    await _forget_draft(turn)
    kept = _("Thank you, I have kept your birth date.")
    if order.shift is not None:
        return shift_screen(turn, await volunteer.shift(order.shift), before=kept)
    profile = await volunteer.profile()
    if profile is None:
        return ask_join(turn, Join())
    return await profile_screen(turn, profile, kept)


async def _forget_draft(turn: Turn) -> None:
    if turn.me.draft is not None:
        await turn.resident.drop_draft()


async def tell_contact(turn: Turn, wanted: TellContact) -> Reply:
    """Wait for a name and a phone number."""
    if not has_agreed(turn.me):
        return ask_join(turn, Join())
    await turn.resident.keep_draft(CONTACT_DRAFT, {"guardian": wanted.guardian})
    return _ask_contact(turn, wanted.guardian)


def _ask_contact(turn: Turn, guardian: int, before: str = "") -> Reply:
    _ = turn.words
    text = (
        _(
            "Who is your parent or guardian? Send me name and phone number in one message, for example: Wang Fang 13812345678"
        )
        if guardian
        else _(
            "Whom shall the point call if something happens to you? Send me name and phone number in one message, for example: "
            "Wang Fang 13812345678. Only points where you help see it."
        )
    )
    rows: list[Row] = [
        (button(_("🗑 Keep nobody"), ForgetContact(guardian)),),
        (button(_("↩️ Leave it as it is"), ShowProfile()),),
    ]
    return turn.screen(f"{before}\n\n{text}" if before else text, rows)


async def take_contact(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Say back what was told, with the button that keeps it."""
    _ = turn.words
    guardian = 1 if draft.data.get("guardian") else 0
    contact = read_contact(incoming.text or "")
    if contact is None:
        return _ask_contact(turn, guardian, _("I need both, a name and a phone number."))
    name, phone = contact
    await turn.resident.keep_draft(CONTACT_DRAFT, {"guardian": guardian, "name": name, "phone": phone})
    text = (
        _("Your parent or guardian: {name}, {phone}. Is that right?", name=name, phone=phone)
        if guardian
        else _("In an emergency: {name}, {phone}. Is that right?", name=name, phone=phone)
    )
    rows: list[Row] = [
        (button(_("✅ Yes, keep {name}, {phone}", name=name, phone=phone), KeepContact()),),
        (button(_("✏️ No, say it again"), TellContact(guardian)),),
    ]
    return turn.screen(text, rows)


def read_contact(text: str) -> tuple[str, str] | None:
    """A name and a phone number in one message, whichever comes first; None when one of them is missing."""
    plain = unicodedata.normalize("NFKC", text)
    found = _PHONE.search(plain)
    if found is None:
        return None
    rest = f"{plain[: found.start()]} {plain[found.end() :]}"
    name = " ".join(part.strip(_BETWEEN) for part in rest.split()).strip(_BETWEEN)
    phone = "".join(sign for sign in found[0] if sign not in " -")
    return (name, phone) if name and len(name) <= LONGEST_NAME else None


async def keep_contact(turn: Turn, _order: KeepContact) -> Reply:
    """Keep what was told. Where nothing is told any more, it was kept already, or too long ago."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    draft = turn.me.draft
    name = None if draft is None else draft.data.get("name")
    profile = await volunteer.profile()
    if draft is None or profile is None or not isinstance(name, str):
        return await show_profile(turn, ShowProfile())
    whose = "guardian" if draft.data.get("guardian") else "emergency"
    changed = await volunteer.rewrite(
        profile, **{f"{whose}_name": name, f"{whose}_phone": str(draft.data["phone"])}
    )
    await volunteer.drop_draft()
    return await profile_screen(turn, changed, _("Thank you, I have kept this:"))


async def forget_contact(turn: Turn, order: ForgetContact) -> Reply:
    """Keep nobody."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    await _forget_draft(turn)
    profile = await volunteer.profile()
    if profile is None:
        return ask_join(turn, Join())
    whose = "guardian" if order.guardian else "emergency"
    changed = await volunteer.rewrite(profile, **{f"{whose}_name": None, f"{whose}_phone": None})
    return await profile_screen(turn, changed, _("Thank you, I have kept this:"))
