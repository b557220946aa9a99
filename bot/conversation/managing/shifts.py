"""A point's shifts: the gaps of a week, one shift with who is on it, asking for hands, and the codes to show."""

from datetime import timedelta

from bot.api import ApiProblem
from bot.conversation.actions.managers import Day, PlanShift
from bot.conversation.actions.rostering import (
    AskCallOff,
    AskHands,
    CallOff,
    Publish,
    SendAsks,
    Shifts,
    ShowCode,
    ShowHelper,
    ShowShift,
    Suggest,
)
from bot.conversation.managing.access import manager, refused
from bot.conversation.managing.labels import today
from bot.conversation.managing.seeing import once, seen
from bot.conversation.turn import Row, Turn, button
from bot.replies import Picture, Reply
from bot.texts import Words
from bot.wire import managing as view

A_WEEK = 7
MOST_SHIFTS = 10
MOST_HELPERS = 12

MARKS = {
    "applied": "🖐",
    "proposed": "💬",
    "confirmed": "✅",
    "stand_in_wanted": "🔁",
    "attended": "🟢",
    "absent": "❌",
    "excused": "🤒",
}
"""Of those who are, or were, on a shift; who has left it is not listed."""


def shift_span(turn: Turn, shift: view.KeptShift) -> str:
    """When and what: 明天（周二）11:00–13:00 打饭."""
    return f"{turn.words.span(shift.start, shift.end, turn.now)} {shift.title}"


async def show_shifts(turn: Turn, wanted: Shifts) -> Reply:
    """A week of shifts, those with gaps marked."""
    _ = turn.words
    first = wanted.first or today(turn)
    last = first + timedelta(days=A_WEEK - 1)
    coverage = await manager(turn).coverage(wanted.point, first, last)
    shifts = [one for one in coverage.shifts if one.status != "cancelled" and one.end > turn.now]
    span = _("{first} to {last}", first=_.day(first, turn.now), last=_.day(last, turn.now))
    lines = [_("🙋 {point}: shifts, {span}", point=coverage.point.name, span=span)]
    if coverage.uncovered:
        lines.append(
            _.plural(
                "⚠️ {number} shift is below its minimum.",
                "⚠️ {number} shifts are below their minimum.",
                coverage.uncovered,
            )
        )
    lines += ["", *(_shift_line(turn, one) for one in shifts)]
    if not shifts:
        lines.append(_("There are no shifts in these days."))
    rows: list[Row] = [
        (
            button(
                f"{_gap_mark(one)} {_.short_moment(one.start, turn.now)} {one.title} {one.hands}/{one.needed}",
                ShowShift(one.id),
            ),
        )
        for one in shifts[:MOST_SHIFTS]
    ]
    pages = [button(_("The week after ▶"), Shifts(wanted.point, first + timedelta(days=A_WEEK)))]
    if first > today(turn):
        pages.insert(0, button(_("◀ From today"), Shifts(wanted.point)))
    rows.append(tuple(pages))
    new = [button(_("➕ New shift"), PlanShift(wanted.point))]
    if any(one.hands < one.needed and one.status == "published" for one in shifts):
        new.append(button(_("💡 Suggest who"), Suggest(wanted.point, first)))
    rows += [tuple(new), (button(_("📋 Today"), Day(wanted.point)),)]
    return turn.screen("\n".join(lines), rows)


def _gap_mark(shift: view.ShiftGap) -> str:
    if shift.status == "draft":
        return "📝"
    if shift.missing:
        return "⚠️"
    return "✅" if shift.hands >= shift.needed else "▫️"


def _shift_line(turn: Turn, shift: view.ShiftGap) -> str:
    _ = turn.words
    name = f"{_gap_mark(shift)} {shift_span(turn, shift)}"
    parts = [_("{name}: {state}", name=name, state=f"{shift.hands}/{shift.needed}")]
    if shift.status == "draft":
        parts.append(_("a draft, nobody sees it"))
    if shift.missing:
        parts.append(_("{number} missing", number=shift.missing))
    if shift.leaving:
        parts.append(_("{number} want a stand-in", number=shift.leaving))
    if shift.asks:
        parts.append(_("{number} asked", number=shift.asks))
    return " · ".join(parts)


async def show_shift(turn: Turn, wanted: ShowShift) -> Reply:
    """One shift: who is on it, and what can be done."""
    return await shift_screen(turn, wanted)


async def shift_screen(turn: Turn, wanted: ShowShift, before: str = "") -> Reply:
    """The shift as it is now. `before` is said first."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(wanted.shift)
    helpers = [one for one in await keeper.helpers(wanted.shift) if one.status in MARKS]
    lines = [
        *([before, ""] if before else []),
        shift_span(turn, shift),
        shift.point.name,
        _(
            "{taken} of {needed} places taken, at least {minimum} needed",
            taken=shift.taken,
            needed=shift.needed,
            minimum=shift.minimum,
        ),
    ]
    if shift.status == "cancelled":
        lines.append(_("✖️ It was called off."))
    if shift.status == "draft" and shift.start > turn.now:
        lines.append(_("📝 A draft: volunteers see it, and can sign up, when you publish it."))
    lines += ["", *(helper_line(_, one) for one in helpers)]
    if not helpers:
        lines.append(_("Nobody is on it yet."))
    rows: list[Row] = [
        (button(f"{MARKS[one.status]} {one.person.name}", ShowHelper(one.id)),)
        for one in helpers[:MOST_HELPERS]
    ]
    return turn.screen("\n".join(lines), [*rows, *_shift_rows(turn, shift)])


def helper_line(_: Words, helper: view.Helper) -> str:
    """A volunteer in one line."""
    parts = [f"{MARKS.get(helper.status, '▫️')} {helper.person.name}", helper_state(_, helper)]
    if helper.first_timer:
        parts.append(_("for the first time"))
    return " · ".join(parts)


def helper_state(_: Words, helper: view.Helper) -> str:  # noqa: PLR0911 - one short answer a state
    """How a volunteer's place stands."""
    match helper.status:
        case "applied":
            return _("has applied, waits for your word")
        case "proposed":
            return _("was asked, has not answered")
        case "stand_in_wanted":
            return _("looks for a stand-in")
        case "absent":
            return _("did not come")
        case "excused":
            return _("excused")
        case "attended" if helper.verified_at is not None:
            return _("{minutes} minutes, verified", minutes=helper.minutes or 0)
        case "attended" if helper.checked_out_at is not None:
            return _("{minutes} minutes, to be verified", minutes=helper.minutes or 0)
        case "attended":
            return _("is here")
        case _other:
            return _("is coming")


def _shift_rows(turn: Turn, shift: view.KeptShift) -> list[Row]:
    _ = turn.words
    rows: list[Row] = []
    if shift.status == "draft" and shift.start > turn.now:
        rows.append((button(_("📢 Publish it"), Publish(shift.id)),))
    if shift.status == "published":
        if shift.start > turn.now and shift.taken < shift.needed:
            rows.append((button(_("📣 Ask people who match, now"), AskHands(shift.id)),))
        rows.append(
            (
                button(_("🔳 Code for coming"), ShowCode(shift.id, 0)),
                button(_("🔲 Code for going"), ShowCode(shift.id, 1)),
            )
        )
    if shift.status != "cancelled" and shift.start > turn.now:
        rows.append((button(_("✖️ Call it off"), AskCallOff(shift.id)),))
    rows.append(
        (button(_("🙋 All shifts"), Shifts(shift.point.id)), button(_("📋 Today"), Day(shift.point.id)))
    )
    return rows


def back_rows(turn: Turn, shift: view.KeptShift) -> tuple[Row, ...]:
    """Back to the shift, and to all."""
    _ = turn.words
    return (
        (button(_("🙋 This shift"), ShowShift(shift.id)), button(_("🙋 All shifts"), Shifts(shift.point.id))),
    )


async def publish(turn: Turn, order: Publish) -> Reply:
    """Show a draft to volunteers; published already, nothing changes."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(order.shift)
    await keeper.publish(shift.point.id, shift.id)
    return await shift_screen(turn, ShowShift(order.shift), _("✅ Volunteers can see it now."))


async def ask_call_off(turn: Turn, wanted: AskCallOff) -> Reply:
    """Whom calling off would concern."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(wanted.shift)
    helpers = _concerned(await keeper.helpers(wanted.shift))
    lines = [shift_span(turn, shift), ""]
    if helpers:
        lines += [
            _.plural(
                "{number} volunteer is told that it was called off:",
                "{number} volunteers are told that it was called off:",
                len(helpers),
            ),
            _(", ").join(one.person.name for one in helpers),
        ]
    else:
        lines.append(_("Nobody is on it, so nobody has to be told."))
    lines.append(_("Services that depend on these hands may give fewer places."))
    number = seen([str(one.id) for one in helpers], shift.status)
    rows = (
        (
            button(
                _("✖️ Yes, call off {shift}", shift=_.short_moment(shift.start, turn.now)),
                CallOff(shift.id, number),
            ),
        ),
        *back_rows(turn, shift),
    )
    return turn.screen("\n".join(lines), rows)


def _concerned(helpers: tuple[view.Helper, ...]) -> list[view.Helper]:
    return [one for one in helpers if one.status in {"applied", "proposed", "confirmed", "stand_in_wanted"}]


async def call_off(turn: Turn, order: CallOff) -> Reply:
    """Call it off; done already, that is what is shown."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(order.shift)
    helpers = _concerned(await keeper.helpers(order.shift))
    if shift.status != "cancelled" and order.seen != seen([str(one.id) for one in helpers], shift.status):
        return await ask_call_off(turn, AskCallOff(order.shift))
    if shift.status != "cancelled":
        try:
            shift = await keeper.call_off(order.shift)
        except ApiProblem as problem:
            return refused(turn, problem, back_rows(turn, shift))
    text = _("✖️ {shift} is called off. Everybody concerned is told.", shift=shift_span(turn, shift))
    return turn.screen(text, back_rows(turn, shift))


async def ask_hands(turn: Turn, wanted: AskHands) -> Reply:
    """How many people asking now would reach."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(wanted.shift)
    try:
        impact = await keeper.ask_impact(wanted.shift)
    except ApiProblem as problem:
        return refused(turn, problem, back_rows(turn, shift))
    lines = [
        shift_span(turn, shift),
        _.plural("{number} place is free.", "{number} places are free.", impact.missing),
        "",
        _.plural(
            "{number} volunteer matches and may be asked (nearby, rested, not asked too often this week).",
            "{number} volunteers match and may be asked (nearby, rested, not asked too often this week).",
            impact.people,
        ),
    ]
    if impact.asked:
        lines.append(_.plural("{number} is asked already.", "{number} are asked already.", impact.asked))
    rows: list[Row] = []
    if impact.would_ask:
        label = _.plural("📣 Ask {number} person now", "📣 Ask {number} people now", impact.would_ask)
        rows.append((button(label, SendAsks(shift.id, once(turn))),))
        lines.append(_("The first to say yes has the place."))
    else:
        lines.append(
            _("Nobody more can be asked now. You can fill the place by a suggestion, or by calling somebody.")
        )
        rows.append((button(_("💡 Suggest who"), Suggest(shift.point.id, today(turn))),))
    return turn.screen("\n".join(lines), [*rows, *back_rows(turn, shift)])


async def send_asks(turn: Turn, order: SendAsks) -> Reply:
    """Have them asked, once."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(order.shift)
    try:
        made = await keeper.ask_for_hands(order.shift, once=order.once)
    except ApiProblem as problem:
        return refused(turn, problem, back_rows(turn, shift))
    text = _.plural(
        "📣 {number} person is asked. You will see here who is coming.",
        "📣 {number} people are asked. You will see here who is coming.",
        made.asked,
    )
    return turn.screen(f"{shift_span(turn, shift)}\n{text}", back_rows(turn, shift))


async def show_code(turn: Turn, wanted: ShowCode) -> Reply:
    """The QR code to hold up at the point, and the same as digits."""
    _ = turn.words
    keeper = manager(turn)
    shift = await keeper.shift(wanted.shift)
    codes = await keeper.codes(wanted.shift)
    coming = wanted.way != 1
    content = await keeper.code_picture(wanted.shift, "in" if coming else "out")
    digits = codes.code_in if coming else codes.code_out
    text = (
        _("For those who come: {code}", code=digits) if coming else _("For those who go: {code}", code=digits)
    )
    hint = _("Show this at the point. Volunteers photograph it, or type the six digits.")
    other = (
        button(_("🔲 Code for going"), ShowCode(shift.id, 1))
        if coming
        else button(_("🔳 Code for coming"), ShowCode(shift.id, 0))
    )
    return turn.screen(
        f"{shift_span(turn, shift)}\n{text}\n\n{hint}",
        ((other,), *back_rows(turn, shift)),
        picture=Picture(content, "image/png", text),
    )
