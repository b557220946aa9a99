"""Notices by e-mail, handed to a real SMTP server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.email.sender import COME_AGAIN_S, EmailSender, MailServer
from bot.news import render
from bot.notices import About, Blocked, RetryLater
from bot.replies import Language, Reply
from tests.bot.notices_of_every_kind import notice
from tests.bot.samples import NOW

ABOUT = About(UUID(int=7), "booking_reminder_soon", "zh-CN")


@dataclass
class Mailbox:
    """What a mail server does with letters: takes them, or answers as told."""

    letters: list[EmailMessage] = field(default_factory=list)
    to_recipient: str = ""
    to_letter: str = ""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_letter:
            return self.to_letter
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"


@asynccontextmanager
async def serving(mailbox: Mailbox) -> AsyncIterator[EmailSender]:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(mailbox, hostname="mail.example"), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = MailServer(f"smtp://127.0.0.1:{port}", "最后一米 <hello@last-metre.example>")
    try:
        yield EmailSender(server, lambda: NOW, chat_url="https://last-metre.example/chat")
    finally:
        listening.close()
        await listening.wait_closed()


def parts(letter: EmailMessage) -> tuple[str, str]:
    """The plain text and the HTML."""
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_letter_says_all_that_the_chat_says(language: Language) -> None:
    told = notice("booking_cancelled_by_point", language=language, large_text=True)
    mailbox = Mailbox()
    async with serving(mailbox) as sender:
        await sender.send("wang@example.org", render(told, NOW), About(told.id, told.kind, language))
    (letter,) = mailbox.letters
    assert letter["To"] == "wang@example.org"
    assert str(letter["From"]) == "最后一米 <hello@last-metre.example>"
    first = {"zh-CN": "对不起", "en": "We are sorry"}[language]
    assert letter["Subject"].startswith(first)
    assert letter["Message-ID"] == f"<{told.id}@last-metre.example>", "the same notice has the same name"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = parts(letter)
    for said in (first, "土山社区助餐点", "停水", "王桂英", "620", "https://last-metre.example/chat"):
        assert said in plain or said == "620"
        assert said in html or said == "620"
    assert "font-size:1.5em" in html
    assert f'lang="{language}"' in html


async def test_what_people_wrote_is_no_markup() -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as sender:
        await sender.send("wang@example.org", Reply("<script>alert(1)</script>\n第二行"), ABOUT)
    plain, html = parts(mailbox.letters[0])
    assert "<script>" in plain
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


async def test_a_mailbox_that_is_none_is_as_good_as_blocked() -> None:
    async with serving(Mailbox(to_recipient="550 5.1.1 no such user")) as sender:
        with pytest.raises(Blocked):
            await sender.send("nobody@example.org", Reply("⏰"), ABOUT)


@pytest.mark.parametrize(
    "mailbox", [Mailbox(to_recipient="451 4.7.1 greylisted"), Mailbox(to_letter="451 4.7.1 greylisted")]
)
async def test_a_server_that_asks_to_come_again_is_obeyed(mailbox: Mailbox) -> None:
    async with serving(mailbox) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send("wang@example.org", Reply("⏰"), ABOUT)
        assert later.value.seconds == COME_AGAIN_S


async def test_a_letter_that_is_refused_is_a_failure_and_no_blocked_mailbox() -> None:
    async with serving(Mailbox(to_letter="550 5.7.1 looks like spam")) as sender:
        with pytest.raises(aiosmtplib.SMTPResponseException):
            await sender.send("wang@example.org", Reply("⏰"), ABOUT)


async def test_a_server_that_is_away_is_a_failure() -> None:
    async with serving(Mailbox()) as sender:
        gone = sender
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await gone.send("wang@example.org", Reply("⏰"), ABOUT)
