"""Closing a point, or one service of it, for a while; and lifting that again (Booking 8)."""

import re
from datetime import time, timedelta
from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.managers import AskLift, Close, Closures, Day, Lift
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.forms import (
    A_DAY,
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
    filled_last,
    filled_service,
    heading,
    heard_choice,
    heard_when,
    leave_row,
    packed,
    services_of,
    when_text,
)
from bot.conversation.managing.labels import today
from bot.conversation.managing.seeing import names, places_of, seen
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE, Words
from bot.understanding import Meaning
from bot.understanding.reading import read_when
from bot.wire import managing as view

LONGEST_REASON = 300
_WHOLE = re.compile(r"[一两二三四五六七八九十0-9]天|全天|整天|一日|all day|whole day|the day")
SHOWN = 8
"""Closures on a screen."""


async def first_form(turn: Turn, wanted: Close) -> Form:
    """The form, with what the button knew."""
    keeper = manager(turn)
    services = await services_of(turn, wanted.point)
    point = await turn.resident.point(wanted.point)
    # Whoever does not keep this point is told so now, not after four questions.
    await keeper.closures(wanted.point)
    form = begun(turn, Kind.closing, wanted.point, point.name, services)
    if len(services) <= 1:
        form = form.knowing(service=-1)
    return form.knowing(day=wanted.day) if wanted.day is not None and wanted.day >= today(turn) else form


def heard_all(turn: Turn, form: Form, meaning: Meaning, said: str, days: int | None) -> Form:
    """The form with all that a sentence said: day or days, hours, and one of the services by name."""
    when = read_when(said, turn.now)
    day = form.kept.day
    if day is not None and when.last is not None and when.day == day:
        form = form.knowing(last=when.last)
    elif day is not None and days is not None:
        form = form.knowing(last=day + timedelta(days=days - 1))
    if meaning.start is not None and meaning.end is not None:
        begins, ends = meaning.start, meaning.end
        form = form.knowing(hours=packed(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute))
    elif day is not None and _WHOLE.search(said.casefold()):
        form = form.knowing(hours=packed(0, A_DAY))
    named = [number for number, (_id, name) in enumerate(form.kept.choices) if name and name in said]
    return form.knowing(service=named[0]) if len(named) == 1 else form


def _ask(turn: Turn, form: Form, field: Field) -> Reply:
    _ = turn.words
    match field:
        case Field.day:
            return ask_day(turn, form, _("Which day shall it be closed?"))
        case Field.last:
            return ask_day(turn, form, _("Until which day, that one included?"), which=Field.last)
        case Field.hours:
            ready = [
                (_("The whole day"), packed(0, A_DAY)),
                (_("The morning (until 12:00)"), packed(0, 12 * 60)),
                (_("The afternoon (12:00–18:00)"), packed(12 * 60, 18 * 60)),
                (_("The evening (from 18:00)"), packed(18 * 60, A_DAY)),
            ]
            return ask_hours(turn, form, _("For how long?"), ready)
        case Field.service:
            buttons = [fill_button(form, _("All services"), Field.service, -1)]
            buttons += [
                fill_button(form, name, Field.service, number)
                for number, (_id, name) in enumerate(form.kept.choices[:10])
            ]
            question = _("Everything, or one service only?")
            return turn.screen(
                f"{heading(turn, form)}\n\n{question}", [*in_rows(buttons, 2), leave_row(turn, form)]
            )
        case _other:
            buttons = [
                fill_button(form, reason or _("No reason"), Field.reason, number)
                for number, reason in enumerate(_reasons(_))
            ]
            question = _("Why? People read it in their message. Tap one, or type it in your own words.")
            return turn.screen(
                f"{heading(turn, form)}\n\n{question}", [*in_rows(buttons, 2), leave_row(turn, form)]
            )


def _reasons(_: Words) -> tuple[str, ...]:
    return (
        "",
        _("Repairs"),
        _("Not enough staff"),
        _("Bad weather"),
        _("Power or water is off"),
        _("Public holiday"),
        _("Another event is held here"),
    )


def _filled_reason(turn: Turn, form: Form, value: int) -> Form | None:
    reasons = _reasons(turn.words)
    return form.knowing(reason=reasons[value]) if 0 <= value < len(reasons) else None


def _hear(turn: Turn, form: Form, field: Field, text: str) -> Form | None:
    match field:
        case Field.day | Field.hours:
            return heard_when(turn, form, text)
        case Field.last:
            when = read_when(text, turn.now)
            return None if when.day is None else filled_last(turn, form, (when.last or when.day).toordinal())
        case Field.service:
            return heard_choice(form, text)
        case _other:
            return form.knowing(reason=text[:LONGEST_REASON])


async def _propose(turn: Turn, form: Form, before: str = "") -> Reply:
    _ = turn.words
    if form.span.end <= turn.now:
        form = form.knowing(hours=None)
        return _ask(turn, form, Field.hours)
    impact = await manager(turn).closure_impact(form.kept.point, form.span)
    lines = [*([before, ""] if before else []), heading(turn, form)]
    if form.kept.reason:
        lines.append(_("Why: {reason}", reason=form.kept.reason))
    lines += ["", *_impact_lines(turn, form, impact)]
    label = _(
        "🚫 Close {when}, {what}",
        when=when_text(turn, form),
        what=form.chosen_name(_),
    )
    if impact.affected:
        label = _.plural(
            "🚫 Close, and cancel {number} booking",
            "🚫 Close, and cancel {number} bookings",
            len(impact.affected),
        )
    rows: list[Row] = [(commit_button(form, label, _seen(form, impact)),)]
    rows += change_rows(
        turn,
        form,
        {
            Field.day: _("✏️ Another day"),
            Field.last: _("✏️ Several days"),
            Field.hours: _("✏️ Other hours"),
            **({Field.service: _("✏️ Which service")} if len(form.kept.choices) > 1 else {}),
            Field.reason: _("✏️ Another reason"),
        },
    )
    return turn.screen("\n".join(lines), rows)


def _impact_lines(turn: Turn, form: Form, impact: view.ClosureImpact) -> list[str]:
    _ = turn.words
    lines = [_.plural("{number} time is closed.", "{number} times are closed.", impact.slots)]
    if not impact.affected:
        lines.append(_("Nobody has booked then."))
    else:
        lines += [
            _.plural(
                "{number} booking is cancelled, {places} places: {names}",
                "{number} bookings are cancelled, {places} places: {names}",
                len(impact.affected),
                places=places_of(impact.affected),
                names=names(turn, impact.affected),
            ),
            "",
            _("Each of them is told at once:"),
            _("“We are sorry: the point had to cancel this booking.”"),
            *([_("“The point says: {reason}”", reason=form.kept.reason)] if form.kept.reason else []),
            _("and is offered other times that are really free."),
        ]
    if impact.waiting:
        lines.append(
            _.plural(
                "{number} who waits is told that it is closed.",
                "{number} who wait are told that it is closed.",
                impact.waiting,
            )
        )
    return lines


def _seen(form: Form, impact: view.ClosureImpact) -> int:
    kept = form.kept
    ids = [str(one.id) for one in impact.affected]
    return seen(kept.day, kept.last, kept.hours, kept.service, kept.reason, ids, impact.slots, impact.waiting)


async def _carry_out(turn: Turn, form: Form, number: int) -> Reply:
    _ = turn.words
    keeper = manager(turn)
    impact = await keeper.closure_impact(form.kept.point, form.span)
    if _seen(form, impact) != number:
        changed = _("⚠️ Something has changed since that screen. This is how it is now; please look again:")
        return await _propose(turn, form, changed)
    try:
        made = await keeper.close(form.kept.point, form.span, form.kept.reason or "", once=form.kept.number)
    except ApiProblem as problem:
        return refused(turn, problem, (leave_row(turn, form),))
    turn = await without_draft(turn)
    text = [_("✅ Closed: {when}", when=closure_span(turn, made))]
    text.append(_.plural("{number} time is closed.", "{number} times are closed.", made.slots_closed))
    if made.cancelled:
        text.append(
            _.plural(
                "{number} booking was cancelled; they have been told, with other times to choose from.",
                "{number} bookings were cancelled; they have been told, with other times to choose from.",
                len(made.cancelled),
            )
        )
    rows = [
        (button(_("📆 Closures"), Closures(form.kept.point)),),
        (button(_("📋 Back to the day"), Day(form.kept.point, form.kept.day)),),
    ]
    return turn.screen("\n".join(text), rows)


def closure_span(turn: Turn, closure: view.Closure) -> str:
    """When what is closed; days from midnight to midnight are said as days."""
    _ = turn.words
    what = closure.service.name if closure.service is not None else _("all services")
    begins, ends = closure.start.astimezone(DISTRICT_ZONE), closure.end.astimezone(DISTRICT_ZONE)
    if begins.time() == ends.time() == time.min:
        first, last = begins.date(), ends.date() - timedelta(days=1)
        if first == last:
            return _("{day}, the whole day, {what}", day=_.day(first, turn.now), what=what)
        return _(
            "{first} to {last}, {what}",
            first=_.day(first, turn.now),
            last=_.on(last, turn.now),
            what=what,
        )
    if begins.date() == ends.date():
        return _("{when}, {what}", when=_.span(begins, ends, turn.now), what=what)
    return _(
        "{begins} to {ends}, {what}",
        begins=_.short_moment(closure.start, turn.now),
        ends=_.short_moment(closure.end, turn.now),
        what=what,
    )


async def show_closures(turn: Turn, wanted: Closures, before: str = "") -> Reply:
    """What is closed and will be, each to be lifted."""
    _ = turn.words
    closures = (await manager(turn).closures(wanted.point))[:SHOWN]
    lines = [_closure_line(turn, one) for one in closures]
    text = _("Closed, or going to be:") if closures else _("Nothing is closed ahead.")
    rows: list[Row] = [
        (button(_("🔓 {begins}", begins=closure_span(turn, one)), AskLift(wanted.point, one.id)),)
        for one in closures
    ]
    rows += [(button(_("🚫 Close"), Close(wanted.point)), button(_("📋 Today"), Day(wanted.point)))]
    return turn.screen("\n".join([*([before, ""] if before else []), text, *lines]), rows)


def _closure_line(turn: Turn, closure: view.Closure) -> str:
    reason = f" · {closure.reason}" if closure.reason else ""
    return f"• {closure_span(turn, closure)}{reason}"


async def ask_lift(turn: Turn, wanted: AskLift) -> Reply:
    """What lifting would mean."""
    _ = turn.words
    closures = await manager(turn).closures(wanted.point)
    closure = next((one for one in closures if one.id == wanted.closure), None)
    if closure is None:
        return await show_closures(
            turn, Closures(wanted.point), _("That closure is lifted already, or over.")
        )
    text = _("Its times can be booked again then. Nobody who was cancelled is booked again by itself.")
    rows = (
        (button(_("🔓 Yes, open again"), Lift(wanted.point, wanted.closure)),),
        (button(_("↩️ Leave it as it is"), Closures(wanted.point)),),
    )
    return turn.screen(f"{_closure_line(turn, closure)}\n\n{text}", rows)


async def lift(turn: Turn, order: Lift) -> Reply:
    """Lift it; lifted already, that is said."""
    _ = turn.words
    try:
        lifted = await manager(turn).lift(order.closure)
    except ApiProblem as problem:
        if problem.status != 404:
            return refused(turn, problem)
        before = _("That closure is lifted already, or over.")
    else:
        number = lifted.slots_reopened + lifted.slots_made
        before = _.plural("🔓 {number} time is open again.", "🔓 {number} times are open again.", number)
    return await show_closures(turn, Closures(order.point), before)


async def _afterwards(turn: Turn, point: UUID) -> Reply:
    _ = turn.words
    return await show_closures(
        turn, Closures(point), _("That is done already, or was left. This is how it is now:")
    )


DESIGN = Design(
    asks=(Field.day, Field.hours, Field.service, Field.reason),
    ask=_ask,
    hear=_hear,
    propose=_propose,
    carry_out=_carry_out,
    afterwards=_afterwards,
    fill={
        Field.day: filled_day,
        Field.last: filled_last,
        Field.hours: filled_hours,
        Field.service: filled_service,
        Field.reason: _filled_reason,
    },
)
