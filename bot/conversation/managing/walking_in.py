"""Somebody at the door without a booking: how many, who (if that is said), and in; or an honest no (Booking 10)."""

import re
from collections.abc import Sequence

from pydantic import ValidationError

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.managers import Day, Guests, ShowQueue, TakeIn, WalkIn, WalkInTo
from bot.conversation.managing.access import manager, points_row, refused, without_draft
from bot.conversation.managing.guests import arrival_text
from bot.conversation.managing.labels import day_of, day_row, slot_span, today
from bot.conversation.managing.seeing import once
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Incoming, Reply
from bot.wire import managing as view

DRAFT = "managing_guest"
BUTTONS = 12
"""Numbers of people on a screen."""

LONGEST_NAME = 80
SHOWN = 8

_NUMBER = re.compile(r"\+?[0-9][0-9 -]{4,}")


async def show_walk_in(turn: Turn, wanted: WalkIn) -> Reply:
    """To what they come; where only one thing is on, straight on."""
    _ = turn.words
    day = await manager(turn).day(wanted.point, today(turn))
    slots = _open_now(turn, day.slots)
    if len(slots) == 1:
        return await _how_many(turn, slots[0], slots)
    rows: list[Row] = [
        (
            button(
                _(
                    "{time} {service}: {free} free",
                    time=_.clock(slot.start),
                    service=slot.service.name,
                    free=slot.free,
                ),
                WalkInTo(slot.id),
            ),
        )
        for slot in slots[:SHOWN]
    ]
    text = _("To what do they come?") if slots else _("Nothing is on any more today.")
    return turn.screen(text, [*rows, (button(_("📋 Today"), Day(wanted.point)),)])


def _open_now(turn: Turn, slots: Sequence[view.DaySlot]) -> list[view.DaySlot]:
    return [slot for slot in slots if slot.status != "closed" and slot.end > turn.now]


async def walk_in_to(turn: Turn, wanted: WalkInTo) -> Reply:
    """How many; then who."""
    keeper = manager(turn)
    slot = await keeper.slot(wanted.slot)
    if wanted.party is None or not 1 <= wanted.party <= 1000:
        day = await keeper.day(slot.point.id, day_of(slot.start))
        full = next((one for one in day.slots if one.id == slot.id), None)
        return await _how_many(turn, full or slot, _open_now(turn, day.slots))
    return await _who(turn, slot, wanted.party)


async def _how_many(
    turn: Turn, slot: view.KeptSlot, others: Sequence[view.DaySlot], before: str = ""
) -> Reply:
    _ = turn.words
    if slot.free < 1 or before:
        return _full(turn, slot, others, before)
    services = await manager(turn).services(slot.point.id)
    most = next((one.policy.max_party for one in services if one.id == slot.service.id), slot.free)
    buttons = [
        button(_.plural("👤 {number} person", "👥 {number} people", number), WalkInTo(slot.id, number))
        for number in range(1, min(most, slot.free, BUTTONS) + 1)
    ]
    left = _.plural("{number} place left", "{number} places left", slot.free)
    lines = [slot_span(turn, slot), left, "", _("How many are they?")]
    return turn.screen("\n".join(lines), [*in_rows(buttons, 3), day_row(turn, slot)])


def _full(turn: Turn, slot: view.KeptSlot, others: Sequence[view.DaySlot], why: str) -> Reply:
    """No place: said as it is, with who waits, and what is free today."""
    _ = turn.words
    lines = [slot_span(turn, slot), why or _("All {capacity} places are taken.", capacity=slot.capacity)]
    waiting = next((one.waiting for one in others if one.id == slot.id), 0)
    if waiting:
        lines.append(
            _.plural(
                "{number} place is waited for by people who came before.",
                "{number} places are waited for by people who came before.",
                waiting,
            )
        )
    lines.append(
        _(
            "A place that comes free goes to those who wait first. Whoever stays away can be noted after the start; then there is room."
        )
    )
    free = [one for one in others if one.id != slot.id and one.free > 0]
    if free:
        lines.append(_("There is room here today:"))
    rows: list[Row] = [
        (
            button(
                _(
                    "{time} {service}: {free} free",
                    time=_.clock(one.start),
                    service=one.service.name,
                    free=one.free,
                ),
                WalkInTo(one.id),
            ),
        )
        for one in free[:SHOWN]
    ]
    rows += [
        (button(_("👥 Who has not come"), Guests(slot.id)), button(_("🔔 Queue"), ShowQueue(slot.id))),
        day_row(turn, slot),
    ]
    return turn.screen("\n".join(lines), rows)


async def _who(turn: Turn, slot: view.KeptSlot, party: int, before: str = "") -> Reply:
    _ = turn.words
    await turn.resident.keep_draft(DRAFT, {"slot": str(slot.id), "party": party})
    number = _.plural("{number} place", "{number} places", party)
    text = _(
        "Let them in without a name by the button. To enter who they are, type a name or a telephone number; with a booking, "
        "type its six digits."
    )
    label = _.plural("✅ Let {number} person in", "✅ Let {number} people in", party)
    rows = [
        (button(label, TakeIn(slot.id, party, None, once(turn))),),
        (button(_("👥 Another number"), WalkInTo(slot.id)),),
        day_row(turn, slot),
    ]
    lines = [*([before, ""] if before else []), f"{slot_span(turn, slot)} · {number}", "", text]
    return turn.screen("\n".join(lines), rows)


async def take_name(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Who they are was typed: those who are known by that, and the way to enter somebody new."""
    _ = turn.words
    known = view.DraftOfSlot.model_validate(draft.data)
    keeper = manager(turn)
    slot = await keeper.slot(known.slot)
    name = " ".join((incoming.text or "").split())[:LONGEST_NAME]
    if not name:
        return await _who(turn, slot, known.party, _("Please type the name."))
    try:
        people = await keeper.find_people(name)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        people = ()
    number = once(turn)
    rows: list[Row] = [
        (
            button(
                _("✅ {person} is in", person=_told_apart(turn, one)),
                TakeIn(slot.id, known.party, one.id, number),
            ),
        )
        for one in people
    ]
    if _NUMBER.fullmatch(name):
        text = (
            _("I know these with that number:")
            if people
            else _("I know nobody with that number. Type the name:")
        )
    else:
        await turn.resident.keep_draft(
            DRAFT, {"slot": str(slot.id), "party": known.party, "name": name, "once": number}
        )
        rows.append(
            (
                button(
                    _("✅ {person} is in, new here", person=name), TakeIn(slot.id, known.party, None, number)
                ),
            )
        )
        text = _("Is it one of these?") if people else _("I know nobody of that name yet.")
    rows += [(button(_("👥 Another number"), WalkInTo(slot.id)),), day_row(turn, slot)]
    places = _.plural("{number} place", "{number} places", known.party)
    return turn.screen(f"{slot_span(turn, slot)} · {places}\n\n{text}", rows)


def _told_apart(turn: Turn, person: view.FoundPerson) -> str:
    _ = turn.words
    marks = [str(person.birth_year)] if person.birth_year else []
    if person.phone:
        marks.append(person.phone[-4:])
    return f"{person.name} ({', '.join(marks)})" if marks else person.name


async def take_in(turn: Turn, order: TakeIn) -> Reply:
    """Let them in, once."""
    _ = turn.words
    keeper = manager(turn)
    name = _named(turn, order) or _("Walk-in guest")
    try:
        booking = await keeper.take_in(
            order.slot, order.party, person=order.person, name=name, once=order.once
        )
    except ApiProblem as problem:
        return await _no(turn, order, problem)
    turn = await without_draft(turn)
    rows = [
        (button(_("🚶 The next one"), WalkInTo(order.slot)), button(_("🔔 Queue"), ShowQueue(order.slot))),
        (button(_("👥 Everybody"), Guests(order.slot)),),
        points_row(turn),
    ]
    return turn.screen(arrival_text(turn, booking), rows)


async def _no(turn: Turn, order: TakeIn, problem: ApiProblem) -> Reply:
    """Refused: for want of places, how it stands; for anything else, why."""
    if not any(reason.code == "not-enough-places" for reason in problem.reasons):
        return refused(turn, problem)
    _ = turn.words
    keeper = manager(turn)
    slot = await keeper.slot(order.slot)
    day = await keeper.day(slot.point.id, day_of(slot.start))
    why = (
        _.plural("Only {number} place is left.", "Only {number} places are left.", slot.free)
        if slot.free > 0
        else _("All {capacity} places are taken.", capacity=slot.capacity)
    )
    return await _how_many(turn, slot, _open_now(turn, day.slots), why)


def _named(turn: Turn, order: TakeIn) -> str:
    """The name that was typed for the very screen that was pressed."""
    draft = turn.me.draft
    if order.person is not None or draft is None or draft.kind != DRAFT:
        return ""
    try:
        known = view.DraftOfSlot.model_validate(draft.data)
    except ValidationError:
        return ""
    return known.name if (known.slot, known.once) == (order.slot, order.once) else ""
