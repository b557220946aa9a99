"""Going through a form: a button or words fill a field, the next is asked for, and at the end one tap does it."""

from collections.abc import Mapping

from bot import wire
from bot.conversation.actions.managers import Close, Commit, Fill, OpenExtra, PlanShift, Refill, Write
from bot.conversation.managing import announcing, closing, opening, planning
from bot.conversation.managing.access import points_row, without_draft
from bot.conversation.managing.forms import Design, Field, Form, Kind, form_of, keep
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply

DESIGNS: Mapping[Kind, Design] = {
    Kind.closing: closing.DESIGN,
    Kind.opening: opening.DESIGN,
    Kind.shift: planning.DESIGN,
    Kind.message: announcing.DESIGN,
}


async def begin_closing(turn: Turn, wanted: Close) -> Reply:
    """Begin to close a point."""
    return await go_on(turn, await closing.first_form(turn, wanted))


async def begin_opening(turn: Turn, wanted: OpenExtra) -> Reply:
    """Begin to open once more."""
    return await go_on(turn, await opening.first_form(turn, wanted))


async def begin_shift(turn: Turn, wanted: PlanShift) -> Reply:
    """Begin to make a shift."""
    return await go_on(turn, await planning.first_form(turn, wanted))


async def begin_message(turn: Turn, wanted: Write) -> Reply:
    """Begin to write to those booked."""
    return await go_on(turn, await announcing.first_form(turn, wanted))


async def go_on(turn: Turn, form: Form, before: str = "") -> Reply:
    """Keep what is known, and ask for what is missing; when nothing is, show what would be done."""
    await keep(turn, form)
    design = DESIGNS[form.kind]
    missing = design.missing(form)
    if missing is None:
        return await design.propose(turn, form, before)
    shown = design.ask(turn, form, missing)
    return shown if not before else turn.screen(f"{before}\n\n{shown.text}", shown.rows[:-1])


async def fill(turn: Turn, order: Fill) -> Reply:
    """A field was filled by a button."""
    form = form_of(turn)
    if form is None or form.kept.number != order.form:
        return _gone(turn)
    known = {field.value: field for field in Field}
    filler = DESIGNS[form.kind].fill.get(known[order.field]) if order.field in known else None
    filled = filler(turn, form, order.value) if filler is not None else None
    if filled is None:
        _ = turn.words
        return await go_on(turn, form, _("That cannot be chosen here. Please choose again."))
    return await go_on(turn, filled)


async def refill(turn: Turn, order: Refill) -> Reply:
    """Ask for a field again."""
    form = form_of(turn)
    known = {field.value: field for field in Field}
    if form is None or form.kept.number != order.form or order.field not in known:
        return _gone(turn)
    field = known[order.field]
    emptied = form.knowing(**dict.fromkeys(_FIELDS[field])) if field is not Field.last else form
    await keep(turn, emptied)
    return DESIGNS[form.kind].ask(turn, emptied, field)


_FIELDS: Mapping[Field, tuple[str, ...]] = {
    Field.service: ("service",),
    Field.day: ("day", "last"),
    Field.last: ("last",),
    Field.hours: ("hours",),
    Field.reason: ("reason",),
    Field.number: ("amount",),
    Field.title: ("title", "word"),
    Field.text: ("text",),
}


async def take(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """A field was filled by words."""
    _ = turn.words
    form = form_of(turn)
    if form is None:
        return _gone(await without_draft(turn))
    design = DESIGNS[form.kind]
    missing = design.missing(form)
    text = (incoming.text or "").strip()
    filled = design.hear(turn, form, missing or Field.last, text) if text else None
    if filled is None:
        return await go_on(turn, form, _("I did not find that in what you wrote. A button does it too:"))
    return await go_on(turn, filled)


async def commit(turn: Turn, order: Commit) -> Reply:
    """Do it, once. When the form is gone it was done already, or left long ago: what there is now is shown."""
    form = form_of(turn)
    if form is None or form.kept.number != order.form:
        kinds = {kind.value: kind for kind in Kind}
        if order.kind not in kinds:
            return _gone(turn)
        return await DESIGNS[kinds[order.kind]].afterwards(turn, order.point)
    design = DESIGNS[form.kind]
    if design.missing(form) is not None:
        return await go_on(turn, form)
    return await design.carry_out(turn, form, order.seen)


def _gone(turn: Turn) -> Reply:
    _ = turn.words
    return turn.screen(
        _("That was left, or is done already. Please begin anew at your point."), (points_row(turn),)
    )
