"""What volunteers agree to, in plain words, before they do the first thing as one."""

from bot import wire
from bot.conversation.turn import Turn
from bot.volunteer import Volunteer

CONSENT_PURPOSE = "volunteering"
CONSENT_VERSION = "1"
"""The version of the words in `consent_text`. Raise it when they change their meaning: people are then asked anew."""


def consent_text(turn: Turn) -> str:
    """What is kept of volunteers, for what, and who sees it."""
    _ = turn.words
    return _(
        "So that shifts can be arranged I keep what you tell me here: what you can do, when and how far you would go, whom to "
        "call, your age, and the hours that you serve. The points where you help see what they need for it, and the district "
        "checks certificates. Nobody else. You can look at it, change it and take it back at any time."
    )


def has_agreed(me: wire.Me) -> bool:
    """Whether the person has agreed to these words already."""
    return wire.Consent(purpose=CONSENT_PURPOSE, version=CONSENT_VERSION) in me.consents


async def agrees(turn: Turn, shown: int) -> bool:
    """Whether the person has agreed, now if need be: `shown` says that they were told so on the screen whose button they
    pressed. Whoever agrees has a profile from then on.
    """
    if has_agreed(turn.me):
        return True
    if not shown:
        return False
    volunteer = turn.acting_as(Volunteer)
    await volunteer.enlist()
    await volunteer.agree(CONSENT_PURPOSE, CONSENT_VERSION)
    return True
