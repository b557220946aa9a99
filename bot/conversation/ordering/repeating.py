"""The same on many days: which days, until when, what it would come to, and one tap that orders it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.ordering import OrderSeries, Preview, Repeat, Until
from bot.conversation.answers import answer_lines
from bot.conversation.booking import consent_text, consents, has_consented, order_question
from bot.conversation.labels import attendee_name
from bot.conversation.ordering.series import series_screen
from bot.conversation.orders import read
from bot.conversation.patterns import DAILY, WEEKDAYS, WEEKLY, pattern_text, patterns_question
from bot.conversation.refusal import reason_text, reasons_text
from bot.conversation.turn import Turn, button, in_rows
from bot.orderer import Orderer
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE

WEEKS = (1, 2, 4, 8, 12)
"""For how many weeks a series can be ordered in the chat."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

BOOKED, WAITLISTED, REFUSED, SKIPPED = "booked", "waitlisted", "refused", "skipped"


async def show_patterns(turn: Turn, wanted: Repeat) -> Reply:
    """On which days?"""
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    return patterns_question(turn, slot, wanted.party, wanted.about)


def rule_of(pattern: int, first: date) -> str | None:
    """A pattern as the API takes it, weekly on the weekday of the first day; None when there is no such."""
    return {
        WEEKDAYS: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        DAILY: "FREQ=DAILY",
        WEEKLY: f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[first.weekday()]}",
    }.get(pattern)


async def show_ends(turn: Turn, wanted: Until) -> Reply:
    """Until when?"""
    _ = turn.words
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    buttons = [
        button(
            _("until {day}", day=_.on(_last(slot, wanted.pattern, weeks), turn.now)),
            Preview(wanted.slot, wanted.party, wanted.about, wanted.pattern, weeks),
        )
        for weeks in WEEKS
        if wanted.pattern != WEEKLY or weeks > 1
    ]
    day = _first(slot)
    text = _("{pattern}. Until when?", pattern=pattern_text(turn, wanted.pattern, day))
    back = (button(_("↩️ Other days"), Repeat(wanted.slot, wanted.party, wanted.about)),)
    return turn.screen(text, [*in_rows(buttons, 2), back], point=slot.point.id)


def _first(slot: wire.Slot) -> date:
    """The day that the pattern begins with."""
    return slot.start.astimezone(DISTRICT_ZONE).date()


def _last(slot: wire.Slot, pattern: int, weeks: int) -> date:
    """The last day of so many weeks from the slot's day on: of once a week, the last visit."""
    days = 7 * (weeks - 1) if pattern == WEEKLY else 7 * weeks - 1
    return _first(slot) + timedelta(days=days)


async def preview(turn: Turn, wanted: Preview) -> Reply:
    """Exactly which days would be booked, which not and why, and the button that orders them."""
    _ = turn.words
    orderer = turn.acting_as(Orderer)
    slot = await orderer.slot(wanted.slot)
    order, whole = read(turn, slot, wanted.party, wanted.about)
    rule = rule_of(wanted.pattern, _first(slot))
    if not whole or rule is None or wanted.weeks not in WEEKS:
        return order_question(turn, slot, order)
    other = (
        button(_("↩️ Another end"), Until(wanted.slot, wanted.party, wanted.about, wanted.pattern)),
        button(_("↩️ Other days"), Repeat(wanted.slot, wanted.party, wanted.about)),
    )
    try:
        seen = await orderer.preview(order, rule, _last(slot, wanted.pattern, wanted.weeks))
    except ApiProblem as problem:
        if "/until" not in problem.invalid:
            raise
        return turn.screen(_("So far ahead it cannot be booked. A nearer end may do."), (other,))
    counted = Counter(day.status for day in seen.days)
    named = attendee_name(turn, order.attendee)
    pattern = pattern_text(turn, wanted.pattern, _first(slot))
    parts = [
        _(
            "{service}, {point}, {clock}. For {name}, {pattern}.",
            service=slot.service.name,
            point=slot.point.name,
            clock=_.clock(slot.start),
            name=named,
            pattern=pattern[:1].lower() + pattern[1:],
        ),
        *answer_lines(turn, slot.questions, order),
        "\n".join(day_lines(turn, seen.days, done=False)),
    ]
    can = counted[BOOKED] + counted[WAITLISTED]
    if not can:
        parts.append(_("None of these days can be had."))
        return turn.screen("\n\n".join(parts), (other,), point=slot.point.id)
    agreed = has_consented(turn.me)
    parts.append(
        _("Nothing is booked yet. Each day can be changed or cancelled alone later.")
        if agreed
        else consent_text(turn)
    )
    label = _.plural("✅ Book {number} day", "✅ Book {number} days", counted[BOOKED])
    if counted[WAITLISTED]:
        label = _(
            "✅ Book {booked} days, wait for {waiting}",
            booked=counted[BOOKED],
            waiting=counted[WAITLISTED],
        )
    if not agreed:
        label = _("{label} (I agree)", label=label)
    confirm = OrderSeries(
        wanted.slot, wanted.party, wanted.about, wanted.pattern, wanted.weeks, int(not agreed)
    )
    return turn.screen("\n\n".join(parts), [(button(label, confirm),), other], point=slot.point.id)


def day_lines(turn: Turn, days: Sequence[wire.PreviewDay | wire.Occurrence], *, done: bool) -> list[str]:
    """What becomes of each day: those to be had in a row, the others with their reason."""
    _ = turn.words
    lines = []
    found = {
        status: _(", ").join(_.on(day.date, turn.now) for day in days if day.status == status)
        for status in (BOOKED, WAITLISTED, SKIPPED)
    }
    if found[BOOKED]:
        booked = found[BOOKED]
        lines.append(
            _("✅ Booked: {days}", days=booked) if done else _("✅ Will be booked: {days}", days=booked)
        )
    if found[WAITLISTED]:
        lines.append(_("⏳ Full, you wait: {days}", days=found[WAITLISTED]))
    for day in days:
        if day.status == REFUSED:
            why = _(", ").join(reason_text(turn, reason) for reason in day.reasons)
            lines.append(_("✖️ {day}: {why}", day=_.on(day.date, turn.now), why=why))
    if found[SKIPPED]:
        lines.append(_("➖ Nothing is open: {days}", days=found[SKIPPED]))
    return lines


async def order_series(turn: Turn, order: OrderSeries) -> Reply:
    """Order it, after consent: what became of each day."""
    _ = turn.words
    asked = Preview(order.slot, order.party, order.about, order.pattern, order.weeks)
    orderer = turn.acting_as(Orderer)
    slot = await orderer.slot(order.slot)
    wanted, whole = read(turn, slot, order.party, order.about)
    rule = rule_of(order.pattern, _first(slot))
    agreed = await consents(turn, order.consent_shown)
    if not whole or rule is None or order.weeks not in WEEKS or not agreed:
        return await preview(turn, asked)
    try:
        made = await orderer.order_series(wanted, rule, _last(slot, order.pattern, order.weeks))
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        text = _("I am sorry, that is not possible:")
        rows = ((button(_("↩️ Other days"), Repeat(order.slot, order.party, order.about)),),)
        return turn.screen(f"{text}\n{reasons_text(turn, problem)}", rows, point=slot.point.id)
    if wanted.note:
        await turn.resident.drop_draft()
    return series_screen(turn, made, day_lines(turn, made.occurrences, done=True), _("Done:"))
