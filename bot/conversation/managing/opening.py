"""Opening a service once more than its rules say."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.managers import Day, Guests, OpenExtra
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.day import show_day
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
    filled_service,
    heading,
    heard_choice,
    heard_number,
    heard_when,
    leave_row,
    packed,
    services_of,
)
from bot.conversation.managing.labels import slot_span
from bot.conversation.managing.seeing import seen
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Reply

MOST = 2000
READY_HOURS = ((8, 0, 9, 0), (9, 0, 11, 0), (11, 0, 13, 0), (14, 0, 16, 0), (16, 0, 18, 0), (18, 30, 20, 30))
READY_PLACES = (5, 10, 15, 20, 30, 50)


async def first_form(turn: Turn, wanted: OpenExtra) -> Form:
    """The form; where there is one service only, it is that."""
    services = await services_of(turn, wanted.point)
    point = await turn.resident.point(wanted.point)
    # Whoever does not keep this point is told so now, not after four questions.
    await manager(turn).closures(wanted.point)
    form = begun(turn, Kind.opening, wanted.point, point.name, services)
    return form.knowing(service=0) if len(services) == 1 else form


def _ask(turn: Turn, form: Form, field: Field) -> Reply:
    _ = turn.words
    match field:
        case Field.day:
            return ask_day(turn, form, _("Which day shall it be open?"))
        case Field.hours:
            return ask_hours(turn, form, _("From when until when?"), ready_hours())
        case Field.service:
            buttons = [
                fill_button(form, name, Field.service, number)
                for number, (_id, name) in enumerate(form.kept.choices[:12])
            ]
            question = _("Which service?") if buttons else _("This point has no service yet.")
        case _other:
            buttons = [fill_button(form, str(number), Field.number, number) for number in READY_PLACES]
            question = _("How many places? Tap, or type a number.")
    return turn.screen(f"{heading(turn, form)}\n\n{question}", [*in_rows(buttons, 3), leave_row(turn, form)])


def ready_hours() -> list[tuple[str, int]]:
    """Hours that are often meant."""
    return [
        (f"{one:02}:{two:02}–{three:02}:{four:02}", packed(one * 60 + two, three * 60 + four))
        for one, two, three, four in READY_HOURS
    ]


def _filled_service(turn: Turn, form: Form, value: int) -> Form | None:
    return filled_service(turn, form, value) if value >= 0 else None


def _filled_number(_turn: Turn, form: Form, value: int) -> Form | None:
    return form.knowing(amount=value) if 1 <= value <= MOST else None


def _hear(turn: Turn, form: Form, field: Field, text: str) -> Form | None:
    match field:
        case Field.day | Field.hours | Field.last:
            return heard_when(turn, form, text)
        case Field.service:
            return heard_choice(form, text)
        case _other:
            number = heard_number(text, MOST)
            return None if number is None else form.knowing(amount=number)


async def _propose(turn: Turn, form: Form, before: str = "") -> Reply:
    _ = turn.words
    if form.span.start <= turn.now:
        return _ask(turn, form.knowing(hours=None), Field.hours)
    lines = [*([before, ""] if before else []), heading(turn, form)]
    lines.append(_.plural("{number} place", "{number} places", form.kept.amount or 0))
    lines += ["", _("People can book it at once. Its opening rules stay as they are.")]
    label = _.plural(
        "✅ Open it with {number} place", "✅ Open it with {number} places", form.kept.amount or 0
    )
    rows: list[Row] = [(commit_button(form, label, _seen(form)),)]
    rows += change_rows(
        turn,
        form,
        {
            Field.day: _("✏️ Another day"),
            Field.hours: _("✏️ Other hours"),
            Field.number: _("✏️ Another number"),
            **({Field.service: _("✏️ Which service")} if len(form.kept.choices) > 1 else {}),
        },
    )
    return turn.screen("\n".join(lines), rows)


def _seen(form: Form) -> int:
    kept = form.kept
    return seen(kept.service, kept.day, kept.hours, kept.amount)


async def _carry_out(turn: Turn, form: Form, number: int) -> Reply:
    _ = turn.words
    span = form.span
    if _seen(form) != number or span.service is None:
        return await _propose(turn, form)
    try:
        made = await manager(turn).open_extra(
            span.service, span, form.kept.amount or 1, once=form.kept.number
        )
    except ApiProblem as problem:
        rows = change_rows(turn, form, {Field.day: _("✏️ Another day"), Field.hours: _("✏️ Other hours")})
        return refused(turn, problem, tuple(rows))
    turn = await without_draft(turn)
    text = "\n".join([_("✅ It is open, and can be booked:"), *(slot_span(turn, one) for one in made.slots)])
    rows = [(button(_("👥 Everybody"), Guests(one.id)),) for one in made.slots[:1]]
    rows.append((button(_("📋 Back to the day"), Day(form.kept.point, form.kept.day)),))
    return turn.screen(text, rows)


async def _afterwards(turn: Turn, point: UUID) -> Reply:
    return await show_day(turn, Day(point))


DESIGN = Design(
    asks=(Field.service, Field.day, Field.hours, Field.number),
    ask=_ask,
    hear=_hear,
    propose=_propose,
    carry_out=_carry_out,
    afterwards=_afterwards,
    fill={
        Field.day: filled_day,
        Field.hours: filled_hours,
        Field.service: _filled_service,
        Field.number: _filled_number,
    },
)
