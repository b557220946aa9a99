"""What is stored about a person, in plain words, and the ways to change it."""

from datetime import date

from bot.conversation.actions import MyPlace
from bot.conversation.actions.myself import (
    Addresses,
    AskBirthday,
    AskDisability,
    AskErase,
    AskName,
    AskPhone,
    Consents,
    MyData,
    OneAccount,
    SetLargeText,
    TakeAlong,
    Telling,
)
from bot.conversation.labels import category_name, listed
from bot.conversation.place import spoken_name
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Button, Reply
from bot.texts import Words
from bot.wire.myself import Birthday
from bot.wire.myself import MyData as Stored


async def show_my_data(turn: Turn, _asked: MyData | None = None, before: str = "") -> Reply:
    """Everything at a glance. What was waited for is waited for no more. `before` is said first."""
    if turn.me.draft is not None:
        await turn.resident.drop_draft()
    stored = await turn.acting_as(Myself).data()
    _ = turn.words
    born = await said_birthday(turn, stored.birth_date)
    text = "\n".join((_("This is what is stored about you:"), *_lines(turn, stored, born)))
    note = _(
        "Only those who do something for you see your name, such as the point where you book. You may change or take all of it."
    )
    parts = [before, text, note] if before else [text, note]
    rows: list[Row] = [
        (button(_("✏️ Name"), AskName()), button(_("📱 Phone number"), AskPhone())),
        (button(_("🎂 Birthday"), AskBirthday()), button(_("♿ Disability"), AskDisability())),
        (button(_("📍 Where I live"), MyPlace()), _large_text(_, large=stored.large_text)),
        (button(_("🔔 What I am told"), Telling()), button(_("✉️ E-mail, SMS"), Addresses())),
        (
            button(_("📜 What I agreed to"), Consents()),
            button(_("🔗 One account, several chats"), OneAccount()),
        ),
        (button(_("📄 Take my data along"), TakeAlong("html")), button(_("🗑 Erase me"), AskErase())),
    ]
    return turn.screen("\n\n".join(parts), rows)


def _large_text(_: Words, *, large: bool) -> Button:
    return (
        button(_("🔡 Text as usual"), SetLargeText(0))
        if large
        else button(_("🔠 Large text"), SetLargeText(1))
    )


def _lines(turn: Turn, stored: Stored, born: str) -> list[str]:
    _ = turn.words
    home = _("not said")
    if stored.home_division is not None:
        home = spoken_name(stored.home_division.name)
    elif turn.me.home is not None:
        home = _("a place that you shared")
    agreed = {consent.purpose for consent in stored.consents}
    return [
        _("Name: {name}", name=stored.name),
        _("Phone number: {phone}", phone=stored.phone or _("not said")),
        _("Born: {day}", day=born),
        _("Disability: {said}", said=_("yes") if stored.disability else _("not said")),
        _("Home: {home}", home=home),
        _("Reminders: {said}", said=_("on") if stored.reminders else _("off")),
        _("Agreed to: {said}", said=_("keeping bookings") if "service" in agreed else _("nothing yet")),
    ]


async def said_birthday(turn: Turn, born: date | None) -> str:
    """A birthday in words, and what it means for booking."""
    _ = turn.words
    if born is None:
        return _("not said")
    earlier = await booked_earlier(turn, await turn.acting_as(Myself).birthday(born))
    day = _born_on(born)
    return _("{day}; you book these earlier than others: {what}", day=day, what=earlier) if earlier else day


async def booked_earlier(turn: Turn, means: Birthday) -> str:
    """What somebody with this birthday books earlier than others, in words; none: nothing."""
    if not means.earlier:
        return ""
    names = {one.code: category_name(one, turn.me.language) for one in await turn.resident.categories()}
    return listed(turn.words, [names.get(code, code) for code in means.earlier])


def _born_on(born: date) -> str:
    """The year alone where it may be all that was said: it is kept as its first day."""
    return str(born.year) if (born.month, born.day) == (1, 1) else born.isoformat()
