"""A parent agrees that a child of the household volunteers."""

from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import Volunteering
from bot.conversation.actions.volunteers import AgreeAsGuardian, AskGuardian, Guardians, TellBirth
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.reasons import reasons_lines
from bot.replies import Reply
from bot.volunteer import NOT_FOUND, Volunteer


def show_guardians(turn: Turn, _asked: Guardians) -> Reply:
    """For whom one could agree: those for whom one may act."""
    _ = turn.words
    rows: list[Row] = [
        (button(relative.name, AskGuardian(relative.person_id)),) for relative in turn.me.household
    ]
    text = (
        _("For minors, a parent or guardian has to agree. For whom do you agree?")
        if rows
        else _(
            "Nobody has agreed yet that you act for them, so you cannot agree for anybody here. On paper it can be done at a point."
        )
    )
    return turn.screen(text, [*rows, (button(_("🤝 Volunteering"), Volunteering()),)])


def ask_guardian(turn: Turn, wanted: AskGuardian) -> Reply:
    """What agreeing means, and the button that does it."""
    _ = turn.words
    name = next((one.name for one in turn.me.household if one.person_id == wanted.person), None)
    if name is None:
        return show_guardians(turn, Guardians())
    text = _(
        "Do you agree, as parent or guardian, that {name} volunteers?\n\n{name} chooses the shifts and is looked after by somebody "
        "experienced at first. It is kept that you have agreed.",
        name=name,
    )
    rows: list[Row] = [
        (button(_("✅ Yes, I agree for {name}", name=name), AgreeAsGuardian(wanted.person)),),
        (button(_("↩️ No"), Guardians()),),
    ]
    return turn.screen(text, rows)


async def agree_as_guardian(turn: Turn, order: AgreeAsGuardian) -> Reply:
    """Agree. Agreed already is as good."""
    _ = turn.words
    rows: list[Row] = [(button(_("🤝 Volunteering"), Volunteering()),)]
    try:
        agreed = await turn.acting_as(Volunteer).agree_for(order.person)
    except ApiProblem as problem:
        if problem.status == NOT_FOUND:
            text = _("They have to become a volunteer first, in their own chat. Then you can agree here.")
            return turn.screen(text, rows)
        if not problem.reasons:
            raise
        text = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        return turn.screen(text, [(button(_("🎂 Tell my birth date"), TellBirth()),), *rows])
    return turn.screen(_("Thank you. {name} can take shifts now.", name=agreed.person.name), rows)
