"""For whom of the household a sentence is, by name or by relation."""

from bot.conversation.turn import Turn
from bot.understanding import Meaning
from bot.understanding.company import are_the_same, relation_of

SHORTEST_NAME = 2


def for_whom(turn: Turn, meaning: Meaning, said: str) -> tuple[int | None, str]:
    """Who of the household it is for, as the place among them, and what is to be said about it.

    Whoever is called by name; else the one whose relation was said. Where that is not clear, one has to look: the question
    before booking names whom it is for, and whom else it could be for.
    """
    _ = turn.words
    household = turn.me.household
    named = [
        place for place, one in enumerate(household) if len(one.name) >= SHORTEST_NAME and one.name in said
    ]
    if len(named) == 1:
        return named[0], ""
    wanted = meaning.relative
    if wanted is None or (meaning.party or 1) > 1:
        return None, ""
    if not household:
        return None, _("I can only book for you: nobody has agreed yet that you book for them.")
    known = [relation_of(one.relation) for one in household]
    fits = [
        place
        for place, relation in enumerate(known)
        if relation is not None and are_the_same(relation, wanted)
    ]
    if len(fits) == 1:
        return fits[0], ""
    # What the one relative is to them may be written in words that nobody foresaw; then it is them.
    if len(household) == 1 and known[0] is None:
        return 0, ""
    return None, _("Please tap below for whom it is.")
