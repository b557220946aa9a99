"""How patient the Telegram channel is. Seconds, unless the name says otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tempo:
    """Numbers that only tests and unusual networks have a reason to change."""

    poll_s: int = 25
    """How long Telegram holds a question for updates open when there are none."""

    breath_s: float = 0.6
    """The longest pause before asking again while updates are in hand. Telegram's server answers the same question
    asked twice within half a second with one update only."""

    hold_s: float = 15.0
    """How long an unfinished update keeps those before and after it unconfirmed. Telegram shows at most 100
    unconfirmed updates, so one that is stuck must not hold up everybody else's for longer."""

    work_s: float = 60.0
    """The longest that the conversation may take over one update before the person is told that it did not work."""

    grace_s: float = 10.0
    """How long stopping waits for updates in hand. What is not finished then comes again at the next start."""

    read_s: float = 20.0
    """How long to wait for Telegram's answer to a request."""

    connect_s: float = 10.0
    """How long to wait for a connection to Telegram."""

    first_pause_s: float = 0.5
    """The pause after a first failure; it doubles with each further one."""

    longest_pause_s: float = 60.0
    """Where the doubling ends."""

    longest_wait_s: float = 120.0
    """The longest that an answer waits when Telegram asks for patience (429); after more, nobody waits for it."""

    tries: int = 4
    """How often a call that the person waits for is made at most when the network or Telegram's server fails."""

    concurrency: int = 64
    """How many chats are served at the same moment."""

    chat_burst: int = 4
    """So many messages may go to one chat at once; after that, Telegram's one a second."""

    most_behind: int = 20
    """Whoever has more updates waiting than this has their older ones passed over, and is told so."""

    group_quiet_s: float = 60.0
    """How long the bot is silent in a group after it said there that it talks in private only."""

    look_s: float = 2.0
    """How often to look for recorded updates that no process has in hand."""

    say_held_s: float = 5.0
    """How often to say which recorded updates are in hand. Well under their lease."""

    report_tries: int = 5
    """How often it is tried to report what became of a recorded update while the API is away."""

    connections: int = 40
    """How many updates Telegram may bring at the same moment."""

    messages_a_second: float = 30.0
    """Telegram's limit for one bot over all chats."""


def growing_pause(failures: int, tempo: Tempo) -> float:
    """Seconds to wait after so many failures in a row (1 or more)."""
    exponent = min(
        failures - 1, 32
    )  # beyond that the doubling has long reached its end, and floats overflow one day
    return min(tempo.longest_pause_s, tempo.first_pause_s * 2.0**exponent)
