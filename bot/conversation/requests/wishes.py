"""Micro-wishes: seen, taken in hand by one volunteer, fulfilled, and confirmed by whose they are."""

from bot import wire
from bot.conversation.actions import requests as actions
from bot.conversation.place import spoken_name
from bot.conversation.requests.collecting import body_of, collected, request_of, said_for, sent_lines
from bot.conversation.requests.labels import short
from bot.conversation.requests.showing import show_request
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.replies import Incoming, Reply
from bot.requesting import Requester

FULFIL = "request_fulfil"
"""The kind of draft."""
PAGE = 5


async def show_wishes(turn: Turn, asked: actions.Wishes, before: str = "") -> Reply:
    """Those that one has in hand, and those that one can take."""
    _, requester = turn.words, turn.acting_as(Requester)
    mine = await requester.my_wishes() if asked.page == 0 else ()
    wishes, more = leaf(await requester.wishes(limit_for(asked.page, PAGE)), asked.page, PAGE)
    lines = [before] if before else []
    rows: list[Row] = []
    if mine:
        lines.append(_("💝 In your hands:"))
        lines += [f"• {wish.text}" for wish in mine]
        rows += [(button(f"🎁 {short(wish.text)}", actions.ShowRequest(wish.id)),) for wish in mine]
    if wishes:
        lines.append(_("💝 Wishes of neighbours. Whoever takes one is told whose it is:"))
        for number, wish in enumerate(wishes, 1):
            lines.append(f"{number}. {wish.text} · {spoken_name(wish.division.name)}")
            if not wish.mine:
                rows.append((button(f"{number}. {short(wish.text)}", actions.AskClaim(wish.id)),))
    else:
        lines.append(_("No wish waits for a volunteer just now. Thank you for asking!"))
    rows += page_row(_, asked.page, actions.Wishes, more=more)
    rows.append((button(_("📣 I have a wish myself"), actions.TellWish()),))
    return turn.screen("\n".join(lines), rows)


async def ask_claim(turn: Turn, asked: actions.AskClaim) -> Reply:
    """What taking it means."""
    _ = turn.words
    found = [wish for wish in await turn.acting_as(Requester).wishes(100) if wish.id == asked.wish]
    if not found:
        gone = _("This wish is with somebody else already, or is no more. Thank you!")
        return await show_wishes(turn, actions.Wishes(), before=gone)
    (wish,) = found
    lines = [
        f"💝 {wish.text}",
        _("Where it is: {place}", place=spoken_name(wish.division.name)),
        "",
        _(
            "Take it in hand? Left too long, others may take it. You are told whose wish it is, and they are told your name and "
            "number. If you cannot do it after all, give it back at a tap."
        ),
    ]
    rows = [
        (button(_("💝 Yes, I take it"), actions.Claim(wish.id)),),
        (button(_("↩️ Other wishes"), actions.Wishes()),),
    ]
    return turn.screen("\n".join(lines), rows)


async def claim(turn: Turn, asked: actions.Claim) -> Reply:
    """Takes it in hand."""
    _ = turn.words
    request = await turn.acting_as(Requester).about_wish(asked.wish, "claim")
    return show_request(turn, request, before=_("💝 It is in your hands. Thank you!"))


async def ask_give_back(turn: Turn, asked: actions.AskGiveBack) -> Reply:
    """What giving it back means."""
    _ = turn.words
    rows = [
        (button(_("↩️ Yes, give it back"), actions.GiveBack(asked.wish)),),
        (button(_("No, I keep it"), actions.ShowRequest(asked.wish)),),
    ]
    return turn.screen(_("Give the wish back? Then another volunteer can take it. That is no shame."), rows)


async def give_back(turn: Turn, asked: actions.GiveBack) -> Reply:
    """Gives it back."""
    _ = turn.words
    await turn.acting_as(Requester).give_wish_back(asked.wish)
    before = _("The wish waits for another volunteer now. Thank you for trying.")
    return await show_wishes(turn, actions.Wishes(), before=before)


async def ask_fulfil(turn: Turn, asked: actions.AskFulfil) -> Reply:
    """Waits for how."""
    _ = turn.words
    await turn.resident.keep_draft(FULFIL, {"request": str(asked.wish)})
    text = _("🎁 How did the wish come true? Say it in a sentence; a photo is welcome.")
    return turn.screen(text, [(button(_("↩️ Back to the request"), actions.ShowRequest(asked.wish)),)])


async def take_fulfil(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """How was said."""
    _, said = turn.words, dict(draft.data)
    id_ = request_of(said)
    back = (button(_("↩️ Back to the request"), actions.ShowRequest(id_)),)
    note = await collected(turn, FULFIL, said, incoming)
    if not said.get("text"):
        return turn.screen(note or _("Please say in a sentence how it came true."), [back])
    lines = [
        *([note, ""] if note else []),
        _("This will be said to whose wish it is, who is asked whether it came true:"),
        *sent_lines(turn, said),
    ]
    return turn.screen("\n".join(lines), [(button(_("✅ It is done"), actions.Fulfil(id_)),), back])


async def fulfil(turn: Turn, asked: actions.Fulfil) -> Reply:
    """Says that it is done; without words, they are asked for."""
    _ = turn.words
    said = said_for(turn, FULFIL, asked.wish)
    if not said.get("text"):
        return await ask_fulfil(turn, actions.AskFulfil(asked.wish))
    request = await turn.acting_as(Requester).about_wish(asked.wish, "fulfil", body_of(said))
    await turn.resident.drop_draft()
    return show_request(turn, request, before=_("🎁 Thank you! They are asked whether it came true."))


async def ask_confirm(turn: Turn, asked: actions.AskConfirm) -> Reply:
    """Whether it came true."""
    _ = turn.words
    rows = [
        (button(_("🎉 Yes, it came true"), actions.Confirm(asked.wish)),),
        (button(_("🔁 Not solved, do it again"), actions.AskReopen(asked.wish)),),
        (button(_("↩️ Back to the request"), actions.ShowRequest(asked.wish)),),
    ]
    return turn.screen(
        _("Did your wish come true? Then the volunteer is thanked, and you can rate it."), rows
    )


async def confirm(turn: Turn, asked: actions.Confirm) -> Reply:
    """It came true."""
    _ = turn.words
    request = await turn.acting_as(Requester).about_wish(asked.wish, "confirm")
    return show_request(turn, request, before=_("🎉 How nice! The volunteer is thanked."))
