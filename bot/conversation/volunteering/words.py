"""How shifts, places on them, skills and spans of time are named on the screens of volunteers."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from babel.dates import format_skeleton, get_day_names

from bot.conversation.actions import Action
from bot.conversation.labels import listed, place_of
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.reasons import reasons_lines
from bot.conversation.volunteering.skills import skill_name
from bot.replies import Place
from bot.texts import Words
from bot.wire import rosters, volunteers

PHONE_DUE = timedelta(hours=24)
"""So long before a shift its screen names the point's telephone number."""

_LONGEST_TITLE = 12
"""Characters of a shift's title on a button."""

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def shift_row(turn: Turn, number: int, shift: rosters.Shift, action: Action) -> Row:
    """The button of a numbered shift, as wide as the screen: when; what, and how many are wanted; where, and how far; and
    whatever speaks against it.
    """
    _ = turn.words
    first = f"{number}. {_.span(shift.start, shift.end, turn.now)}"
    left = (
        _.plural("{number} person is wanted", "{number} people are wanted", shift.free)
        if shift.free
        else _("full")
    )
    where = [shift.point.name]
    if shift.distance_m is not None:
        where.append(_.distance(shift.distance_m))
    lines = [f"{shift.title} · {left}", " · ".join(where)]
    mark = ""
    if isinstance(shift, rosters.ShiftForMe):
        if shift.signup is not None:
            mark = "✔ "
            lines.append(_("✔ You are on it."))
        elif shift.wait is not None:
            mark = "⏳ "
            lines.append(_("⏳ You are waiting for a place."))
        elif shift.reasons:
            mark = "✖ "
            lines += reasons_lines(turn, shift.reasons)
    label = f"{number}. {mark}{_.short_moment(shift.start, turn.now)} · {shortened(shift.title)}"
    return (button(label, action, (first, *lines)),)


def place_row(turn: Turn, mark: str, shift: rosters.Shift, stands: str, action: Action) -> Row:
    """The button of something of one's own about a shift: when, what, where, and how it stands."""
    _ = turn.words
    label = f"{mark} {_.short_moment(shift.start, turn.now)} · {shortened(shift.title)}"
    detail = (
        f"{mark} {_.span(shift.start, shift.end, turn.now)}",
        f"{shift.title} · {shift.point.name}",
        stands,
    )
    return (button(label, action, detail),)


def shift_lines(turn: Turn, shift: rosters.Shift) -> list[str]:
    """What a shift is: when, what, where, with whom; what the point says; its telephone number when that is due."""
    _ = turn.words
    lines = [
        _("When: {when}", when=_.span(shift.start, shift.end, turn.now)),
        _("What: {service}", service=shift.title),
        _("Where: {point}, {address}", point=shift.point.name, address=shift.point.address),
    ]
    if shift.leader is not None:
        lines.append(_("Who leads it: {name}", name=shift.leader.name))
    if shift.note:
        lines.append(_("The point says: {reason}", reason=shift.note))
    if shift.required_skills:
        names = listed(_, [skill_name(_, skill) for skill in shift.required_skills])
        lines.append(_("Certificates needed: {skills}", skills=names))
    if shift.minimum_age:
        lines.append(_("From the age of {age}", age=shift.minimum_age))
    if shift.point.phone and shift.start - turn.now < PHONE_DUE:
        lines.append(_("Telephone: {phone}", phone=shift.point.phone))
    if shift.demo:
        lines.append(_("This is demonstration data: the place is made up."))
    return lines


def shift_place(shift: rosters.Shift) -> Place | None:
    """Where a shift is on the map, when that is known."""
    return place_of(shift.point)


def signup_state(turn: Turn, signup: rosters.Signup) -> str:  # noqa: PLR0911  # one short case a state
    """How a place on a shift stands, in a few words."""
    _ = turn.words
    match signup.status:
        case "applied":
            return _("waiting for the point's word")
        case "proposed":
            return _("the point asks you: please answer")
        case "confirmed":
            return _("you are on it")
        case "stand_in_wanted":
            return _("a stand-in is being looked for; still yours")
        case "attended":
            return served_text(_, signup)
        case "absent":
            return _("noted as absent")
        case "excused":
            return _("excused")
        case "refused":
            return _("given to somebody else by the point")
        case _:
            return _("given up")


def served_text(_: Words, signup: rosters.Signup) -> str:
    """How long somebody served, and whether that is verified."""
    if signup.minutes is None:
        return _("checked in")
    length = duration(_, signup.minutes)
    if signup.verified_at is None:
        return _("served {length}; not verified yet", length=length)
    return _("served {length}; verified", length=length)


def duration(_: Words, minutes: int) -> str:
    """So many minutes, as people say them: 1 小时 30 分钟."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_.plural("{number} hour", "{number} hours", hours))
    if rest or not hours:
        parts.append(_.plural("{number} minute", "{number} minutes", rest))
    return " ".join(parts)


def weekday_name(_: Words, weekday: int) -> str:
    """A day of the week; Monday is 0: 周一, Mon."""
    return str(get_day_names("abbreviated", locale=_.locale)[weekday])


def whole_date(_: Words, day: date) -> str:
    """A date with its year: 2026年12月21日."""
    return format_skeleton("yMMMd", day, locale=_.locale)


def recurrence_text(_: Words, recurs: rosters.Recurrence) -> str:
    """When a recurring shift is: 每周二、周四 10:30–13:00. Of a recurrence that is not weekly, only the times are said."""
    times = f"{clock(recurs.start_time)}–{clock(recurs.end_time)}"
    parts = dict(part.split("=", 1) for part in recurs.rrule.split(";") if "=" in part)
    days = [day for day in parts.get("BYDAY", "").split(",") if day in _BYDAY]
    if parts.get("FREQ") != "WEEKLY" or not days or parts.get("INTERVAL", "1") != "1":
        return _("repeatedly, {times}", times=times)
    names = listed(_, [weekday_name(_, _BYDAY.index(day)) for day in days])
    return _("every {days}, {times}", days=names, times=times)


def clock(at: time) -> str:
    """A time of day: 10:30."""
    return f"{at:%H:%M}"


def shortened(text: str) -> str:
    """A title, short enough for a button."""
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"


def seconds(moment: datetime) -> int:
    """A moment as a button carries it."""
    return int(moment.timestamp())


def led_by(team: volunteers.Team, person: UUID) -> bool:
    """Whether somebody leads a team."""
    return team.leader.id == person
