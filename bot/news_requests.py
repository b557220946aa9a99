"""How notices about requests and wishes read: each step for residents and followers, work for those who answer, and what became
of a wish for its volunteer.
"""

from collections.abc import Callable, Mapping

from bot.conversation.actions.grid import Case, Work
from bot.conversation.actions.requests import AskConfirm, AskRate, AskReopen, ShowRequest, Wishes
from bot.conversation.requests.labels import kind_label, owner_label
from bot.conversation.turn import Row, button
from bot.news_parts import Telling
from bot.replies import Reply
from bot.texts import Words
from bot.wire.request_notices import RequestNews, RequestWork, WishNews


def _about(telling: Telling, data: RequestNews) -> list[str]:
    """Which request it is; in large text bare."""
    _ = telling.words
    said = f"“{data.excerpt}”"
    if telling.notice.large_text:
        return [said]
    lines = [_("{kind}: {said}", kind=kind_label(_, data.kind), said=said)]
    if data.place:
        lines.append(_("Where it is: {place}", place=data.place))
    return lines


def _what_happened(_: Words, data: RequestNews) -> str:
    """The step, for who asked and who follows."""
    owner = owner_label(_, data.owner, data.rung)
    happened = {
        "accepted": _("✅ Your request was accepted by {owner}.", owner=owner),
        "noted": _("📝 How it goes, by {owner}:", owner=owner),
        "transfer_taken": _("🔀 Your request is with {owner} now, who has accepted it.", owner=owner),
        "climbed": _("⬆️ Your request has gone one level up: {owner} answers for it now.", owner=owner),
        "resolved": _("🏁 Your request was answered by {owner}:", owner=owner),
        "reopened": _("🔁 The request is being done again by {owner}.", owner=owner),
        "closed": _("📁 Your request is closed. Thank you for speaking up!"),
        "withdrawn": _("↩️ The request was withdrawn by whoever sent it."),
        "wish_published": _("💝 Volunteers can see your wish now, without your name."),
        "wish_claimed": _("💝 A volunteer has taken your wish in hand."),
        "wish_given_back": _("💝 The volunteer could not do it after all. Your wish waits for another one."),
        "wish_lapsed": _("💝 The time was too short. Your wish waits for another volunteer."),
        "wish_unclaimed": _("💝 No volunteer took your wish; {owner} sees to it.", owner=owner),
        "wish_fulfilled": _("🎁 The volunteer says that your wish came true:"),
        "wish_confirmed": _("🎉 Your wish counts as fulfilled."),
    }
    return happened.get(data.what, _("There is news about your request:"))


def _news(telling: Telling) -> Reply:
    _ = telling.words
    data = RequestNews.model_validate(telling.notice.data)
    lines = [_what_happened(_, data)]
    if data.note:
        lines.append(f"“{data.note}”")
    lines += ["", *_about(telling, data)]
    id_ = data.request_id
    rows: list[Row] = []
    if data.mine and data.what == "resolved":
        rows.append(
            (
                button(_("⭐ Rate the answer"), AskRate(id_)),
                button(_("🔁 Not solved, do it again"), AskReopen(id_)),
            )
        )
    if data.mine and data.what == "wish_fulfilled":
        rows.append((button(_("🎉 The wish came true"), AskConfirm(id_)),))
    rows.append((button(_("👀 See the request"), ShowRequest(id_)),))
    return telling.screen(lines, rows)


def _what_it_means(_: Words, data: RequestWork) -> str:
    """What a step means for who answers."""
    owner = owner_label(_, data.owner, data.rung)
    means = {
        "received": _("📬 A new request is yours:"),
        "transfer_asked": _("🤲 You are asked to take this over from {owner}:", owner=owner),
        "transfer_declined": _("🙅 It was not taken over, and stays yours:"),
        "taken": _("🔀 Taken over by {owner}; you need do nothing more:", owner=owner),
        "climbed": _("⬆️ This came up to you, and is yours now:"),
        "gone_up": _("⬆️ This was overdue and has gone up to {owner}:", owner=owner),
        "still_overdue": _("❗ This is still overdue:"),
        "due_soon": _("⏰ This falls due soon:"),
        "reopened": _("🔁 The resident says that this is not solved:"),
        "withdrawn": _("↩️ The resident has withdrawn this:"),
        "joined": _("👥 A neighbour says the same:"),
        "wish_claimed": _("💝 A volunteer has taken this wish in hand:"),
        "wish_given_back": _("💝 The volunteer gave this wish back; it waits for another one:"),
        "wish_lapsed": _("💝 The volunteer's time ran out; this wish waits for another one:"),
        "wish_unclaimed": _("💝 No volunteer took this wish; it is yours again:"),
        "wish_fulfilled": _("🎁 The volunteer says that this wish came true:"),
        "wish_confirmed": _("🎉 This wish came true:"),
    }
    if data.what == "rated":
        stars = data.stars or 0
        return _.plural("⭐ Rated with {number} star:", "⭐ Rated with {number} stars:", stars)
    return means.get(data.what, _("There is news about this request:"))


def _work(telling: Telling) -> Reply:
    _ = telling.words
    data = RequestWork.model_validate(telling.notice.data)
    lines = [_what_it_means(_, data), *_about(telling, data)]
    if data.note:
        lines.append(_("They say: {reason}", reason=data.note))
    mine = data.what not in {"taken", "gone_up"}
    if mine and data.what not in {"rated", "withdrawn", "wish_confirmed"}:
        lines.append(_("Due {moment}", moment=_.moment(data.due_at, telling.now)))
    rows: list[Row] = [(button(_("👀 See the request"), Case(data.request_id)),)] if mine else []
    rows.append((button(_("🧭 My grid"), Work()),))
    return telling.screen(lines, rows)


def _wish(telling: Telling) -> Reply:
    _ = telling.words
    data = WishNews.model_validate(telling.notice.data)
    match data.what:
        case "confirmed":
            first = _("🎉 The wish came true thanks to you. Thank you!")
        case "lapsed":
            first = _("💝 The time for this wish is over; another volunteer may take it now.")
        case "not_yet":
            first = _("💝 The wish has not quite come true, they say. Whoever answers for it sees to it now.")
        case "withdrawn":
            first = _("💝 This wish was withdrawn. Thank you all the same!")
        case _:
            first = _("There is news about this wish:")
    lines = [first, *([f"“{data.wish}”"] if data.wish else [])]
    return telling.screen(lines, [(button(_("💝 Micro-wishes"), Wishes()),)])


SCREENS: Mapping[str, Callable[[Telling], Reply]] = {
    "request_news": _news,
    "request_work": _work,
    "wish_news": _wish,
}
"""The screens of these kinds."""
