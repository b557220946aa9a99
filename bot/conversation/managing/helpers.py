"""One volunteer's place on a shift: yes or no to an application, coming and going, hours."""

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.rostering import (
    AskRefuse,
    ConfirmHelper,
    Excuse,
    HelperCame,
    Hours,
    RefuseHelper,
    SetHours,
    ShowHelper,
)
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.shifts import back_rows, helper_state, shift_span
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Incoming, Reply
from bot.understanding.amounts import read_number
from bot.wire import managing as view

DRAFT = "managing_hours"


async def show_helper(turn: Turn, wanted: ShowHelper) -> Reply:
    """The place as it is, with what can be done."""
    return helper_screen(turn, await manager(turn).helper(wanted.signup))


def helper_screen(turn: Turn, helper: view.Helper, before: str = "") -> Reply:
    """The place, already fetched. `before` is said first."""
    _ = turn.words
    lines = [
        *([before, ""] if before else []),
        _("{name}: {state}", name=helper.person.name, state=helper_state(_, helper)),
        shift_span(turn, helper.shift),
    ]
    if helper.first_timer:
        lines.append(_("They come for the first time: let somebody show them round."))
    return turn.screen("\n".join(lines), [*_rows(turn, helper), *back_rows(turn, helper.shift)])


def _rows(turn: Turn, helper: view.Helper) -> list[Row]:
    _ = turn.words
    begun = helper.shift.start <= turn.now
    over = helper.shift.end <= turn.now
    rows: list[Row] = []
    match helper.status:
        case "applied":
            rows.append(
                (
                    button(_("✅ Say yes"), ConfirmHelper(helper.id)),
                    button(_("✖️ Say no"), AskRefuse(helper.id)),
                )
            )
        case "confirmed" | "stand_in_wanted" | "proposed" if not begun:
            rows.append((button(_("✖️ Take the place back"), AskRefuse(helper.id)),))
        case _other:
            pass
    if helper.status in {"confirmed", "stand_in_wanted"} and not over:
        rows.append((button(_("🟢 Has come"), HelperCame(helper.id, 1)),))
    if helper.status == "attended" and helper.checked_out_at is None:
        rows.append((button(_("👋 Has gone"), HelperCame(helper.id, 0)),))
    if begun and helper.status in {"confirmed", "stand_in_wanted", "attended", "absent", "excused"}:
        rows.append((button(_("⏱ How long they served"), Hours(helper.id)),))
    if helper.status == "absent":
        rows.append((button(_("🤒 Excuse it: it does not count"), Excuse(helper.id)),))
    return rows


async def confirm(turn: Turn, order: ConfirmHelper) -> Reply:
    """Say yes. Said already, it is shown as it is."""
    _ = turn.words
    keeper = manager(turn)
    try:
        helper = await keeper.confirm(order.signup)
    except ApiProblem as problem:
        return refused(turn, problem, back_rows(turn, (await keeper.helper(order.signup)).shift))
    return helper_screen(turn, helper, _("✅ {name} is on it, and is told so.", name=helper.person.name))


async def ask_refuse(turn: Turn, wanted: AskRefuse) -> Reply:
    """Who is told what."""
    _ = turn.words
    helper = await manager(turn).helper(wanted.signup)
    text = _(
        "{name} is told at once: “We are sorry: the point has given this shift to somebody else.” The place goes to who waits, "
        "or is free again.",
        name=helper.person.name,
    )
    rows = (
        (button(_("✖️ Yes, say no to {name}", name=helper.person.name), RefuseHelper(helper.id)),),
        (button(_("↩️ Leave it as it is"), ShowHelper(helper.id)),),
    )
    return turn.screen(f"{shift_span(turn, helper.shift)}\n\n{text}", [*rows, *back_rows(turn, helper.shift)])


async def refuse(turn: Turn, order: RefuseHelper) -> Reply:
    """Say no; said already, that is what is shown."""
    _ = turn.words
    keeper = manager(turn)
    helper = await keeper.helper(order.signup)
    if helper.status != "refused":
        try:
            helper = await keeper.refuse(order.signup)
        except ApiProblem as problem:
            return refused(turn, problem, back_rows(turn, helper.shift))
    text = _("{name} is not on it any more, and is told so.", name=helper.person.name)
    return turn.screen(f"{shift_span(turn, helper.shift)}\n{text}", back_rows(turn, helper.shift))


async def helper_came(turn: Turn, order: HelperCame) -> Reply:
    """Note coming or going; a second time nothing changes."""
    _ = turn.words
    keeper = manager(turn)
    try:
        helper = await (keeper.helper_came if order.came else keeper.helper_went)(order.signup)
    except ApiProblem as problem:
        return refused(turn, problem, back_rows(turn, (await keeper.helper(order.signup)).shift))
    text = (
        _("🟢 {name} has come.", name=helper.person.name)
        if order.came
        else _("👋 {name} has gone. Thank you!", name=helper.person.name)
    )
    return helper_screen(turn, helper, text)


async def ask_hours(turn: Turn, wanted: Hours) -> Reply:
    """As the scans say, the whole shift, half of it, or a number of minutes."""
    _ = turn.words
    helper = await manager(turn).helper(wanted.signup)
    await turn.resident.keep_draft(DRAFT, {"signup": str(helper.id)})
    whole = _minutes(helper.shift)
    ready = list(
        dict.fromkeys([*([helper.minutes] if helper.minutes is not None else []), whole, whole // 2])
    )
    buttons = [
        button(_("{minutes} minutes", minutes=minutes), SetHours(helper.id, minutes)) for minutes in ready
    ]
    text = _(
        "How long did {name} serve? Tap, or type the minutes (at most {most}).",
        name=helper.person.name,
        most=whole,
    )
    note = (
        [_("It is verified already; a change is kept with its reason: corrected by the point.")]
        if helper.verified_at is not None
        else []
    )
    return turn.screen(
        "\n".join([shift_span(turn, helper.shift), text, *note]),
        [
            *in_rows(buttons, 3),
            (button(_("↩️ Leave it as it is"), ShowHelper(helper.id)),),
            *back_rows(turn, helper.shift),
        ],
    )


def _minutes(shift: view.KeptShift) -> int:
    return int((shift.end - shift.start).total_seconds() // 60)


async def set_hours(turn: Turn, order: SetHours) -> Reply:
    """Verify the hours. The same again changes nothing."""
    _ = turn.words
    keeper = manager(turn)
    helper = await keeper.helper(order.signup)
    if helper.verified_at is None or helper.minutes != order.minutes:
        reason = _("corrected by the point") if helper.verified_at is not None else ""
        try:
            helper = await keeper.verify(order.signup, order.minutes, reason)
        except ApiProblem as problem:
            return refused(turn, problem, back_rows(turn, helper.shift))
    text = _(
        "⏱ {minutes} minutes are verified for {name}.", minutes=helper.minutes or 0, name=helper.person.name
    )
    return helper_screen(turn, helper, text)


async def take_hours(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Minutes were typed: they are shown, to be confirmed by a tap."""
    _ = turn.words
    helper = await manager(turn).helper(view.DraftOfHelper.model_validate(draft.data).signup)
    number = read_number(incoming.text or "")
    most = _minutes(helper.shift)
    if number is None or not 0 <= number <= most:
        text = _("Please type the minutes only: a number up to {most}.", most=most)
        rows: list[Row] = []
    else:
        turn = await without_draft(turn)
        text = _("{name}, {minutes} minutes: is that right?", name=helper.person.name, minutes=number)
        rows = [(button(_("✅ Yes, {minutes} minutes", minutes=number), SetHours(helper.id, number)),)]
    rows.append((button(_("↩️ Leave it as it is"), ShowHelper(helper.id)),))
    return turn.screen(f"{shift_span(turn, helper.shift)}\n{text}", [*rows, *back_rows(turn, helper.shift)])


async def excuse(turn: Turn, order: Excuse) -> Reply:
    """Excuse an absence; excused already, nothing changes."""
    _ = turn.words
    keeper = manager(turn)
    try:
        helper = await keeper.excuse(order.signup)
    except ApiProblem as problem:
        return refused(turn, problem, back_rows(turn, (await keeper.helper(order.signup)).shift))
    return helper_screen(turn, helper, _("🤒 {name} is excused; it does not count.", name=helper.person.name))
