"""Forms: what is asked piece by piece, by buttons or by words, and done by one tap on a screen that says all of it.

A form lies in the person's draft (decision 0027); its buttons carry its number, so that those of an older one do nothing.
What each kind of form asks and does stands in `closing`, `opening` and `planning`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum
from uuid import UUID

from pydantic import JsonValue, ValidationError

from bot.conversation.actions.managers import Commit, Day, Fill, Refill
from bot.conversation.managing.access import manager
from bot.conversation.managing.labels import clock, moment_of, today
from bot.conversation.managing.seeing import once
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.manager import Span
from bot.replies import Button, Reply
from bot.texts import Words
from bot.understanding.amounts import read_number
from bot.understanding.reading import read_when
from bot.wire.base import View

DRAFT = "managing_form"
KEPT_MINUTES = 120
A_DAY = 1440
_PACK = A_DAY + 1


class Kind(IntEnum):
    """Which form it is."""

    closing = 1
    opening = 2
    shift = 3
    message = 4


class Field(IntEnum):
    """What can be filled in."""

    service = 1
    day = 2
    last = 3
    hours = 4
    reason = 5
    number = 6
    title = 7
    text = 8


class Kept(View):
    """A form as the draft keeps it."""

    number: int
    kind: int
    point: UUID
    point_name: str
    choices: tuple[tuple[str, str], ...] = ()
    service: int | None = None
    day: date | None = None
    last: date | None = None
    hours: int | None = None
    reason: str | None = None
    amount: int | None = None
    title: str | None = None
    word: str | None = None
    slot: UUID | None = None
    slot_name: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form and what is known of it. `choices` are what `service` (or the title of a shift) chooses from: an id or word,
    and a name. `service` −1 is all services."""

    kept: Kept

    @property
    def kind(self) -> Kind:
        """Which form it is."""
        return Kind(self.kept.kind)

    def knowing(self, **known: object) -> "Form":
        """The form with more of it known."""
        return replace(self, kept=self.kept.model_copy(update=known))

    @property
    def span(self) -> Span:
        """From when until when, of which service. Day and hours must be known."""
        if self.kept.day is None or self.kept.hours is None:
            raise ValueError("the form does not say yet when")
        begins, ends = unpacked(self.kept.hours)
        service = self.kept.service
        chosen = None if service is None or service < 0 else UUID(self.kept.choices[service][0])
        return Span(
            moment_of(self.kept.day, begins),
            moment_of(self.kept.last or self.kept.day, ends),
            chosen if self.kind is not Kind.shift else None,
        )

    def chosen_name(self, _: Words) -> str:
        """What was chosen, by name."""
        service = self.kept.service
        return _("all services") if service is None or service < 0 else self.kept.choices[service][1]


@dataclass(frozen=True, slots=True)
class Design:
    """What a kind of form is: what it `asks` for, in this order, and how; how words fill it, what it comes to, and what
    there is when it is gone."""

    asks: tuple[Field, ...]
    ask: Callable[[Turn, Form, Field], Reply]
    hear: Callable[[Turn, Form, Field, str], Form | None]
    propose: Callable[[Turn, Form, str], Awaitable[Reply]]
    carry_out: Callable[[Turn, Form, int], Awaitable[Reply]]
    afterwards: Callable[[Turn, UUID], Awaitable[Reply]]
    fill: Mapping[Field, Callable[[Turn, Form, int], Form | None]] = field(default_factory=dict)

    def missing(self, form: Form) -> Field | None:
        """What is to be asked for next; None when all of it is known."""
        known = form.kept
        values = {
            Field.service: known.service,
            Field.day: known.day,
            Field.hours: known.hours,
            Field.reason: known.reason,
            Field.number: known.amount,
            Field.title: known.title,
            Field.text: known.text,
        }
        return next((what for what in self.asks if values[what] is None), None)


def packed(begins: int, ends: int) -> int:
    """Minutes of the day, from and until, as one number."""
    return begins * _PACK + ends


def unpacked(hours: int) -> tuple[int, int]:
    """The minutes of a packed number; the whole day for what is none."""
    begins, ends = divmod(hours, _PACK)
    return (begins, ends) if 0 <= begins < ends <= A_DAY else (0, A_DAY)


def begun(turn: Turn, kind: Kind, point: UUID, point_name: str, choices: Sequence[tuple[str, str]]) -> Form:
    """A new form; its number is that of this update, so that a repeated one begins the same."""
    return Form(
        Kept(number=once(turn), kind=kind, point=point, point_name=point_name, choices=tuple(choices))
    )


def form_of(turn: Turn) -> Form | None:
    """The form that the person is at, if any."""
    draft = turn.me.draft
    if draft is None or draft.kind != DRAFT:
        return None
    try:
        return Form(Kept.model_validate(draft.data))
    except ValidationError:
        return None


async def keep(turn: Turn, form: Form) -> None:
    """Keep what is known."""
    data: dict[str, JsonValue] = form.kept.model_dump(mode="json", exclude_none=True)
    await turn.resident.keep_draft(DRAFT, data, KEPT_MINUTES)


def fill_button(form: Form, label: str, what: Field, value: int) -> Button:
    """A button that fills a field."""
    return button(label, Fill(form.kept.number, what, value))


def commit_button(form: Form, label: str, seen: int) -> Button:
    """The button that does what the form says."""
    return button(label, Commit(form.kept.point, form.kept.kind, form.kept.number, seen))


def change_rows(turn: Turn, form: Form, what: Mapping[Field, str]) -> list[Row]:
    """Buttons that fill fields anew, and the way out."""
    _ = turn.words
    buttons = [button(label, Refill(form.kept.number, which)) for which, label in what.items()]
    return [*in_rows(buttons, 2), leave_row(turn, form)]


def leave_row(turn: Turn, form: Form) -> Row:
    """The way out: nothing is done."""
    _ = turn.words
    return (button(_("↩️ Leave it, back to the point"), Day(form.kept.point)),)


def ask_day(turn: Turn, form: Form, question: str, *, which: Field = Field.day) -> Reply:
    """Which day: the next eight by buttons, any other by words."""
    _ = turn.words
    first = form.kept.day if which is Field.last and form.kept.day is not None else today(turn)
    days = [first + timedelta(days=number) for number in range(8)]
    buttons = [fill_button(form, _.day(day, turn.now), which, day.toordinal()) for day in days]
    hint = _("You can also type it, for example: December 3.")
    return turn.screen(
        f"{heading(turn, form)}\n\n{question}\n{hint}", [*in_rows(buttons, 2), leave_row(turn, form)]
    )


def ask_hours(turn: Turn, form: Form, question: str, ready: Sequence[tuple[str, int]]) -> Reply:
    """From when until when: some ready ones, any other by words."""
    _ = turn.words
    buttons = [fill_button(form, label, Field.hours, value) for label, value in ready]
    hint = _("You can also type it, for example: 14:00–16:30.")
    return turn.screen(
        f"{heading(turn, form)}\n\n{question}\n{hint}", [*in_rows(buttons, 2), leave_row(turn, form)]
    )


def heading(turn: Turn, form: Form) -> str:
    """What the form is about, with what is known so far."""
    _ = turn.words
    kept = form.kept
    match form.kind:
        case Kind.closing:
            first = _("🚫 Close {point}", point=kept.point_name)
        case Kind.opening:
            first = _("➕ Open {point} once more", point=kept.point_name)
        case Kind.shift:
            first = _("🙋 A new shift at {point}", point=kept.point_name)
        case Kind.message:
            first = _("✉️ To those booked at {point}", point=kept.point_name)
    known = [known_ for known_ in (_what(_, form), when_text(turn, form)) if known_]
    return " · ".join([first, *known])


def _what(_: Words, form: Form) -> str:
    kept = form.kept
    if form.kind is Kind.shift:
        return kept.title or ""
    if form.kind is Kind.message:
        return kept.slot_name
    return "" if kept.service is None else form.chosen_name(_)


def when_text(turn: Turn, form: Form) -> str:
    """When it is, as far as it is known."""
    _ = turn.words
    kept = form.kept
    if kept.day is None:
        return ""
    text = _.day(kept.day, turn.now)
    if kept.last is not None and kept.last != kept.day:
        text = _("{first} to {last}", first=text, last=_.day(kept.last, turn.now))
    if kept.hours is None:
        return text
    begins, ends = unpacked(kept.hours)
    if (begins, ends) == (0, A_DAY):
        return _("{days}, the whole day", days=text)
    return _("{days}, {begins}–{ends}", days=text, begins=clock(begins), ends=clock(ends))


def heard_when(turn: Turn, form: Form, text: str) -> Form | None:
    """The form with the day and the hours that somebody typed; None when they named neither."""
    when = read_when(text, turn.now)
    known: dict[str, object] = {}
    if when.day is not None and when.day >= today(turn):
        known["day"] = when.day
        known["last"] = when.last
    if when.start is not None and when.end is not None:
        known["hours"] = packed(
            when.start.hour * 60 + when.start.minute, when.end.hour * 60 + when.end.minute
        )
    return form.knowing(**known) if known else None


def heard_choice(form: Form, text: str) -> Form | None:
    """The form with the one choice that is called so; None when none or several are."""
    found = [number for number, (_id, name) in enumerate(form.kept.choices) if text in name]
    return form.knowing(service=found[0]) if len(found) == 1 else None


def heard_number(text: str, most: int) -> int | None:
    """A number from 1 to `most` that was typed."""
    number = read_number(text)
    return number if number is not None and 1 <= number <= most else None


def filled_day(turn: Turn, form: Form, value: int) -> Form | None:
    """The form with a day chosen; None for a forged or bygone one."""
    day = _date(value)
    if day is None or not today(turn) <= day <= today(turn) + timedelta(days=400):
        return None
    return form.knowing(day=day, last=None)


def filled_last(_turn: Turn, form: Form, value: int) -> Form | None:
    """The form with its last day chosen."""
    last = _date(value)
    if last is None or form.kept.day is None or not form.kept.day <= last:
        return None
    return form.knowing(last=last)


def filled_hours(_turn: Turn, form: Form, value: int) -> Form | None:
    """The form with its hours chosen."""
    begins, ends = divmod(value, _PACK)
    return form.knowing(hours=value) if 0 <= begins < ends <= A_DAY else None


def filled_service(_turn: Turn, form: Form, value: int) -> Form | None:
    """The form with a service, or all of them (−1), chosen."""
    return form.knowing(service=value) if -1 <= value < len(form.kept.choices) else None


def _date(ordinal: int) -> date | None:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        return None


async def services_of(turn: Turn, point: UUID) -> list[tuple[str, str]]:
    """The services of a point, to choose from."""
    return [(str(one.id), one.name) for one in await manager(turn).services(point)]
