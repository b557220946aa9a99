"""Statements of hours: issued for some days, taken along as PDF or CSV, and checked by anybody who has the code."""

import re
from calendar import monthrange
from datetime import date, timedelta

from bot import wire
from bot.conversation.actions.volunteer_shifts import Volunteering
from bot.conversation.actions.volunteers import (
    CheckStatement,
    IssueStatement,
    MyHours,
    StatementFile,
    Statements,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.hours import is_fresh
from bot.conversation.volunteering.words import duration, seconds, whole_date
from bot.replies import Document, Incoming, Reply
from bot.texts import DISTRICT_ZONE, Words
from bot.volunteer import Volunteer
from bot.wire import volunteers

DRAFT = "volunteer_statement"
"""Waits for the code of a statement to check."""

_CODE = re.compile(r"[A-Z0-9]{12}")
_FILE_CODE = re.compile(r"[A-Z0-9]{1,20}")

MEDIA_TYPES = {"pdf": "application/pdf", "csv": "text/csv"}


def show_statements(turn: Turn, _asked: Statements) -> Reply:
    """For which days; each button says them, and has the statement issued."""
    _ = turn.words
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    at = seconds(turn.now)
    rows: list[Row] = [
        (
            button(
                _("📄 {name}: {days}", name=name, days=_days(_, first, last)), IssueStatement(first, last, at)
            ),
        )
        for name, first, last in spans(_, today)
    ]
    text = _(
        "For which days would you like a statement? It lists your verified hours and stays as it is issued. It is a record of this "
        "platform, not an official certificate; anybody can check it by its code."
    )
    rows += [
        (button(_("🔎 Check a statement"), CheckStatement()),),
        (button(_("⏱ My hours"), MyHours()),),
    ]
    return turn.screen(text, rows)


def spans(_: Words, today: date) -> list[tuple[str, date, date]]:
    """The spans of days to choose from, with their names."""
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    month_end = last_month.replace(day=monthrange(last_month.year, last_month.month)[1])
    this_year = today.replace(month=1, day=1)
    return [
        (_("This month"), this_month, today),
        (_("Last month"), last_month, month_end),
        (_("This year"), this_year, today),
        (_("Last year"), this_year.replace(year=today.year - 1), this_year - timedelta(days=1)),
    ]


def _days(_: Words, first: date, last: date) -> str:
    return _("{first} to {last}", first=whole_date(_, first), last=whole_date(_, last))


async def issue_statement(turn: Turn, order: IssueStatement) -> Reply:
    """Have it issued, once for the screen that offered it, and get it as PDF at once."""
    _ = turn.words
    if not is_fresh(turn, order.asked_at) or order.last < order.first:
        return show_statements(turn, Statements())
    volunteer = turn.acting_as(Volunteer)
    once = volunteer.once_for(f"statement:{order.first}:{order.last}:{order.asked_at}")
    statement = await once.statement(order.first, order.last)
    content = await volunteer.statement_file(statement.code, "pdf")
    return turn.screen(
        _issued_text(turn, statement),
        _file_rows(turn, statement.code),
        document=Document(_file_name(statement.code, "pdf"), MEDIA_TYPES["pdf"], content),
    )


def _issued_text(turn: Turn, statement: volunteers.Statement) -> str:
    _ = turn.words
    return "\n\n".join(
        [
            _("📄 Your statement: {days}", days=_days(_, statement.first, statement.last)),
            _sum(_, statement),
            _("Its code: {code}", code=statement.code),
            _(
                "Whoever is shown it can check it: here under “Volunteering”, “My hours”, “A statement to show”, “Check a statement”, "
                "by sending this code."
            ),
        ]
    )


def _sum(_: Words, statement: volunteers.Statement | volunteers.StatementChecked) -> str:
    """What a statement says in sum."""
    length = duration(_, statement.minutes)
    return _.plural(
        "{length} on {number} shift", "{length} on {number} shifts", statement.shifts, length=length
    )


def _file_rows(turn: Turn, code: str) -> list[Row]:
    _ = turn.words
    return [
        (
            button(_("📄 As PDF"), StatementFile(code, "pdf")),
            button(_("📊 As a table (CSV)"), StatementFile(code, "csv")),
        ),
        (button(_("🔎 Check a statement"), CheckStatement()), button(_("⏱ My hours"), MyHours())),
    ]


def _file_name(code: str, form: str) -> str:
    return f"hours-{code}.{form}"


async def statement_file(turn: Turn, wanted: StatementFile) -> Reply:
    """A statement of mine as a file."""
    _ = turn.words
    code, form = wanted.code, wanted.form
    if form not in MEDIA_TYPES or not _FILE_CODE.fullmatch(code):
        return show_statements(turn, Statements())
    content = await turn.acting_as(Volunteer).statement_file(code, form)
    return turn.screen(
        _("Here is the statement {code}.", code=code),
        _file_rows(turn, code),
        document=Document(_file_name(code, form), MEDIA_TYPES[form], content),
    )


async def check_statement(turn: Turn, _asked: CheckStatement) -> Reply:
    """Wait for the code of a statement."""
    _ = turn.words
    await turn.resident.keep_draft(DRAFT, {})
    return _ask_code(
        turn, _("Send me the code of the statement (12 letters and digits), and I say what it stands for.")
    )


def _ask_code(turn: Turn, text: str) -> Reply:
    _ = turn.words
    rows: list[Row] = [(button(_("⏱ My hours"), MyHours()), button(_("🤝 Volunteering"), Volunteering()))]
    return turn.screen(text, rows)


async def take_code(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """What the statement of this code says in sum."""
    _ = turn.words
    code = "".join((incoming.text or "").split()).upper()
    if not _CODE.fullmatch(code):
        return _ask_code(turn, _("That is no code of a statement. It has 12 letters and digits."))
    found = await turn.acting_as(Volunteer).check_statement(code)
    if found is None:
        return _ask_code(
            turn,
            _("There is no statement of this code. Please look again: it may be misread, or not from here."),
        )
    parts = [
        _("✅ This statement is from here."),
        _("Of: {name}", name=found.name),
        _("For: {days}", days=_days(_, found.first, found.last)),
        _sum(_, found),
        _("Issued: {moment}", moment=_.moment(found.issued_at, turn.now)),
        _(
            "It is a record of this platform, not an official certificate. Send me another code to check that one."
        ),
    ]
    return _ask_code(turn, "\n".join(parts))
