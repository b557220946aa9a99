"""A rule said no: every reason in kind words, and what is possible instead."""

from collections.abc import Callable
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Action, AskWait, Categories, Mine
from bot.conversation.actions.standing import Pauses
from bot.conversation.labels import slot_row
from bot.conversation.turn import Row, Turn, button
from bot.replies import Button, Reply
from bot.texts import Words


def show_refusal(
    turn: Turn,
    problem: ApiProblem,
    instead: Callable[[UUID], Action],
    *,
    but_not: UUID | None = None,
    wait: AskWait | None = None,
) -> Reply:
    """All reasons, and the alternatives as buttons; `instead` makes the action of one from its slot's id.

    `but_not` is a slot that is no alternative: the one that the person has already. `wait` is how to wait for the slot
    that was wanted, where the API says that one can.
    """
    _ = turn.words
    parts = [_("I am sorry, that is not possible:"), reasons_text(turn, problem)]
    rows: list[Row] = []
    alternatives = [slot for slot in problem.alternatives if slot.id != but_not]
    if alternatives:
        parts.append(_("These are free:"))
        rows += [
            slot_row(turn, number, slot, instead(slot.id)) for number, slot in enumerate(alternatives, 1)
        ]
    if wait is not None and problem.waitlist:
        rows.append((wait_button(_, wait),))
    if any(reason.code == "paused" for reason in problem.reasons):
        rows.append((button(_("⏸ Pauses"), Pauses()),))
    rows.append((button(_("📋 All services"), Categories()), button(_("🎫 My bookings"), Mine())))
    return turn.screen("\n\n".join(parts), rows)


def wait_button(_: Words, wait: AskWait) -> Button:
    """The button that leads to waiting for a full slot."""
    label = _.plural(
        "⏳ Join the waitlist ({number} place)", "⏳ Join the waitlist ({number} places)", wait.party
    )
    return button(label, wait)


def reasons_text(turn: Turn, problem: ApiProblem) -> str:
    """Every reason as a sentence of its own; the API's own words where it gave none."""
    sentences = [reason_text(turn, reason) for reason in problem.reasons] or [problem.title or problem.code]
    return "\n".join(f"• {sentence}" for sentence in sentences)


def reason_text(turn: Turn, reason: wire.Reason) -> str:  # noqa: C901, PLR0911, PLR0912 - one short case a reason
    """A reason in kind words. A reason that is newer than this bot comes with the API's words for it."""
    _ = turn.words
    match reason:
        case wire.Reason(code="slot-closed"):
            return _("The point is closed at this time.")
        case wire.Reason(code="slot-started" | "booking-over"):
            return _("It has already begun, or is over.")
        case wire.Reason(code="not-yet-open", opens_at=opens) if opens is not None:
            return _("It can be booked from {moment}.", moment=_.moment(opens, turn.now))
        case wire.Reason(code="booking-closed", closed_at=closed) if closed is not None:
            return _("Booking for it closed: {moment}.", moment=_.moment(closed, turn.now))
        case wire.Reason(code="party-too-large", limit=limit) if limit is not None:
            return _.plural(
                "One booking can be for at most {number} place.",
                "One booking can be for at most {number} places.",
                limit,
            )
        case wire.Reason(code="not-enough-places", free=0):
            return _("All places are taken.")
        case wire.Reason(code="not-enough-places", free=free) if free is not None:
            return _.plural("Only {number} place is left.", "Only {number} places are left.", free)
        case wire.Reason(code="overlapping-booking", clash=clash) if clash is not None:
            return _(
                "There is another booking at that time: {service}, {point}, {when}.",
                service=clash.service,
                point=clash.point,
                when=_.span(clash.start, clash.end, turn.now),
            )
        case wire.Reason(code="too-many-upcoming", limit=limit) if limit is not None:
            return _.plural(
                "There can be {number} upcoming booking of this kind. After a visit the next can be booked.",
                "There can be {number} upcoming bookings of this kind. After a visit the next can be booked.",
                limit,
            )
        case wire.Reason(code="paused", until=until) if until is not None:
            return _(
                "After missed visits, booking ahead is paused until {moment}; then it works again by itself. "
                "If that is a mistake, tap “Pauses”.",
                moment=_.moment(until, turn.now),
            )
        case wire.Reason(code="series-share-full"):
            return _("The places for series are taken. When booking opens for all, there may be one.")
        case wire.Reason(code="answer-invalid"):
            return _("An answer to one of the point's questions is missing.")
        case wire.Reason(code="not-allowed-for-person"):
            return _("This service is not open for this person. “Ask a person” helps further.")
        case _:
            return reason.title or reason.code
