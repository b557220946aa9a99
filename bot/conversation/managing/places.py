"""How many places a slot has, and whether it is open: what a change would mean comes first (Booking 8)."""

from collections.abc import Sequence
from typing import Literal

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.managers import (
    AskPlaces,
    AskShut,
    Closures,
    Guests,
    Places,
    SetPlaces,
    Shut,
    TypePlaces,
)
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.labels import day_of, day_row, is_meal, slot_name, slot_span
from bot.conversation.managing.seeing import names, places_of, seen
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.manager import Affected
from bot.replies import Incoming, Reply
from bot.understanding.amounts import read_change, read_number
from bot.wire import managing as view

STEPS = (5, 10, 20)
MOST = 2000
DRAFT = "managing_places"
STALE = 412

_AFFECTED: tuple[Affected | None, ...] = (None, "keep", "move", "cancel")
KEEP, MOVE, CANCEL = 1, 2, 3


async def show_places(turn: Turn, wanted: Places) -> Reply:
    """So many more or fewer, a number of one's own, or none at all."""
    return places_screen(turn, await manager(turn).slot(wanted.slot))


def places_screen(turn: Turn, slot: view.KeptSlot, before: str = "") -> Reply:
    """The choice itself. `before` is said first."""
    _ = turn.words
    lines = [*([before, ""] if before else []), slot_span(turn, slot), _amount(turn, slot)]
    more = [(f"+{step}", slot.capacity + step) for step in STEPS]
    fewer = [(f"−{step}", slot.capacity - step) for step in STEPS if slot.capacity >= step]
    buttons = [
        button(f"{label} → {after}", AskPlaces(slot.id, after))
        for label, after in [*more, *fewer]
        if after <= MOST
    ]
    rows = [
        *in_rows(buttons, len(STEPS)),
        (button(_("⌨️ Another number"), TypePlaces(slot.id)),),
        (button(_("🚫 Close this time"), AskShut(slot.id, 1)),),
    ]
    return turn.screen("\n".join(lines), [*rows, *_back(turn, slot)])


def _amount(turn: Turn, slot: view.KeptSlot) -> str:
    _ = turn.words
    return _.plural(
        "{number} place, {taken} taken.", "{number} places, {taken} taken.", slot.capacity, taken=slot.taken
    )


def _back(turn: Turn, slot: view.KeptSlot) -> list[Row]:
    _ = turn.words
    return [(button(_("👥 Everybody"), Guests(slot.id)),), day_row(turn, slot)]


async def type_places(turn: Turn, wanted: TypePlaces) -> Reply:
    """Wait for a number."""
    _ = turn.words
    slot = await manager(turn).slot(wanted.slot)
    await turn.resident.keep_draft(DRAFT, {"slot": str(slot.id)})
    text = _("How many places shall there be? Type a number, or how many more or fewer: 60, +10, −5.")
    return turn.screen(f"{slot_span(turn, slot)}\n{_amount(turn, slot)}\n\n{text}", _back(turn, slot))


async def take_places(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """A number was typed, or how many more or fewer."""
    _ = turn.words
    keeper = manager(turn)
    known = view.DraftOfSlot.model_validate(draft.data)
    slot = await keeper.slot(known.slot)
    said = (incoming.text or "").replace("−", "-")
    change = read_change(said, turn.now)
    number = change.applied_to(slot.capacity) if change is not None else read_number(said)
    if number is None or number > MOST:
        text = _("I did not find a number in that. Please type only the number, for example 60.")
        return turn.screen(text, _back(turn, slot))
    return await ask_places(await without_draft(turn), AskPlaces(slot.id, number))


async def ask_places(turn: Turn, wanted: AskPlaces, before: str = "") -> Reply:
    """Who would be affected, and one button for each thing that can be done about it."""
    _ = turn.words
    keeper = manager(turn)
    if not 0 <= wanted.capacity <= MOST:
        return await show_places(turn, Places(wanted.slot))
    slot, version = await keeper.slot_with_version(wanted.slot)
    if slot.end <= turn.now:
        return _over(turn, slot)
    if slot.capacity == wanted.capacity and slot.status != "closed":
        return places_screen(turn, slot, _("So many places there are already."))
    impact = await keeper.impact(slot.id, wanted.capacity)
    number = _seen(slot, version, impact, wanted.capacity)
    lines = [*([before, ""] if before else []), slot_span(turn, slot), _amount(turn, slot), ""]
    if impact.held_given_back:
        lines.append(
            _.plural(
                "{number} place that is held for somebody waiting is taken back; they keep their turn.",
                "{number} places that are held for people waiting are taken back; they keep their turn.",
                impact.held_given_back,
            )
        )
    if not impact.affected:
        if wanted.capacity > slot.capacity:
            lines.append(_("Whoever waits is asked first."))
        lines.append(_("Nobody loses a place. It is done when you press the first button."))
        order = SetPlaces(slot.id, wanted.capacity, 0, number)
        rows: list[Row] = [(button(_change_label(turn, slot, wanted.capacity), order),)]
    else:
        lines += _who(turn, impact.affected, _("Then there is no room for the last to have booked:"))
        rows = [
            (button(label, SetPlaces(slot.id, wanted.capacity, affected, number)),)
            for affected, label in (
                (KEEP, _keep_label(turn, slot, wanted.capacity)),
                (MOVE, _move_label(turn, slot, wanted.capacity, impact.affected)),
                (CANCEL, _cancel_label(turn, slot, wanted.capacity, impact.affected)),
            )
        ]
    back = (button(_("↩️ Leave it as it is"), Places(slot.id)),)
    return turn.screen("\n".join(lines), [*rows, back, *_back(turn, slot)])


def _who(turn: Turn, affected: Sequence[view.Affected], first: str) -> list[str]:
    _ = turn.words
    counted = _.plural(
        "{number} booking, {places} places: {names}",
        "{number} bookings, {places} places: {names}",
        len(affected),
        places=places_of(affected),
        names=names(turn, affected),
    )
    told = _(
        "Whoever is moved or cancelled is told at once, with your point's apology and other times to choose from. "
        "Who fits into no other time is cancelled."
    )
    return [first, counted, "", told]


def _change_label(turn: Turn, slot: view.KeptSlot, after: int) -> str:
    _ = turn.words
    if slot.status == "closed":
        return _("✅ {slot}: {after} places, once it is open again", slot=slot_name(turn, slot), after=after)
    if is_meal(slot):
        return _(
            "✅ {slot}: {before} → {after} portions",
            slot=slot_name(turn, slot),
            before=slot.capacity,
            after=after,
        )
    return _(
        "✅ {slot}: {before} → {after} places", slot=slot_name(turn, slot), before=slot.capacity, after=after
    )


def _keep_label(turn: Turn, slot: view.KeptSlot, after: int) -> str:
    _ = turn.words
    return _(
        "👍 {before} → {after}: all {taken} stay, nobody new gets in",
        before=slot.capacity,
        after=after,
        taken=slot.taken,
    )


def _move_label(turn: Turn, slot: view.KeptSlot, after: int, affected: Sequence[view.Affected]) -> str:
    _ = turn.words
    return _.plural(
        "🔁 {before} → {after}: move the last {number} booking",
        "🔁 {before} → {after}: move the last {number} bookings",
        len(affected),
        before=slot.capacity,
        after=after,
    )


def _cancel_label(turn: Turn, slot: view.KeptSlot, after: int, affected: Sequence[view.Affected]) -> str:
    _ = turn.words
    return _.plural(
        "✖️ {before} → {after}: cancel the last {number} booking",
        "✖️ {before} → {after}: cancel the last {number} bookings",
        len(affected),
        before=slot.capacity,
        after=after,
    )


def _seen(slot: view.KeptSlot, version: str, impact: view.Impact, capacity: int | None) -> int:
    ids = [str(one.id) for one in impact.affected]
    return seen(version, slot.capacity, slot.status, ids, impact.held_given_back, capacity)


async def set_places(turn: Turn, order: SetPlaces) -> Reply:
    """Do it, if everything is still as it was read. What is done already is said to be so, and done no second time."""
    _ = turn.words
    keeper = manager(turn)
    slot, version = await keeper.slot_with_version(order.slot)
    if not 0 <= order.affected < len(_AFFECTED) or not 0 <= order.capacity <= MOST:
        return places_screen(turn, slot)
    impact = await keeper.impact(order.slot, order.capacity)
    ask = AskPlaces(order.slot, order.capacity)
    if _seen(slot, version, impact, order.capacity) != order.seen:
        if await _is_so(turn, slot, order.capacity):
            return _done(turn, slot, order)
        return await ask_places(turn, ask, _changed(turn))
    try:
        after = await keeper.set_places(order.slot, order.capacity, _AFFECTED[order.affected], version)
    except ApiProblem as problem:
        if problem.status == STALE or problem.code == "capacity-below-taken":
            return await ask_places(turn, ask, _changed(turn))
        return refused(turn, problem, tuple(_back(turn, slot)))
    return _done(turn, after, order)


async def _is_so(turn: Turn, slot: view.KeptSlot, capacity: int) -> bool:
    """Whether a slot has so many places already, or sinks to so many as bookings end."""
    if slot.capacity == capacity:
        return True
    day = await manager(turn).day(slot.point.id, day_of(slot.start))
    return any(one.id == slot.id and one.target_capacity == capacity for one in day.slots)


def _changed(turn: Turn) -> str:
    _ = turn.words
    return _("⚠️ Something has changed since that screen. This is how it is now; please look again:")


def _done(turn: Turn, slot: view.KeptSlot, order: SetPlaces) -> Reply:
    _ = turn.words
    lines = [
        _("✅ Done. {slot} now has {capacity} places.", slot=slot_name(turn, slot), capacity=slot.capacity)
    ]
    if order.affected == KEEP:
        lines = [
            _(
                "✅ Done. {slot}: everybody stays, and nobody new gets in until it has fallen to {capacity} places.",
                slot=slot_name(turn, slot),
                capacity=order.capacity,
            )
        ]
    elif order.affected:
        lines.append(_("Everybody whose booking changed is told."))
    lines.append(_amount(turn, slot))
    rows = [(button(_("🔢 Change it again"), Places(slot.id)),)]
    return turn.screen("\n".join(lines), [*rows, *_back(turn, slot)])


def _over(turn: Turn, slot: view.KeptSlot) -> Reply:
    _ = turn.words
    return turn.screen(_("This time is over; its places cannot be changed any more."), _back(turn, slot))


async def ask_shut(turn: Turn, wanted: AskShut, before: str = "") -> Reply:
    """What closing this one time would mean; or opening it again."""
    _ = turn.words
    keeper = manager(turn)
    slot, version = await keeper.slot_with_version(wanted.slot)
    if slot.end <= turn.now:
        return _over(turn, slot)
    shut: Literal[0, 1] = 1 if wanted.shut else 0
    if (slot.status == "closed") == bool(shut):
        return turn.screen(_as_it_is(turn, slot), _back(turn, slot))
    impact = await keeper.impact(slot.id, None)
    number = _seen(slot, version, impact, None)
    lines = [*([before, ""] if before else []), slot_span(turn, slot), _amount(turn, slot), ""]
    name = slot_name(turn, slot)
    if not shut:
        lines.append(_("It can be booked again then. Nobody is booked again by itself."))
        rows: list[Row] = [(button(_("🔓 Open {slot} again", slot=name), Shut(slot.id, 0, 0, number)),)]
    elif not impact.affected:
        lines.append(_("Nobody has booked. Whoever waits is told that it is closed."))
        rows = [(button(_("🚫 Close {slot}", slot=name), Shut(slot.id, 1, MOVE, number)),)]
    else:
        lines += _who(turn, impact.affected, _("These lose their place:"))
        moved = _.plural(
            "🚫 Close; move {number} booking to other times",
            "🚫 Close; move {number} bookings to other times",
            len(impact.affected),
        )
        cancelled = _.plural(
            "🚫 Close; cancel {number} booking",
            "🚫 Close; cancel {number} bookings",
            len(impact.affected),
        )
        rows = [
            (button(moved, Shut(slot.id, 1, MOVE, number)),),
            (button(cancelled, Shut(slot.id, 1, CANCEL, number)),),
        ]
    back = (button(_("↩️ Leave it as it is"), Guests(slot.id)),)
    return turn.screen("\n".join(lines), [*rows, back, day_row(turn, slot)])


async def set_shut(turn: Turn, order: Shut) -> Reply:
    """Close or open it, if everything is still as it was read."""
    keeper = manager(turn)
    slot, version = await keeper.slot_with_version(order.slot)
    if (slot.status == "closed") == bool(order.shut):
        return turn.screen(_as_it_is(turn, slot), _back(turn, slot))
    ask = AskShut(order.slot, order.shut)
    impact = await keeper.impact(order.slot, None)
    if _seen(slot, version, impact, None) != order.seen or order.affected not in {0, MOVE, CANCEL}:
        return await ask_shut(turn, ask, _changed(turn))
    try:
        after = await keeper.set_open(order.slot, not order.shut, _AFFECTED[order.affected], version)
    except ApiProblem as problem:
        if problem.status == STALE or problem.code == "capacity-below-taken":
            return await ask_shut(turn, ask, _changed(turn))
        _ = turn.words
        row = (button(_("📆 Closures"), Closures(slot.point.id)),)
        return refused(turn, problem, (row, *_back(turn, slot)))
    return turn.screen(_as_it_is(turn, after), _back(turn, after))


def _as_it_is(turn: Turn, slot: view.KeptSlot) -> str:
    _ = turn.words
    if slot.status == "closed":
        return _("🚫 {slot} is closed. Everybody concerned is told.", slot=slot_name(turn, slot))
    return _("🔓 {slot} is open and can be booked.", slot=slot_name(turn, slot))
