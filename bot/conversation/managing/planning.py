"""Making a shift that volunteers see at once: what, when, how many; by buttons, or all in one sentence."""

import re
from datetime import timedelta
from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.managers import PlanShift
from bot.conversation.actions.rostering import AskHands, Shifts, ShowShift
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.forms import (
    Design,
    Field,
    Form,
    Kind,
    ask_day,
    ask_hours,
    begun,
    change_rows,
    commit_button,
    fill_button,
    filled_day,
    filled_hours,
    heading,
    heard_number,
    heard_when,
    leave_row,
)
from bot.conversation.managing.labels import today
from bot.conversation.managing.opening import ready_hours
from bot.conversation.managing.seeing import seen
from bot.conversation.managing.shifts import shift_span, show_shifts
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Reply
from bot.texts import Words
from bot.understanding.amounts import read_number
from bot.understanding.reading import bare

MOST = 50
LONGEST_TITLE = 60
LOOKED_BACK, LOOKED_AHEAD = timedelta(days=14), timedelta(days=14)
"""Titles of shifts within so many days are offered again."""

ROLE = "helper"
"""The role of a shift whose title was typed: nobody has said of it which skill it takes."""

_COUNTED = re.compile(
    r"(?:\d+|[一二两三四五六七八九十]+|one|two|three|four|five|six|ten)\s*(?:个人|个|人|位|名|people|persons?|volunteers?|hands)",
    re.IGNORECASE,
)
_EDGES = " ,，。.、;；:：-–—"


async def first_form(turn: Turn, wanted: PlanShift) -> Form:
    """The form, with the titles of this point's other shifts to choose from."""
    first = today(turn) - LOOKED_BACK
    coverage = await manager(turn).coverage(wanted.point, first, today(turn) + LOOKED_AHEAD)
    titles = dict.fromkeys((one.role, one.title) for one in coverage.shifts)
    return begun(turn, Kind.shift, wanted.point, coverage.point.name, list(titles)[:6])


def _ready_titles(_: Words) -> tuple[str, ...]:
    return (_("Serving lunch"), _("Welcoming people"), _("Cleaning up"), _("Delivering meals"))


def _ask(turn: Turn, form: Form, field: Field) -> Reply:
    _ = turn.words
    match field:
        case Field.day:
            return ask_day(turn, form, _("Which day?"))
        case Field.hours:
            return ask_hours(turn, form, _("From when until when?"), ready_hours())
        case Field.title:
            known = [title for _role, title in form.kept.choices]
            titles = [*known, *(title for title in _ready_titles(_) if title not in known)]
            buttons = [fill_button(form, title, Field.title, number) for number, title in enumerate(titles)]
            question = _(
                "What is to be done? Tap, or type all of it in one sentence, for example: "
                "Wednesday 9:00 to 11:30, serving lunch, 3 people."
            )
            width = 2
        case _other:
            buttons = [fill_button(form, str(number), Field.number, number) for number in range(1, 9)]
            question = _("How many volunteers? Tap, or type a number.")
            width = 4
    return turn.screen(
        f"{heading(turn, form)}\n\n{question}", [*in_rows(buttons, width), leave_row(turn, form)]
    )


def _filled_title(turn: Turn, form: Form, value: int) -> Form | None:
    known = list(form.kept.choices)
    ready = [
        (ROLE, title)
        for title in _ready_titles(turn.words)
        if title not in {title_ for _role, title_ in form.kept.choices}
    ]
    titles = [*known, *ready]
    if not 0 <= value < len(titles):
        return None
    role, title = titles[value]
    return form.knowing(title=title, word=role)


def _filled_number(_turn: Turn, form: Form, value: int) -> Form | None:
    return form.knowing(amount=value) if 1 <= value <= MOST else None


def _hear(turn: Turn, form: Form, field: Field, text: str) -> Form | None:
    match field:
        case Field.day | Field.hours | Field.last:
            return heard_when(turn, form, text)
        case Field.number:
            number = heard_number(text, MOST)
            return None if number is None else form.knowing(amount=number)
        case _other:
            return _whole_sentence(turn, form, text)


def _whole_sentence(turn: Turn, form: Form, text: str) -> Form | None:
    """As much of a shift as one sentence says: when, how many, and what is left is what is to be done."""
    heard = heard_when(turn, form, text) or form
    rest = bare(text, turn.now)
    counted = _COUNTED.search(rest)
    if counted is not None:
        number = read_number(counted[0])
        if number is not None and 1 <= number <= MOST:
            heard = heard.knowing(amount=number)
        rest = rest[: counted.start()] + rest[counted.end() :]
    title = re.sub(r"[,，、\s]+", " ", rest).strip(_EDGES)[:LONGEST_TITLE]
    if title:
        role = next((role for role, known in form.kept.choices if known == title), ROLE)
        heard = heard.knowing(title=title, word=role)
    return heard if heard is not form else None


async def _propose(turn: Turn, form: Form, before: str = "") -> Reply:
    _ = turn.words
    if form.span.start <= turn.now:
        return _ask(turn, form.knowing(hours=None), Field.hours)
    needed = form.kept.amount or 1
    lines = [
        *([before, ""] if before else []),
        heading(turn, form),
        _.plural("{number} volunteer, at least 1", "{number} volunteers, at least 1", needed),
        "",
        _("Volunteers see it at once, and whoever signs up is on it. Nobody is asked by this alone."),
    ]
    label = _.plural("✅ Publish it: {number} volunteer", "✅ Publish it: {number} volunteers", needed)
    rows: list[Row] = [(commit_button(form, label, _seen(form)),)]
    rows += change_rows(
        turn,
        form,
        {
            Field.title: _("✏️ Something else"),
            Field.day: _("✏️ Another day"),
            Field.hours: _("✏️ Other hours"),
            Field.number: _("✏️ Another number"),
        },
    )
    return turn.screen("\n".join(lines), rows)


def _seen(form: Form) -> int:
    kept = form.kept
    return seen(kept.title, kept.word, kept.day, kept.hours, kept.amount)


async def _carry_out(turn: Turn, form: Form, number: int) -> Reply:
    _ = turn.words
    if _seen(form) != number:
        return await _propose(turn, form)
    kept = form.kept
    try:
        shift = await manager(turn).plan_shift(
            kept.point,
            form.span,
            role=kept.word or ROLE,
            title=kept.title or "",
            needed=kept.amount or 1,
            once=kept.number,
        )
    except ApiProblem as problem:
        rows = change_rows(turn, form, {Field.day: _("✏️ Another day"), Field.hours: _("✏️ Other hours")})
        return refused(turn, problem, tuple(rows))
    turn = await without_draft(turn)
    text = _("✅ Published: {shift}", shift=shift_span(turn, shift))
    rows = [
        (button(_("📣 Ask people who match, now"), AskHands(shift.id)),),
        (button(_("🙋 This shift"), ShowShift(shift.id)), button(_("🙋 All shifts"), Shifts(kept.point))),
    ]
    return turn.screen(text, rows)


async def _afterwards(turn: Turn, point: UUID) -> Reply:
    return await show_shifts(turn, Shifts(point))


DESIGN = Design(
    asks=(Field.title, Field.day, Field.hours, Field.number),
    ask=_ask,
    hear=_hear,
    propose=_propose,
    carry_out=_carry_out,
    afterwards=_afterwards,
    fill={
        Field.day: filled_day,
        Field.hours: filled_hours,
        Field.title: _filled_title,
        Field.number: _filled_number,
    },
)
