"""Who comes to one slot: the list, one of them, the queue, and what to cook."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.managers import (
    AskShut,
    Came,
    Guests,
    Kitchen,
    Places,
    ServeNext,
    ShowGuest,
    ShowQueue,
    StayedAway,
    WalkInTo,
    Write,
)
from bot.conversation.helping import telephone
from bot.conversation.managing.access import manager, refused
from bot.conversation.managing.labels import (
    day_of,
    day_row,
    guest_line,
    is_meal,
    said,
    slot_span,
    state_of,
)
from bot.conversation.turn import Row, Turn, button, leaf, page_row
from bot.replies import Reply
from bot.texts import Words
from bot.wire import managing as view

PAGE = 10
"""People on a screen."""


async def _slot_of_day(turn: Turn, slot: view.KeptSlot) -> view.DaySlot | None:
    """The slot with who comes to it."""
    day = await manager(turn).day(slot.point.id, day_of(slot.start))
    return next((one for one in day.slots if one.id == slot.id), None)


async def show_guests(turn: Turn, wanted: Guests) -> Reply:
    """Everybody who comes to a slot, and what can be done about it."""
    slot = await _slot_of_day(turn, await manager(turn).slot(wanted.slot))
    return _guests_screen(turn, slot, wanted.page) if slot is not None else _gone(turn)


def _gone(turn: Turn) -> Reply:
    _ = turn.words
    return turn.screen(_("This time is not there any more."))


def _guests_screen(turn: Turn, slot: view.DaySlot, page: int, before: str = "") -> Reply:
    _ = turn.words
    shown, more = leaf(slot.bookings, page, PAGE)
    lines = [
        *([before, ""] if before else []),
        slot_span(turn, slot),
        state_of(turn, slot),
        "",
        *(guest_line(turn, one) for one in shown),
    ]
    if not slot.bookings:
        lines.append(_("Nobody has booked yet."))
    rows: list[Row] = [(button(_guest_label(_, one), ShowGuest(slot.id, one.id)),) for one in shown]
    rows += page_row(_, page, lambda to: Guests(slot.id, to), more=more)
    return turn.screen("\n".join(lines), [*rows, *_slot_rows(turn, slot)])


def _guest_label(_: Words, guest: view.Guest) -> str:
    name = guest.attendee.name
    label = name if guest.party == 1 else _("{name}, {number} places", name=name, number=guest.party)
    return f"{label} · {guest.code}"


def _slot_rows(turn: Turn, slot: view.DaySlot) -> list[Row]:
    _ = turn.words
    rows: list[Row] = []
    if slot.end > turn.now:
        if slot.status == "closed":
            rows.append((button(_("🔓 Open it again"), AskShut(slot.id, 0)),))
        else:
            rows += [
                (
                    button(_("🔢 Places"), Places(slot.id)),
                    button(_("🚫 Close this time"), AskShut(slot.id, 1)),
                ),
                (button(_("🚶 Walk-in"), WalkInTo(slot.id)), button(_("🔔 Queue"), ShowQueue(slot.id))),
            ]
            if any(one.status == "confirmed" for one in slot.bookings):
                rows.append((button(_("✉️ Write to those booked"), Write(slot.point.id, slot.id, None)),))
    if is_meal(slot):
        rows.append((button(_("🍳 What to cook"), Kitchen(slot.id)),))
    return [*rows, day_row(turn, slot)]


async def show_guest(turn: Turn, wanted: ShowGuest) -> Reply:
    """One booking, and whether they came."""
    return await guest_screen(turn, wanted)


async def guest_screen(turn: Turn, wanted: ShowGuest, before: str = "") -> Reply:
    """The booking as it is now. `before` is said first: what has just happened."""
    _ = turn.words
    slot = await _slot_of_day(turn, await manager(turn).slot(wanted.slot))
    guest = None if slot is None else next((one for one in slot.bookings if one.id == wanted.booking), None)
    if slot is None or guest is None:
        rows = (button(_("👥 Everybody"), Guests(wanted.slot)),)
        return turn.screen(_("This booking is not there any more: it was moved or cancelled."), (rows,))
    lines = [*([before, ""] if before else []), _status_text(_, guest), slot_span(turn, slot)]
    lines.append(
        _.plural(
            "For: {attendee}, {number} place",
            "For: {attendee}, {number} places",
            guest.party,
            attendee=guest.attendee.name,
        )
    )
    lines.append(_("Code: {code}", code=guest.code))
    if guest.queue_number is not None:
        lines.append(_("Number in the queue: {number}", number=guest.queue_number))
    lines += [
        _("{what}: {value}", what=said(turn, one.question), value=said(turn, one.answer))
        for one in guest.answers
    ]
    if guest.note:
        lines.append(_("They wrote: {note}", note=guest.note))
    rows_: list[Row] = list(_attendance_rows(turn, slot, guest))
    if guest.phone:
        rows_.append((telephone(guest.attendee.name, guest.phone),))
    rows_ += [(button(_("👥 Everybody"), Guests(slot.id)),), day_row(turn, slot)]
    return turn.screen("\n".join(lines), rows_)


def _status_text(_: Words, guest: view.Guest) -> str:
    match guest.status:
        case "confirmed" if guest.arrival == "late":
            return _("🐢 Expected; they said that they come late")
        case "confirmed" if guest.arrival == "coming":
            return _("▫️ Expected; they said that they come")
        case "attended" if guest.walk_in:
            return _("✅ Came without a booking")
        case "attended":
            return _("✅ Here")
        case "no_show":
            return _("❌ Noted as not having come")
        case _other:
            return _("▫️ Expected")


def _attendance_rows(turn: Turn, slot: view.DaySlot, guest: view.Guest) -> list[Row]:
    _ = turn.words
    came, stayed = Came(slot.id, guest.id), StayedAway(slot.id, guest.id)
    match guest.status:
        case "attended" if guest.walk_in:
            return []
        case "attended":
            return [(button(_("↩️ A mistake: they did not come"), stayed),)]
        case "no_show":
            return [(button(_("↩️ They did come"), came),)]
        case _other if turn.now < slot.start:
            return [(button(_("✅ They are here"), came),)]
        case _other:
            return [(button(_("✅ They are here"), came), button(_("❌ Did not come"), stayed))]


def _reasons(_: Words) -> tuple[str, ...]:
    """Why an arrival is noted only after the end, by number; 0 is no reason."""
    return "", _("Was here, and we forgot to note it."), _("Came late, and was served.")


async def came(turn: Turn, order: Came) -> Reply:
    """Note that they came. After the end the policy wants to know why it was not noted in time."""
    _ = turn.words
    reasons = _reasons(_)
    reason = reasons[order.reason] if 0 <= order.reason < len(reasons) else ""
    try:
        booking = await manager(turn).came(order.booking, reason)
    except ApiProblem as problem:
        if not any(one.code == "slot-over" and one.correct_until for one in problem.reasons):
            return refused(turn, problem, _back(turn, order.slot, order.booking))
        rows = [
            (button(said_, Came(order.slot, order.booking, number)),)
            for number, said_ in enumerate(reasons)
            if number
        ]
        text = _("It is over already. Why is it noted only now? What you tap is kept in the records.")
        return turn.screen(text, [*rows, *_back(turn, order.slot, order.booking)])
    return await guest_screen(turn, ShowGuest(order.slot, order.booking), arrival_text(turn, booking))


def arrival_text(turn: Turn, booking: view.Arrived) -> str:
    """Who has come: name, party, number."""
    _ = turn.words
    name = booking.attendee.name
    who = name if booking.party == 1 else _("{name}, {number} places", name=name, number=booking.party)
    if booking.queue_number is None:
        return _("✅ {who} is noted as here.", who=who)
    return _("✅ {who} is here. Number {number}.", who=who, number=booking.queue_number)


async def stayed_away(turn: Turn, order: StayedAway) -> Reply:
    """Note that nobody came; also takes a mistaken check-in back."""
    _ = turn.words
    try:
        booking = await manager(turn).stayed_away(order.booking)
    except ApiProblem as problem:
        return refused(turn, problem, _back(turn, order.slot, order.booking))
    text = _("{name} is noted as not having come. If that is wrong, tap below.", name=booking.attendee.name)
    return await guest_screen(turn, ShowGuest(order.slot, order.booking), text)


def _back(turn: Turn, slot: UUID, booking: UUID) -> tuple[Row, ...]:
    _ = turn.words
    return ((button(_("👤 Back to the booking"), ShowGuest(slot, booking)),),)


async def show_queue(turn: Turn, wanted: ShowQueue) -> Reply:
    """Which number is being served, and the button that calls the next."""
    queue = await manager(turn).queue(wanted.slot)
    return await _queue_screen(turn, wanted, queue)


async def serve_next(turn: Turn, order: ServeNext) -> Reply:
    """Call the next. A second press of the same button calls nobody else."""
    _ = turn.words
    queue = await manager(turn).queue(order.slot)
    if queue.now_serving != order.after:
        before = _("It has moved on meanwhile.")
        return await _queue_screen(turn, ShowQueue(order.slot), queue, before)
    if queue.waiting:
        queue = await manager(turn).serve_next(order.slot, order.after)
    return await _queue_screen(turn, ShowQueue(order.slot), queue)


async def _queue_screen(turn: Turn, wanted: ShowQueue, queue: view.Queue, before: str = "") -> Reply:
    _ = turn.words
    slot = await _slot_of_day(turn, await manager(turn).slot(wanted.slot))
    if slot is None:
        return _gone(turn)
    lines = [*([before, ""] if before else []), slot_span(turn, slot)]
    current = next((one for one in slot.bookings if one.queue_number == queue.now_serving), None)
    if queue.now_serving:
        name = current.attendee.name if current is not None else ""
        lines.append(_("🔔 Being served: number {number} {name}", number=queue.now_serving, name=name))
    lines.append(
        _.plural("{number} is waiting.", "{number} are waiting.", queue.waiting)
        if queue.waiting
        else _("Nobody is waiting.")
    )
    rows: list[Row] = []
    if queue.waiting:
        rows.append((button(_("🔔 Call the next"), ServeNext(slot.id, queue.now_serving)),))
    rows += [(button(_("👥 Everybody"), Guests(slot.id)),), day_row(turn, slot)]
    return turn.screen("\n".join(lines), rows)


async def show_kitchen(turn: Turn, wanted: Kitchen) -> Reply:
    """Totals, then whoever needs something of their own."""
    _ = turn.words
    kitchen = await manager(turn).kitchen(wanted.slot)
    names = {one.key: said(turn, one.name) for one in (*kitchen.by_serving, *kitchen.by_diet)}
    when = _.moment(kitchen.start, turn.now)
    lines = [
        _("🍳 {service}, {when}", service=kitchen.service.name, when=when),
        _.plural("{number} portion", "{number} portions", kitchen.portions),
    ]
    for portions in (kitchen.by_serving, kitchen.by_diet):
        counted = [f"{said(turn, one.name)} {one.portions}" for one in portions if one.portions]
        if counted:
            lines.append(" · ".join(counted))
    special = [one for one in kitchen.labels if one.diet or one.note]
    if special:
        lines.append("")
    for label in special:
        needs = " · ".join(
            [*(names.get(key, key) for key in label.diet), *([label.note] if label.note else [])]
        )
        lines.append("• " + _("{what}: {value}", what=f"{label.name} ×{label.party}", value=needs))
    rows = ((button(_("👥 Everybody"), Guests(wanted.slot)),),)
    return turn.screen("\n".join(lines), rows)
