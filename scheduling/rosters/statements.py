"""Statements of hours: issued as they were, drawn as PDF or CSV, and checked by anybody who has the code.

They are a record of this platform and say so: no official certificate (docs/decisions/0025-statements-of-hours.md).
"""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import local
from models.shapes.hours import ServiceLine, StatementChecked, StatementOrder, StatementView
from models.tables import HoursStatement, Person
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import NotFoundError
from scheduling.rosters.hours import services_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Signs that nobody mistakes for another."""
CODE_LENGTH = 12
"""60 bits: no code is found by trying."""

FONT = "STSong-Light"
"""One of the fonts for Chinese that every PDF reader brings along (Adobe-GB1), so that none has to be shipped."""

BEYOND_FONT = 0x10000
"""Signs from here on are not in the font: rare ones of names. A box stands for them."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a statement says, in one language."""

    title: str
    note: str
    name: str
    span: str
    total: str
    issued: str
    check: str
    columns: tuple[str, ...]


WORDS: Mapping[Language, Words] = {
    Language.zh: Words(
        title="志愿服务时长平台记录",
        note="本记录由最后一米平台生成，仅为平台记录，不是志愿服务记录证明（官方证书）。",
        name="姓名：{name}",
        span="期间：{first} 至 {last}",
        total="合计：{shifts} 次，{hours} 小时 {minutes} 分钟",
        issued="生成时间：{at}",
        check="验证码：{code}    验证地址：{url}",
        columns=("日期", "时间", "站点", "服务内容", "分钟", "核实"),
    ),
    Language.en: Words(
        title="Volunteer hours: platform record",
        note="Made by the Last Metre platform. A platform record, not an official certificate of volunteer service.",
        name="Name: {name}",
        span="Period: {first} to {last}",
        total="Total: {shifts} shifts, {hours} h {minutes} min",
        issued="Issued: {at}",
        check="Code: {code}    Check it at: {url}",
        columns=("Date", "Time", "Point", "Service", "Minutes", "Verified"),
    ),
}

VERIFIED: Mapping[str, tuple[str, str]] = {"scans": ("扫码", "scans"), "manager": ("站长", "manager")}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a statement can be checked, and where it is drawn."""

    check: str
    pdf: str
    csv: str


async def issue(session: AsyncSession, *, actor: Actor, wanted: StatementOrder, now: datetime) -> str:
    """Issues a statement of the actor's verified services as they are now; it stays as it was issued. Returns its code."""
    me = actor.require_person()
    lines = await services_of(session, me, first=wanted.first, last=wanted.last)
    person = await session.get_one(Person, me)
    statement = HoursStatement(
        created_at=now,
        district_code=person.district_code,
        person_id=me,
        code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        first=wanted.first,
        last=wanted.last,
        minutes=sum(line.minutes for line in lines),
        shifts=len(lines),
        lines=[line.model_dump(mode="json") for line in lines],
    )
    session.add(statement)
    await session.flush()
    deed = Deed("hours.statement_issued", "hours_statement", statement.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)
    return statement.code


async def _issued_to(session: AsyncSession, actor: Actor, code: str) -> tuple[HoursStatement, str]:
    """One of the actor's own statements, and their name. Raises NotFoundError."""
    row = (
        await session.execute(
            select(HoursStatement, col(Person.name))
            .join(Person, col(Person.id) == col(HoursStatement.person_id))
            .where(col(HoursStatement.code) == code, col(HoursStatement.person_id) == actor.require_person())
        )
    ).first()
    if row is None:
        raise NotFoundError(what="statement")
    return row.HoursStatement, row.name


async def view(session: AsyncSession, *, actor: Actor, code: str, addresses: Addresses) -> StatementView:
    """One of the actor's own statements as the API shows it. Raises NotFoundError."""
    statement, _ = await _issued_to(session, actor, code)
    return StatementView(
        id=statement.id,
        code=statement.code,
        first=statement.first,
        last=statement.last,
        minutes=statement.minutes,
        shifts=statement.shifts,
        issued_at=statement.created_at,
        check_url=addresses.check,
        pdf_url=addresses.pdf,
        csv_url=addresses.csv,
    )


async def pdf_of(
    session: AsyncSession, *, actor: Actor, code: str, language: Language, check_url: str
) -> bytes:
    """One of the actor's own statements as PDF. Raises NotFoundError."""
    statement, name = await _issued_to(session, actor, code)
    return pdf(statement, name=name, language=language, check_url=check_url)


async def csv_of(
    session: AsyncSession, *, actor: Actor, code: str, language: Language, check_url: str
) -> bytes:
    """One of the actor's own statements as CSV. Raises NotFoundError."""
    statement, name = await _issued_to(session, actor, code)
    return csv_text(statement, name=name, language=language, check_url=check_url)


def masked_name(name: str) -> str:
    """A name of which only the first sign is shown: 王** (product: People 1)."""
    return name[:1] + "*" * max(1, len(name) - 1)


async def check_code(session: AsyncSession, *, code: str) -> StatementChecked:
    """What anybody who has the code may see. Raises NotFoundError."""
    row = (
        await session.execute(
            select(HoursStatement, col(Person.name))
            .join(Person, col(Person.id) == col(HoursStatement.person_id))
            .where(col(HoursStatement.code) == code.strip().upper())
        )
    ).first()
    if row is None:
        raise NotFoundError(what="statement")
    statement: HoursStatement = row.HoursStatement
    return StatementChecked(
        code=statement.code,
        name=masked_name(row.name),
        first=statement.first,
        last=statement.last,
        minutes=statement.minutes,
        shifts=statement.shifts,
        issued_at=statement.created_at,
    )


def _lines(statement: HoursStatement, language: Language) -> list[tuple[str, ...]]:
    number = 0 if language is Language.zh else 1
    found: list[tuple[str, ...]] = []
    for stored in statement.lines:
        line = ServiceLine.model_validate(stored)
        start, end = local(line.start), local(line.end)
        found.append(
            (
                start.date().isoformat(),
                f"{start:%H:%M}–{end:%H:%M}",
                line.place,
                line.title,
                str(line.minutes),
                VERIFIED[line.verified_by][number],
            )
        )
    return found


def csv_text(statement: HoursStatement, *, name: str, language: Language, check_url: str) -> bytes:
    """The statement as CSV. It begins with a byte order mark, by which spreadsheets know that it is UTF-8."""
    words = WORDS[language]
    drawn = io.StringIO()
    writer = csv.writer(drawn)
    for line in _heading(statement, words, name, check_url):
        writer.writerow([_harmless(line)])
    writer.writerow(words.columns)
    for cells in _lines(statement, language):
        writer.writerow([_harmless(cell) for cell in cells])
    return drawn.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell


def _heading(statement: HoursStatement, words: Words, name: str, check_url: str) -> list[str]:
    return [
        words.title,
        words.note,
        words.name.format(name=name),
        words.span.format(first=statement.first, last=statement.last),
        words.total.format(
            shifts=statement.shifts, hours=statement.minutes // 60, minutes=statement.minutes % 60
        ),
        words.issued.format(at=f"{local(statement.created_at):%Y-%m-%d %H:%M}"),
        words.check.format(code=statement.code, url=check_url),
    ]


def pdf(statement: HoursStatement, *, name: str, language: Language, check_url: str) -> bytes:
    """The statement as PDF. The same statement is drawn the same, byte for byte."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    words = WORDS[language]
    text = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15, wordWrap="CJK")
    title = ParagraphStyle("title", parent=text, fontSize=18, leading=26)
    heading, *lines = _heading(statement, words, name, check_url)
    parts: list[Any] = [Paragraph(_drawn(heading), title)]  # reportlab's own kinds of parts
    parts += [Paragraph(_drawn(line), text) for line in lines]
    parts.append(Spacer(0, 6 * mm))
    cells = [words.columns, *_lines(statement, language)]
    parts.append(_table([[Paragraph(_drawn(cell), text) for cell in row] for row in cells]))
    drawn = io.BytesIO()
    SimpleDocTemplate(
        drawn,
        pagesize=A4,
        title=words.title,
        author="Last Metre",
        invariant=1,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
    ).build(parts)
    return drawn.getvalue()


def _table(rows: Sequence[Sequence[Paragraph]]) -> Table:
    table = Table(
        [list(row) for row in rows],
        colWidths=[width * mm for width in (24, 26, 42, 48, 16, 18)],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _drawn(text: str) -> str:
    """Text as the font can draw it, and as no mark-up."""
    known = "".join(sign if ord(sign) < BEYOND_FONT else "〓" for sign in text)
    return known.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
