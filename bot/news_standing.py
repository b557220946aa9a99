"""How notices read that are about waiting, standing orders, pauses, and a person's own addresses."""

from bot import wire
from bot.conversation.actions import Categories, Mine, ShowWaiting
from bot.conversation.actions.standing import Pauses
from bot.conversation.actions.visits import Stars
from bot.conversation.ticket import MOST_STARS
from bot.conversation.turn import button
from bot.conversation.waiting import offer_rows
from bot.news_parts import Telling, place_of
from bot.replies import Reply


def offered(telling: Telling) -> Reply:
    """Places are held for a waiting party."""
    _, data, now = telling.words, wire.OfferNews.model_validate(telling.notice.data), telling.now
    place = place_of(data)
    lines = [
        _("🔔 A place has come free, and I keep it for you:")
        if data.for_self
        else _("🔔 A place has come free, and I keep it for your family:"),
        "",
        *telling.facts(data, place),
        telling.places(data.party),
        "",
        _(
            "Please answer by {moment}. After that it goes to the next in the queue.",
            moment=_.moment(data.expires_at, now),
        ),
    ]
    rows = offer_rows(_, data.offer_id, data.start, data.service, data.party, now)
    return telling.screen(lines, rows, place)


def withdrawn(telling: Telling) -> Reply:
    """The point could not keep an offer."""
    _, data = telling.words, wire.WithdrawnNews.model_validate(telling.notice.data)
    lines = [
        _(
            "We are sorry: the place that was kept for you is not there after all. You keep your turn in the queue."
        ),
        "",
        *telling.facts(data),
        telling.places(data.party),
    ]
    rows = [(button(_("⏳ See the queue"), ShowWaiting(data.entry_id)),), *telling.other_rows(data)]
    return telling.screen(lines, rows)


def closed(telling: Telling) -> Reply:
    """Waiting has ended, and why."""
    _, data = telling.words, wire.ClosedNews.model_validate(telling.notice.data)
    match data.why:
        case "slot_began":
            first = _("We are sorry: no place has come free, and it begins now. Your waiting has ended.")
        case "offer_ran_out":
            first = _("The time to answer is over, and the place went to the next. Your waiting has ended.")
        case "slot_closed":
            first = _("We are sorry: the point is closed at this time. Your waiting has ended.")
        case _other:
            first = _("Your waiting has ended.")
    lines = [first, "", *telling.facts(data), telling.places(data.party)]
    return telling.screen(lines, telling.other_rows(data))


def paused(telling: Telling) -> Reply:
    """Booking ahead is paused: until when, because of what, and how to say that it is a mistake."""
    _, data, now = telling.words, wire.PauseNews.model_validate(telling.notice.data), telling.now
    until = _.moment(data.until, now)
    first = (
        _("Booking services of this kind ahead is paused for you until {moment}.", moment=until)
        if data.for_self
        else _(
            "Booking services of this kind ahead is paused for {attendee} until {moment}.",
            attendee=data.attendee,
            moment=until,
        )
    )
    lines = [
        first,
        "",
        _("These were booked, and nobody came:"),
        *(
            _(
                "• {moment} {service}, {point}",
                moment=_.moment(missed.start, now),
                service=missed.service,
                point=missed.point,
            )
            for missed in data.bookings
        ),
        "",
        _("It ends by itself then. Until then you can still go there and ask for a free place."),
        _("If this is a mistake, say so: a person will look at it and can end the pause."),
    ]
    rows = [(button(_("🙋 This is a mistake"), Pauses()),), (button(_("🎫 My bookings"), Mine()),)]
    return telling.screen(lines, rows)


def pause_ended(telling: Telling) -> Reply:
    """Booking ahead works again: by itself, lifted by staff, or because it was a mistake."""
    _, data = telling.words, wire.PauseEndedNews.model_validate(telling.notice.data)
    lines = [
        _("You can book services of this kind ahead again.")
        if data.for_self
        else _("{attendee} can book services of this kind ahead again.", attendee=data.attendee)
    ]
    if data.why == "corrected":
        lines.append(_("The pause was a mistake. We are sorry."))
    elif data.why == "lifted":
        lines.append(_("The pause was ended before its time."))
    rows = [(button(_("📅 Book something"), Categories()),), telling.mine_row()]
    return telling.screen(lines, rows)


def series_result(telling: Telling) -> Reply:
    """What became of a standing order that somebody placed for one."""
    _, data, now = telling.words, wire.SeriesNews.model_validate(telling.notice.data), telling.now
    first = (
        _("📅 A series was booked for you:")
        if data.for_self
        else _("📅 A series was booked for {attendee}:", attendee=data.attendee)
    )
    lines = [
        first,
        "",
        _("What: {service}", service=data.service),
        _("Where: {point}, {address}", point=data.point, address=data.address),
        _("{first} – {last}", first=_.day(data.first, now), last=_.day(data.last, now)),
        "",
        _.plural("Booked: {number} day", "Booked: {number} days", data.booked),
    ]
    if data.waitlisted:
        lines.append(
            _.plural(
                "Waiting for a place: {number} day", "Waiting for a place: {number} days", data.waitlisted
            )
        )
    if data.refused:
        lines.append(_.plural("Not possible: {number} day", "Not possible: {number} days", data.refused))
    return telling.screen(lines, [telling.mine_row()])


def rating_asked(telling: Telling) -> Reply:
    """What was a visit worth? The best first, and no is an answer."""
    _, data = telling.words, wire.BookingNews.model_validate(telling.notice.data)
    lines = [
        _("You were here. How was it?")
        if data.for_self
        else _("{name} was here. How was it?", name=data.attendee),
        "",
        *telling.facts(data),
    ]
    rows = [(button("★" * stars, Stars(data.booking_id, stars)),) for stars in range(MOST_STARS, 0, -1)]
    return telling.screen(lines, rows)


def address_code(telling: Telling) -> Reply:
    """The code that proves an address. It goes to that address only."""
    _, data = telling.words, wire.CodeNews.model_validate(telling.notice.data)
    lines = [
        _("Your code: {code}", code=data.code),
        "",
        _.plural(
            "It holds for {number} minute. Enter it where you named this address.",
            "It holds for {number} minutes. Enter it where you named this address.",
            data.minutes,
        ),
        _("If you did not ask for it, there is nothing to do."),
    ]
    return telling.screen(lines)
