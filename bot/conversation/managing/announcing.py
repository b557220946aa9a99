"""Writing to those booked, in a slot or on a day: whom it reaches is shown first, then it is sent once (Messages 1, 2)."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.managers import Day, Guests, Write
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.day import show_day
from bot.conversation.managing.forms import (
    Design,
    Field,
    Form,
    Kind,
    begun,
    change_rows,
    commit_button,
    heading,
    leave_row,
)
from bot.conversation.managing.labels import slot_name, today
from bot.conversation.managing.seeing import seen
from bot.conversation.turn import Row, Turn, button
from bot.manager import Audience
from bot.replies import Reply
from bot.wire import managing as view

LONGEST = 500
"""Characters; more nobody reads on the way."""


async def first_form(turn: Turn, wanted: Write) -> Form:
    """The form. Whom it is for is in the button; who does not keep the point is told so now."""
    keeper = manager(turn)
    if wanted.slot is None:
        day = wanted.day or today(turn)
        await keeper.message_impact(wanted.point, Audience(day=day))
        point = await turn.resident.point(wanted.point)
        return begun(turn, Kind.message, wanted.point, point.name, ()).knowing(day=day)
    await keeper.message_impact(wanted.point, Audience(slot=wanted.slot))
    slot = await keeper.slot(wanted.slot)
    form = begun(turn, Kind.message, wanted.point, slot.point.name, ())
    return form.knowing(slot=slot.id, slot_name=slot_name(turn, slot))


def _audience(form: Form) -> Audience:
    kept = form.kept
    return Audience(slot=kept.slot) if kept.slot is not None else Audience(day=kept.day)


def _ask(turn: Turn, form: Form, _field: Field) -> Reply:
    _ = turn.words
    question = _("What shall they read? Type it, at most {most} characters.", most=LONGEST)
    return turn.screen(f"{heading(turn, form)}\n\n{question}", [leave_row(turn, form)])


def _hear(_turn: Turn, form: Form, _field: Field, text: str) -> Form | None:
    return form.knowing(text=text) if len(text) <= LONGEST else None


async def _propose(turn: Turn, form: Form, before: str = "") -> Reply:
    _ = turn.words
    impact = await manager(turn).message_impact(form.kept.point, _audience(form))
    lines = [
        *([before, ""] if before else []),
        heading(turn, form),
        "",
        _("“{note}”", note=form.kept.text or ""),
        "",
    ]
    lines += _reach(turn, impact)
    rows: list[Row] = []
    if impact.people and impact.left_today:
        label = _.plural("✉️ Send it to {number} person", "✉️ Send it to {number} people", impact.people)
        rows.append((commit_button(form, label, _seen(form, impact)),))
    rows += change_rows(turn, form, {Field.text: _("✏️ Other words")})
    return turn.screen("\n".join(lines), rows)


def _reach(turn: Turn, impact: view.MessageImpact) -> list[str]:
    _ = turn.words
    if not impact.people:
        return [_("Nobody is booked then, so nobody would get it.")]
    if not impact.left_today:
        return [_("The point has written as often as it may today. In urgent cases, please call.")]
    lines = [_.plural("It goes to {number} person.", "It goes to {number} people.", impact.people)]
    if unreached := impact.people - impact.reachable:
        lines.append(
            _.plural(
                "{number} of them has no chat and no address: please call.",
                "{number} of them have no chat and no address: please call.",
                unreached,
            )
        )
    if impact.goes_out_at > turn.now:
        lines.append(
            _("It goes out {moment}, so that nobody is woken.", moment=_.moment(impact.goes_out_at, turn.now))
        )
    lines.append(
        _.plural(
            "Today the point may write {number} more time.",
            "Today the point may write {number} more times.",
            impact.left_today,
        )
    )
    return lines


def _seen(form: Form, impact: view.MessageImpact) -> int:
    kept = form.kept
    return seen(kept.text, str(kept.slot), kept.day, impact.people, impact.reachable)


async def _carry_out(turn: Turn, form: Form, number: int) -> Reply:
    _ = turn.words
    keeper = manager(turn)
    impact = await keeper.message_impact(form.kept.point, _audience(form))
    if _seen(form, impact) != number:
        changed = _("⚠️ Something has changed since that screen. This is how it is now; please look again:")
        return await _propose(turn, form, changed)
    try:
        sent = await keeper.send_message(
            form.kept.point, _audience(form), form.kept.text or "", once=form.kept.number
        )
    except ApiProblem as problem:
        return refused(turn, problem, (leave_row(turn, form),))
    turn = await without_draft(turn)
    text = _.plural("✅ Sent to {number} person.", "✅ Sent to {number} people.", sent.people)
    rows: list[Row] = (
        [(button(_("👥 Everybody"), Guests(form.kept.slot)),)] if form.kept.slot is not None else []
    )
    rows.append((button(_("📋 Back to the day"), Day(form.kept.point, form.kept.day)),))
    return turn.screen(text, rows)


async def _afterwards(turn: Turn, point: UUID) -> Reply:
    return await show_day(turn, Day(point))


DESIGN = Design(
    asks=(Field.text,), ask=_ask, hear=_hear, propose=_propose, carry_out=_carry_out, afterwards=_afterwards
)
