"""What screens of notices are made of: facts about a visit, why the point could not keep it, and the ways on.

For people who want large text the wording is shorter as well: bare facts, each on a line of its own, the moment first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import wire
from bot.conversation.actions import Action, AskCancel, AskInstead, Mine, ShowTicket, Slots
from bot.conversation.labels import kind_of
from bot.conversation.turn import Row, button, footer, one_a_row
from bot.replies import Place, Reply
from bot.texts import Words


@dataclass(frozen=True, slots=True)
class Telling:
    """One notice on its way into words: those of its reader's language, at this moment."""

    words: Words
    notice: wire.Notice
    now: datetime

    def screen(self, lines: Sequence[str], rows: Sequence[Row] = (), place: Place | None = None) -> Reply:
        """The screen, with its footer."""
        shown = (*rows, footer(self.words))
        return Reply(
            "\n".join(lines),
            one_a_row(shown) if self.notice.large_text else shown,
            place=place,
            large_text=self.notice.large_text,
        )

    def facts(self, data: wire.Visited, place: Place | None = None) -> list[str]:
        """When, what and where."""
        _ = self.words
        when = _.span(data.start, data.end, self.now)
        if self.notice.large_text:
            return [when, data.service, data.point, *([] if place is not None else [data.address])]
        # A place on the map comes with its address; saying it twice would only push the buttons out of sight.
        where = (
            _("Where: {point}, {address}", point=data.point, address=data.address)
            if place is None
            else _("Where: {point}", point=data.point)
        )
        return [_("When: {when}", when=when), _("What: {service}", service=data.service), where]

    def booking_facts(self, data: wire.BookingNews, place: Place | None = None) -> list[str]:
        """When, what and where; and for whom, where that is not plain."""
        _, facts = self.words, self.facts(data, place)
        if not data.for_self or data.party > 1:
            facts.append(
                _.plural(
                    "For: {attendee}, {number} place",
                    "For: {attendee}, {number} places",
                    data.party,
                    attendee=_("yourself") if data.for_self else data.attendee,
                )
            )
        return facts

    def places(self, party: int) -> str:
        """How many places a party has together."""
        _ = self.words
        return _.plural("{number} place", "Together {number} places", party)

    def code(self, data: wire.BookingNews) -> str:
        """What to say at the door."""
        _ = self.words
        return _("At the door, say this code: {code}", code=data.code)

    def why(self, why: str | None, reason: str) -> list[str]:
        """Why the point could not keep a booking, in our words and in its own. A code that is newer than this bot says
        nothing to people and is left out.
        """
        _ = self.words
        lines: list[str] = []
        match why:
            case "fewer_places":
                lines.append(_("Why: the point has fewer places than planned."))
            case "slot_closed" | "point_closed":
                lines.append(_("Why: the point is closed at that time."))
            case _other:
                pass
        if reason:
            lines.append(_("The point says: {reason}", reason=reason))
        return lines

    def ticket_row(self, data: wire.BookingNews) -> Row:
        """To the ticket, and to cancelling."""
        _ = self.words
        return (
            button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),
            button(_("✖️ Cancel it"), AskCancel(data.booking_id)),
        )

    def instead_row(self, data: wire.CancelledNews, number: int, one: wire.Instead) -> Row:
        """To booking one of the slots that are free instead."""
        _ = self.words
        where = [one.point]
        if one.distance_m:  # none is said where it is the same point
            where.append(_.distance(one.distance_m))
        action: Action = AskInstead(data.booking_id, one.slot_id)
        label = f"{number}. {_.short_moment(one.start, self.now)} · {one.point}"
        detail = (f"{number}. {_.span(one.start, one.end, self.now)}", one.service, " · ".join(where))
        return (button(label, action, detail),)

    def mine_row(self) -> Row:
        """To one's bookings."""
        _ = self.words
        return (button(_("🎫 My bookings"), Mine()),)

    def other_rows(self, data: wire.Visited) -> list[Row]:
        """To other times of the same kind, and to one's bookings."""
        _ = self.words
        again = button(_("🔁 Book another time"), Slots(kind_of(data.category, data.start)))
        return [(again,), self.mine_row()]


def place_of(data: wire.Visited) -> Place | None:
    """Where it is on the map, when that is known."""
    if data.latitude is None or data.longitude is None:
        return None
    return Place(data.point, data.address, data.latitude, data.longitude)
