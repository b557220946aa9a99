"""One place on a shift: how it stands, and everything that can be done with it."""

from bot.conversation.actions.volunteer_shifts import (
    Arrive,
    AskStandIn,
    AskWithdraw,
    CheckMember,
    ConfirmPlace,
    KeepPlace,
    MyShifts,
    ShiftCalendar,
    Shifts,
    ShowSignup,
    SwapWith,
)
from bot.conversation.actions.volunteers import MyHours
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.words import served_text, shift_lines, shift_place
from bot.replies import Reply
from bot.volunteer import Volunteer
from bot.wire import rosters

COMING = frozenset({"confirmed", "stand_in_wanted"})
ATTENDED = "attended"


async def show_signup(turn: Turn, wanted: ShowSignup) -> Reply:
    """A place of one's own, or of somebody of one's team."""
    return signup_screen(turn, await turn.acting_as(Volunteer).signup(wanted.signup))


def signup_screen(turn: Turn, signup: rosters.Signup, first: str = "") -> Reply:
    """The screen of a place on a shift. `first` is said before all, in the place of how it stands."""
    _ = turn.words
    own = signup.person.id == turn.me.id
    parts = [first or _stands(turn, signup)]
    if not own:
        parts.append(_("Who: {name}", name=signup.person.name))
    parts.append("\n".join(shift_lines(turn, signup.shift)))
    if signup.reason:
        parts.append(_("Why: {reason}", reason=signup.reason))
    if own and signup.status in COMING:
        parts.append(_arrival(turn, signup))
    rows = _own_rows(turn, signup) if own else _member_rows(turn, signup)
    over = signup.status not in {*COMING, "applied", "proposed"}
    last = (
        (button(_("⏱ My hours"), MyHours()), button(_("🗓 My shifts"), MyShifts()))
        if over
        else (button(_("📅 Into my calendar"), ShiftCalendar()), button(_("🗓 My shifts"), MyShifts()))
    )
    return turn.screen(
        "\n\n".join(parts),
        [*rows, last],
        point=signup.shift.point.id,
        place=None if over else shift_place(signup.shift),
    )


def _stands(turn: Turn, signup: rosters.Signup) -> str:  # noqa: C901, PLR0911  # one short case a state
    """How the place stands, as a sentence."""
    _ = turn.words
    match signup.status:
        case "applied":
            return _("📝 You have applied. The point has not answered yet.")
        case "proposed" if signup.answer_by is not None:
            until = _.moment(signup.answer_by, turn.now)
            return _("💬 The point asks you to take this shift. Please answer by {moment}.", moment=until)
        case "proposed":
            return _("💬 The point asks you to take this shift.")
        case "confirmed":
            return _("✅ You are on this shift. Thank you!")
        case "stand_in_wanted":
            return _(
                "🙏 I am looking for a stand-in. Until somebody takes it, the place is still yours: please come if nobody does."
            )
        case "attended" if signup.checked_out_at is None and signup.minutes is None:
            return _("👍 You are checked in. Do not forget to check out when you go.")
        case "attended":
            return _("👍 Thank you for helping: {served}.", served=served_text(_, signup))
        case "absent":
            return _("You were noted as absent. If that is wrong, call the point: it can be mended.")
        case "excused":
            return _("You could not come, and the point has excused it.")
        case "refused":
            return _("We are sorry: the point has given this shift to somebody else.")
        case _:
            return _("You have given this place up.")


def _arrival(turn: Turn, signup: rosters.Signup) -> str:
    """From when one can check in, and until when giving the place up is not late."""
    _ = turn.words
    opens = _("You can check in from {moment}.", moment=_.moment(signup.check_in_from, turn.now))
    if turn.now >= signup.late_from:
        return opens
    late = _(
        "It is no trouble if you hand it on before {moment}.", moment=_.moment(signup.late_from, turn.now)
    )
    return f"{opens}\n{late}"


def _own_rows(turn: Turn, signup: rosters.Signup) -> list[Row]:
    _, now = turn.words, turn.now
    shift = signup.shift
    when = _.short_moment(shift.start, now)
    rows: list[Row] = []
    if signup.status in COMING and signup.check_in_from <= now < shift.end:
        rows.append((button(_("📍 I am here: check in"), Arrive(signup.id)),))
    if signup.status == ATTENDED and signup.checked_out_at is None and now <= signup.check_out_until:
        rows.append((button(_("👋 I am going: check out"), Arrive(signup.id)),))
    if now >= shift.start:
        return rows
    match signup.status:
        case "applied":
            rows.append((button(_("✖️ Take my application back"), AskWithdraw(signup.id)),))
        case "proposed":
            rows.append(
                (
                    button(
                        _("✅ I will come: {when} {title}", when=when, title=shift.title),
                        ConfirmPlace(signup.id),
                    ),
                )
            )
            rows.append((button(_("✖️ No, I cannot"), AskWithdraw(signup.id)),))
        case "confirmed":
            rows.append((button(_("🙏 I cannot come: find a stand-in"), AskStandIn(signup.id)),))
            rows.append(
                (
                    button(_("🔁 Swap with somebody"), SwapWith(signup.id)),
                    button(_("✖️ Give it up"), AskWithdraw(signup.id)),
                )
            )
        case "stand_in_wanted":
            rows.append((button(_("👍 I will come after all"), KeepPlace(signup.id)),))
            rows.append(
                (
                    button(_("🔁 Swap with somebody"), SwapWith(signup.id)),
                    button(_("✖️ Give it up"), AskWithdraw(signup.id)),
                )
            )
        case _:
            rows.append((button(_("🙋 Other shifts"), Shifts()),))
    return rows


def _member_rows(turn: Turn, signup: rosters.Signup) -> list[Row]:
    """What a leader can do for somebody of the team."""
    _, now = turn.words, turn.now
    name = signup.person.name
    rows: list[Row] = []
    if signup.status in COMING and signup.check_in_from <= now < signup.shift.end:
        rows.append((button(_("📍 {name} is here: check in", name=name), CheckMember(signup.id, 0)),))
    if signup.status == ATTENDED and signup.checked_out_at is None and now <= signup.check_out_until:
        rows.append((button(_("👋 {name} is going: check out", name=name), CheckMember(signup.id, 1)),))
    if signup.status in {*COMING, "applied"} and now < signup.shift.start:
        rows.append((button(_("✖️ {name} does not come", name=name), AskWithdraw(signup.id)),))
    return rows
