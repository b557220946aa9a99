"""Why somebody cannot take a shift: every reason as a kind sentence that says what can be done about it."""

from collections.abc import Sequence
from uuid import UUID

from bot import wire
from bot.conversation.actions.myself import AgreeAgain
from bot.conversation.actions.volunteer_shifts import ShowSignup
from bot.conversation.actions.volunteers import Certificates, ShowProfile, TellBirth
from bot.conversation.labels import listed
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.consent import CONSENT_PURPOSE
from bot.conversation.volunteering.skills import skill_name
from bot.texts import Words


def reasons_lines(turn: Turn, reasons: Sequence[wire.Reason]) -> list[str]:
    """All reasons, a sentence each."""
    return [f"• {reason_text(turn, reason)}" for reason in reasons]


def reason_text(turn: Turn, reason: wire.Reason) -> str:  # noqa: C901, PLR0911, PLR0912  # one short case a reason
    """A reason in kind words. A reason that is newer than this bot comes with the API's words for it."""
    _, now = turn.words, turn.now
    match reason:
        case wire.Reason(code="shift-not-open"):
            return _("The point has called this shift off, or takes nobody for it.")
        case wire.Reason(code="not-yet-released", opens_at=opens) if opens is not None:
            return _(
                "Smaller groups choose first; for your organisation it opens {moment}.",
                moment=_.moment(opens, now),
            )
        case wire.Reason(code="release-cap", limit=limit, until=until) if limit and until is not None:
            return _.plural(
                "These shifts are new: everybody takes {number} here at first. From {moment} you may take more.",
                "These shifts are new: everybody takes {number} here at first. From {moment} you may take more.",
                limit,
                moment=_.moment(until, now),
            )
        case wire.Reason(code="shift-started"):
            return _("It has begun, or is over.")
        case wire.Reason(code="signup-closed", closed_at=closed) if closed is not None:
            return _(
                "Signing up closed {moment}. If you can come all the same, call the point.",
                moment=_.moment(closed, now),
            )
        case wire.Reason(code="already-on-it"):
            return _("You are on it already.")
        case wire.Reason(code="already-waiting"):
            return _("You are in its queue already.")
        case wire.Reason(code="places-are-free"):
            return _("There are places: you can sign up at once.")
        case wire.Reason(code="shift-full", free=free) if free:
            return _.plural("Only {number} place is left.", "Only {number} places are left.", free)
        case wire.Reason(code="shift-full"):
            return _("All places are taken. You can wait for one.")
        case wire.Reason(code="no-queue"):
            return _("The point chooses here by itself, so there is no queue.")
        case wire.Reason(code="overlapping-shift", clash=clash) if clash is not None:
            return _(
                "You have another shift at that time: {point}, {when}.",
                point=clash.point,
                when=_.span(clash.start, clash.end, now),
            )
        case wire.Reason(code="too-little-rest", hours=hours, clash=clash) if hours and clash is not None:
            return _(
                "Between two shifts you rest {hours} hours; this one is too close to {point}, {when}.",
                hours=hours,
                point=clash.point,
                when=_.span(clash.start, clash.end, now),
            )
        case wire.Reason(code="week-is-full", hours=hours) if hours:
            return _(
                "Nobody serves more than {hours} hours a week, so that you do not wear yourself out. Another week suits better.",
                hours=hours,
            )
        case wire.Reason(code="too-young", age_is_known=False):
            return _("I do not know yet how old you are. Tell me your birth date.")
        case wire.Reason(code="too-young", minimum_age=age) if age:
            return _("It is for people from the age of {age}.", age=age)
        case wire.Reason(code="guardian-consent-missing"):
            return _(
                "For minors, a parent has to agree first. They can do so here, or on paper at the point."
            )
        case wire.Reason(code="consent-withdrawn"):
            return _("You took back that your shifts may be planned. Agree again first.")
        case wire.Reason(code="certificate-missing"):
            return _certificates(turn, reason)
        case wire.Reason(code="first-timer-alone"):
            return _(
                "On your first shift somebody experienced looks after you, and here nobody can. Choose one with company; "
                "after that every shift is open to you."
            )
        case wire.Reason(code="suspended", until=until) if until is not None:
            return _(
                "After missed shifts, signing up rests until {moment}; then it works again by itself. "
                "If that is a mistake, tap “Ask a person”.",
                moment=_.moment(until, now),
            )
        case wire.Reason(code="no-shift-now", check_in_from=opens) if opens is not None:
            return _(
                "You are early: for your next shift one can check in from {moment}.",
                moment=_.moment(opens, now),
            )
        case wire.Reason(code="no-shift-now"):
            return _("You have no shift just now to check in to.")
        case wire.Reason(code="wrong-code"):
            return _(
                "This code is not the one of your shift. Please look again at what is shown at the point."
            )
        case wire.Reason(code="too-early-to-check-in", opens_at=opens) if opens is not None:
            return _("You are early: one can check in from {moment}.", moment=_.moment(opens, now))
        case wire.Reason(code="check-out-over"):
            return _(
                "It is too late to check out. The point writes down your hours; call if they are missing."
            )
        case wire.Reason(code="not-checked-in"):
            return _("Nobody has checked in yet.")
        case wire.Reason(code="too-few-hours", minutes=minutes) if minutes is not None:
            return _("Your account does not hold so many hours.")
        case wire.Reason(code="no-room-for-hours"):
            return _("The other account is full.")
        case wire.Reason(code="guardian-not-of-age"):
            return _(
                "Only somebody of age can agree, and I do not know your birth date. Tell it on your profile first."
            )
        case _:
            return reason.title or reason.code


def _certificates(turn: Turn, reason: wire.Reason) -> str:
    _ = turn.words
    parts = []
    if reason.missing:
        parts.append(_("A certificate is needed: {skills}.", skills=_skills(_, reason.missing)))
    if reason.expired:
        parts.append(_("Your certificate has run out: {skills}.", skills=_skills(_, reason.expired)))
    parts.append(_("Hand it in here; the district checks it."))
    return " ".join(parts) if turn.me.language == "en" else "".join(parts)


def _skills(_: Words, skills: Sequence[str]) -> str:
    return listed(_, [skill_name(_, skill) for skill in skills])


def remedies(turn: Turn, reasons: Sequence[wire.Reason], *, shift: UUID | None = None) -> list[Row]:
    """Buttons that lead to what can be done about reasons, for the sake of one shift where it is given."""
    rows = [remedy(turn, reason, shift=shift) for reason in reasons]
    return [row for row in rows if row is not None]


def remedy(turn: Turn, reason: wire.Reason, *, shift: UUID | None = None) -> Row | None:
    """The button that leads to what can be done about a reason; None where nothing can be."""
    _ = turn.words
    match reason:
        case wire.Reason(code="too-young", age_is_known=False):
            return (button(_("🎂 Tell my birth date"), TellBirth(shift)),)
        case wire.Reason(code="certificate-missing"):
            return (button(_("📜 Hand in a certificate"), Certificates()),)
        case wire.Reason(code="consent-withdrawn"):
            return (button(_("✅ Agree again"), AgreeAgain(CONSENT_PURPOSE, "", None)),)
        case wire.Reason(code="guardian-consent-missing"):
            return (button(_("👪 How a parent agrees"), ShowProfile()),)
        case wire.Reason(code="overlapping-shift" | "too-little-rest", clash=clash) if (
            clash is not None and clash.signup_id is not None
        ):
            return (button(_("🗓 See my other shift"), ShowSignup(clash.signup_id)),)
        case _:
            return None
