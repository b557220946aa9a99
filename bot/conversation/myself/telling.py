"""What one is told, and how large it is written: each by one tap, and taken back by another."""

from collections.abc import Mapping

from bot.conversation.actions.myself import MyData, SetAll, SetGroup, SetLargeText, Telling
from bot.conversation.actions.standing import Settings
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Reply
from bot.texts import Words


def _groups(_: Words) -> Mapping[str, str]:
    """The groups of notices that one can do without."""
    return {
        "evening_reminders": _("the evening before"),
        "soon_reminders": _("shortly before it begins"),
        "confirmations": _("what others booked or changed for me"),
        "alerts": _("troubles at my point"),
        "summaries": _("the morning summary of my point"),
    }


_WORK = ("alerts", "summaries")


async def show_telling(turn: Turn, _asked: Telling | None = None, before: str = "") -> Reply:
    """Every group with its switch; what concerns work only for those who work here."""
    _ = turn.words
    stored = await turn.acting_as(Myself).data()
    shown = [group for group in _groups(_) if turn.me.roles or group not in _WORK]
    stopped = set(stored.opted_out)
    if not stored.reminders:
        stopped |= {"evening_reminders", "soon_reminders"}
    rows: list[Row] = [
        (
            button(
                _("🔕 off: {what}", what=_groups(_)[group])
                if group in stopped
                else _("🔔 on: {what}", what=_groups(_)[group]),
                SetGroup(group, int(group in stopped)),
            ),
        )
        for group in shown
    ]
    everything_off = stopped >= set(shown)
    rows.append(
        (button(_("🔔 Tell me everything"), SetAll(1)),)
        if everything_off
        else (button(_("🔕 Stop all of these"), SetAll(0)),)
    )
    rows.append((button(_("↩️ Back to my data"), MyData()),))
    text = _(
        "Tap to switch. Whatever you stop: when the point cancels your booking or a place comes free for you, you are still told."
    )
    return turn.screen(f"{before}\n\n{text}" if before else text, rows)


async def set_group(turn: Turn, asked: SetGroup) -> Reply:
    """Switches one group."""
    _ = turn.words
    groups = _groups(_)
    if asked.group not in groups:
        return await show_telling(turn)
    me = turn.acting_as(Myself)
    stored = await me.data()
    stopped = set(stored.opted_out)
    changes: dict[str, object] = {}
    reminders = {"evening_reminders", "soon_reminders"}
    if not stored.reminders and asked.group in reminders:
        # Reminders were off as a whole: the one that is wanted comes back, the other stays off.
        stopped |= reminders
        changes["reminders"] = True
    stopped = stopped - {asked.group} if asked.on else stopped | {asked.group}
    await me.change({**changes, "opted_out": sorted(stopped)})  # type: ignore[dict-item]
    said = (
        _("From now on I tell you: {what}.", what=groups[asked.group])
        if asked.on
        else _("From now on I do not tell you: {what}.", what=groups[asked.group])
    )
    return await show_telling(turn, before=said)


async def set_all(turn: Turn, asked: SetAll) -> Reply:
    """Everything, or only what must be known, by this one tap."""
    _ = turn.words
    stopped = [] if asked.on else sorted(_groups(_))
    await turn.acting_as(Myself).change({"reminders": asked.on == 1, "opted_out": list(stopped)})
    said = _("From now on I tell you everything.") if asked.on else _("All of these are stopped.")
    return await show_telling(turn, before=said)


async def set_large_text(turn: Turn, asked: SetLargeText) -> Reply:
    """Large or usual, beginning with this screen."""
    me = await turn.resident.change_me({"large_text": asked.on == 1})
    changed = turn.knowing(me)
    _ = changed.words
    undo = (
        button(_("🔡 Text as usual"), SetLargeText(0))
        if me.large_text
        else button(_("🔠 Large text"), SetLargeText(1))
    )
    rows = [
        (undo,),
        (button(_("⚙️ Settings"), Settings()), button(_("🔐 My data"), MyData())),
    ]
    return changed.screen(_("This is large text.") if me.large_text else _("This is text as usual."), rows)
