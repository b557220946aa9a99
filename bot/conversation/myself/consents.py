"""What one agreed to, and taking it back."""

from bot.api import ApiProblem
from bot.conversation.actions.myself import AgreeAgain, AskWithdraw, Consents, MyData, Withdraw
from bot.conversation.agreeing import agree
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Reply
from bot.texts import Words


def purpose_name(_: Words, purpose: str) -> str:
    """A purpose, within a sentence."""
    match purpose:
        case "service":
            return _("keeping your bookings and reminding you")
        case "volunteering":
            return _("planning your shifts as a volunteer")
        case _other:
            return purpose


async def show_consents(turn: Turn, _asked: Consents | None = None, before: str = "") -> Reply:
    """Each with the button that takes it back."""
    _ = turn.words
    stored = await turn.acting_as(Myself).data()
    purposes = sorted({consent.purpose for consent in stored.consents})
    rows: list[Row] = [
        (button(_("↩️ Take back: {purpose}", purpose=purpose_name(_, purpose)), AskWithdraw(purpose)),)
        for purpose in purposes
    ]
    text = (
        "\n".join(
            (
                _("You agreed to:"),
                *(f"• {purpose_name(_, purpose)}" for purpose in purposes),
                _("You can take it back at any time."),
            )
        )
        if purposes
        else _("You have agreed to nothing at present. Before your next booking I ask you.")
    )
    rows.append((button(_("↩️ Back to my data"), MyData()),))
    return turn.screen(f"{before}\n\n{text}" if before else text, rows)


def ask_withdraw(turn: Turn, asked: AskWithdraw) -> Reply:
    """What taking it back means."""
    _ = turn.words
    purpose = purpose_name(_, asked.purpose)
    text = (
        _(
            "You take back what you agreed to: {purpose}. What is booked stays booked; before the next booking or request I ask you again.",
            purpose=purpose,
        )
        if asked.purpose == "service"
        else _(
            "You take back what you agreed to: {purpose}. Where it is needed again, I ask you first.",
            purpose=purpose,
        )
    )
    rows = [
        (button(_("✅ Yes, take it back"), Withdraw(asked.purpose)),),
        (button(_("No, leave it"), Consents()),),
    ]
    return turn.screen(text, rows)


async def withdraw(turn: Turn, asked: Withdraw) -> Reply:
    """Takes it back, and says what follows in the API's words."""
    try:
        done = await turn.acting_as(Myself).withdraw_consent(asked.purpose)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return await show_consents(turn)
    return await show_consents(turn, before=done.follows)


async def agree_again(turn: Turn, asked: AgreeAgain) -> Reply:
    """Agreed again; what needed it was too much for the button, and is to be asked for once more."""
    _ = turn.words
    return await show_consents(
        await agree(turn, asked), before=_("Thank you. You can do now what you wanted to do.")
    )
