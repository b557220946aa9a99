"""Taking one's data along, and being forgotten."""

from bot.api import ApiProblem
from bot.conversation.actions import Mine
from bot.conversation.actions.myself import AskErase, AskEraseAgain, Erase, MyData, TakeAlong
from bot.conversation.myself.reasons import reasons_named
from bot.conversation.turn import Turn, button
from bot.myself import Myself
from bot.replies import Document, Reply

FORMS = {"html": "text/html", "json": "application/json"}


async def take_along(turn: Turn, asked: TakeAlong) -> Reply:
    """Everything as a file in the chat."""
    _ = turn.words
    form = asked.form if asked.form in FORMS else "html"
    content = await turn.acting_as(Myself).export(form)
    name = _("my-data")
    text = (
        _("Here is everything that is stored about you, to read and to keep.")
        if form == "html"
        else _("Here is everything that is stored about you, for other programs to read.")
    )
    warning = _("Keep it to yourself: it has your whole phone number in it.")
    other = (
        button(_("🧾 The same for programs"), TakeAlong("json"))
        if form == "html"
        else button(_("📄 The same to read"), TakeAlong("html"))
    )
    return turn.screen(
        f"{text}\n{warning}",
        [(other,), (button(_("↩️ Back to my data"), MyData()),)],
        document=Document(f"{name}.{form}", FORMS[form], content),
    )


def ask_erase(turn: Turn, _asked: AskErase) -> Reply:
    """What being forgotten means, said before anything happens."""
    _ = turn.words
    text = _(
        "If you are erased:\n"
        "• all your bookings ahead are cancelled, and the places go to others\n"
        "• you leave waitlists and shifts\n"
        "• nobody can act for you any more, nor you for others\n"
        "• name, phone number, birthday, home, notes and this chat's link to you are erased\n"
        "What stays are numbers without a name: how many came.\n"
        "There is no way back. You may want to take your data along first."
    )
    rows = [
        (button(_("📄 Take my data along"), TakeAlong("html")),),
        (button(_("🎫 My bookings"), Mine()),),
        (button(_("🗑 I want to be erased"), AskEraseAgain()),),
        (button(_("↩️ Back to my data"), MyData()),),
    ]
    return turn.screen(text, rows)


def ask_erase_again(turn: Turn, _asked: AskEraseAgain) -> Reply:
    """The second question, with the harmless answer first."""
    _ = turn.words
    rows = [
        (button(_("No, keep everything"), MyData()),),
        (button(_("🗑 Yes, erase everything now"), Erase()),),
    ]
    return turn.screen(_("Are you sure? With the next tap everything about you is erased, for good."), rows)


async def erase(turn: Turn, _asked: Erase) -> Reply:
    """Forgets the person; what must be handed over first is named, each with its place."""
    _ = turn.words
    try:
        done = await turn.acting_as(Myself).erase()
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        handed_over = _("Before you can be erased, something is to be handed over:")
        text = f"{handed_over}\n{reasons_named(turn, problem)}"
        rows = [
            (button(_("↩️ Back to my data"), MyData()),),
        ]
        return turn.screen(text, rows)
    parts = [_("You are erased. Nothing that is about you is kept here any more.")]
    if done.bookings:
        parts.append(
            _.plural("{number} booking was cancelled.", "{number} bookings were cancelled.", done.bookings)
        )
    parts.append(_("If you ever write here again, we begin anew. All the best to you!"))
    return turn.screen("\n".join(parts))
