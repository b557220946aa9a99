"""How notices about conversations read, and what points write to those booked."""

from collections.abc import Callable, Mapping, Sequence

from bot.conversation.actions import ShowTicket
from bot.conversation.actions.threads import ReplyTo, ShowThread
from bot.conversation.turn import Row, button
from bot.news_parts import Telling
from bot.replies import Reply
from bot.texts import Words
from bot.wire.thread_notices import (
    PointMessageNews,
    ThreadAlertNews,
    ThreadClosedNews,
    ThreadHandedNews,
    ThreadItem,
    ThreadMessageNews,
    ThreadNews,
)


def _rows(_: Words, data: ThreadNews, answer: str) -> list[Row]:
    """To answering, and to the whole conversation."""
    return [
        (button(answer, ReplyTo(data.thread_id)),),
        (button(_("👀 The whole conversation"), ShowThread(data.thread_id)),),
    ]


def _words_of(items: Sequence[ThreadItem]) -> list[str]:
    """What was said, each by itself."""
    lines: list[str] = []
    for item in items:
        lines += ["", item.text]
    return lines


def _message(telling: Telling) -> Reply:
    _, data = telling.words, ThreadMessageNews.model_validate(telling.notice.data)
    if data.to_staff:
        first = _("💬 {person} writes to {desk}:", person=data.author, desk=data.desk)
        lines = [*([_("🚨 This may be an emergency.")] if data.urgent else []), first]
        return telling.screen([*lines, *_words_of(data.items)], _rows(_, data, _("✍️ Answer")))
    first = _("💬 {person} of {desk} answers you:", person=data.author, desk=data.desk)
    return telling.screen([first, *_words_of(data.items)], _rows(_, data, _("✍️ Write back")))


def _handed(telling: Telling) -> Reply:
    _, data = telling.words, ThreadHandedNews.model_validate(telling.notice.data)
    first = _(
        "↪️ A colleague hands a letter on to you. {person} wrote to {desk}:",
        person=data.resident,
        desk=data.desk,
    )
    return telling.screen([first, *_words_of(data.items)], _rows(_, data, _("✍️ Answer")))


def _alert(telling: Telling) -> Reply:
    _, data = telling.words, ThreadAlertNews.model_validate(telling.notice.data)
    lines = [
        _("⏰ {person} wrote to {desk} and has no answer yet.", person=data.resident, desk=data.desk),
        _("They have been waiting since {moment}.", moment=_.moment(data.since, telling.now)),
        _("Please answer, or hand it on: whoever answers first takes it."),
    ]
    return telling.screen(lines, _rows(_, data, _("✍️ Answer")))


def _closed(telling: Telling) -> Reply:
    _, data = telling.words, ThreadClosedNews.model_validate(telling.notice.data)
    match data.by:
        case "resident":
            first = _(
                "🔚 {person} has ended the conversation with {desk}.", person=data.resident, desk=data.desk
            )
        case "staff":
            first = _("🔚 {desk} has ended our conversation: it seems settled.", desk=data.desk)
        case _ if not data.to_staff:
            first = _(
                "🔚 Our conversation with {desk} has ended: nothing was said for some days.", desk=data.desk
            )
        case _:
            first = _(
                "🔚 The conversation of {person} with {desk} has ended: nothing was said for some days.",
                person=data.resident,
                desk=data.desk,
            )
    lines = [first, _("Write again, and it goes on.")]
    return telling.screen(lines, _rows(_, data, _("✍️ Write again")))


def _point_message(telling: Telling) -> Reply:
    _, data = telling.words, PointMessageNews.model_validate(telling.notice.data)
    about = _(
        "About your booking: {service}, {when}",
        service=data.service,
        when=_.span(data.start, data.end, telling.now),
    )
    lines = [_("📢 {point} writes:", point=data.point), "", data.text, "", about]
    return telling.screen(lines, [(button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),)])


SCREENS: Mapping[str, Callable[[Telling], Reply]] = {
    "thread_message": _message,
    "thread_handed": _handed,
    "thread_alert": _alert,
    "thread_closed": _closed,
    "point_message": _point_message,
}
"""The screens of these kinds."""
