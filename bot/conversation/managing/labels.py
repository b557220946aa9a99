"""How a point's slots, bookings and days are named to those who keep it."""

from datetime import date, datetime, time, timedelta

from bot.conversation.actions.managers import Day
from bot.conversation.turn import Row, Turn, button
from bot.texts import DISTRICT_ZONE
from bot.wire import managing as view

MARKS = {"confirmed": "▫️", "attended": "✅", "no_show": "❌", "cancelled": "✖️"}


def today(turn: Turn) -> date:
    """The district's date."""
    return turn.now.astimezone(DISTRICT_ZONE).date()


def day_of(moment: datetime) -> date:
    """The district's date at a moment."""
    return moment.astimezone(DISTRICT_ZONE).date()


def moment_of(day: date, minute: int) -> datetime:
    """A minute of a day on the district's clock; 1440 is the end of the day."""
    return datetime.combine(day, time(0), tzinfo=DISTRICT_ZONE) + timedelta(minutes=minute)


def clock(minute: int) -> str:
    """A minute of the day as a time: 11:30; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def slot_name(turn: Turn, slot: view.KeptSlot) -> str:
    """Which slot it is, within a sentence: 明天 11:00 长者午餐."""
    return f"{turn.words.short_moment(slot.start, turn.now)} {slot.service.name}"


def slot_span(turn: Turn, slot: view.KeptSlot) -> str:
    """When and what, by itself: 明天（周二）11:00–12:00 长者午餐."""
    return f"{turn.words.span(slot.start, slot.end, turn.now)} {slot.service.name}"


def is_meal(slot: view.KeptSlot) -> bool:
    """Whether somebody cooks for it."""
    return slot.category == "meals"


def arrived(slot: view.DaySlot) -> int:
    """How many people have come."""
    return sum(one.party for one in slot.bookings if one.status == "attended")


def says_late(guest: view.Guest) -> bool:
    """Whether somebody who is not here yet has said that they come late."""
    return guest.status == "confirmed" and guest.arrival == "late"


def missing(slot: view.DaySlot, now: datetime) -> list[view.Guest]:
    """Who should be here by now and is not checked in."""
    if not slot.start <= now < slot.end:
        return []
    return [one for one in slot.bookings if one.status == "confirmed"]


def state_of(turn: Turn, slot: view.DaySlot) -> str:
    """How a slot stands, in a few words: 30/40 · 到 12 · 晚到 2 · 候补 3."""
    _ = turn.words
    if slot.status == "closed":
        return _("closed then")
    parts = [_("{taken}/{capacity}", taken=slot.taken, capacity=slot.capacity)]
    if came := arrived(slot):
        parts.append(_("here {number}", number=came))
    if late := sum(one.party for one in slot.bookings if says_late(one)):
        parts.append(_("late {number}", number=late))
    if slot.waiting:
        parts.append(_("waiting {number}", number=slot.waiting))
    return " · ".join(parts)


def said(turn: Turn, both: view.BothLanguages | view.ChoiceName) -> str:
    """In the person's language."""
    return both.zh if turn.me.language == "zh-CN" else both.en


def answers_text(turn: Turn, guest: view.Guest) -> str:
    """What was answered when booking: 堂食 · 少盐、无糖."""
    return " · ".join(said(turn, one.answer) for one in guest.answers)


def guest_line(turn: Turn, guest: view.Guest) -> str:
    """Somebody in one line: ▫️ 王桂英 2 位 · 🐢 会晚到 · 堂食 · 少盐."""
    _ = turn.words
    who = guest.attendee.name
    if guest.party > 1:
        who = _("{name}, {number} places", name=who, number=guest.party)
    parts = [f"{MARKS.get(guest.status, '▫️')} {who}"]
    if guest.queue_number is not None:
        parts.append(_("no. {number}", number=guest.queue_number))
    if says_late(guest):
        parts.append(_("🐢 comes late"))
    if guest.answers:
        parts.append(answers_text(turn, guest))
    if guest.note:
        parts.append(_("“{note}”", note=guest.note))
    return " · ".join(parts)


def day_row(turn: Turn, slot: view.KeptSlot) -> Row:
    """Back to the day of a slot."""
    _ = turn.words
    day = day_of(slot.start)
    label = _("📋 The whole day") if day != today(turn) else _("📋 Today")
    return (button(label, Day(slot.point.id, None if day == today(turn) else day)),)
