"""What a person sets for themselves: language and reminders."""

from bot.conversation.actions import Mine, SetLanguage, SetReminders
from bot.conversation.home import show_home
from bot.conversation.turn import Turn, button
from bot.replies import Language, Reply

_LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}


def show_languages(turn: Turn) -> Reply:
    """The languages, each in its own words."""
    rows = ((button("中文", SetLanguage("zh")), button("English", SetLanguage("en"))),)
    return turn.screen("请选择语言。\nPlease choose your language.", rows)


async def set_language(turn: Turn, order: SetLanguage) -> Reply:
    """Speak another language from now on, beginning with the first screen."""
    if order.language not in _LANGUAGES:
        return show_languages(turn)
    me = await turn.resident.change_me({"language": _LANGUAGES[order.language]})
    changed = turn.knowing(me)
    _ = changed.words
    return show_home(changed, _("From now on we speak English."))


async def set_reminders(turn: Turn, order: SetReminders) -> Reply:
    """Reminders on or off, by this one tap."""
    me = await turn.resident.change_me({"reminders": order.on == 1})
    changed = turn.knowing(me)
    _ = changed.words
    if me.reminders:
        text = _("Reminders are on: I will remind you before your bookings begin.")
        other = button(_("🔕 Stop reminders"), SetReminders(0))
    else:
        text = _(
            "Reminders are off. Your bookings stay as they are; only a cancellation by the point is still told."
        )
        other = button(_("🔔 Remind me again"), SetReminders(1))
    return changed.screen(text, ((other,), (button(_("🎫 My bookings"), Mine()),)))
