"""Help, and the human whom one can always reach."""

from bot.api import ApiProblem
from bot.conversation.actions import Categories, Human, Languages, Mine, MyPlace, SetReminders, Slots
from bot.conversation.labels import LUNCH
from bot.conversation.turn import Row, Turn, button
from bot.replies import Button, Reply
from bot.texts import Words

CITY_HOTLINE = "12345"
"""The government service hotline, one number in every city of the country, day and night."""


def show_help(turn: Turn) -> Reply:
    """What can be done here, and how."""
    _ = turn.words
    text = _(
        "To book: tap a service, then a time, then “Book”. The ticket with its code comes at once.\n"
        "To change or cancel: tap “My bookings”.\n"
        "For your family: on the last screen before booking, tap for whom it is.\n"
        "You can also say it in a sentence: lunch tomorrow for two; cancel Friday's haircut."
    )
    reminders = (
        button(_("🔕 Stop reminders"), SetReminders(0))
        if turn.me.reminders
        else button(_("🔔 Remind me again"), SetReminders(1))
    )
    rows = (
        (button(_("🍚 Book lunch"), Slots(LUNCH)), button(_("📋 All services"), Categories())),
        (button(_("🎫 My bookings"), Mine()), button(_("📍 Where I live"), MyPlace())),
        (reminders, button(_("🌐 中文 / English"), Languages())),
    )
    return turn.screen(text, rows)


async def show_human(turn: Turn, wanted: Human) -> Reply:
    """Whom to call: the point that it is about, the district, and the city's hotline, which always answers."""
    _ = turn.words
    rows: list[Row] = []
    if wanted.point is not None:
        try:
            point = await turn.resident.point(wanted.point)
        except ApiProblem:
            # The point is gone; the others can still be called.
            pass
        else:
            if point.phone:
                rows.append((telephone(point.name, point.phone),))
    districts = await turn.resident.divisions("district")
    rows += [
        (telephone(district.name, district.hotline),)
        for district in districts
        if district.hotline and district.hotline != CITY_HOTLINE
    ]
    rows.append((city_hotline(_),))
    return turn.screen(_("A person will gladly help you. Please call:"), rows)


def telephone(name: str, number: str) -> Button:
    """A button that calls a number, and shows it too."""
    return Button(f"☎️ {name} {number}", url=f"tel:{''.join(number.split())}")


def city_hotline(_: Words) -> Button:
    """The button that calls the city's hotline."""
    return telephone(_("City hotline"), CITY_HOTLINE)
