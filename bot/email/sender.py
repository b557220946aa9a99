"""Delivers notices by SMTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException

from bot.email.drawing import letter
from bot.notices import About, Blocked, RetryLater
from bot.replies import Reply

TIMEOUT_S = 20.0
"""How long a mail server may take for one step. Well under the lease of a claimed notice."""

COME_AGAIN_S = 300.0
"""Servers that do not know us yet ask to come again (greylisting); after five minutes nearly all say yes."""

NO_SUCH_MAILBOX = frozenset({550, 551, 553, 556})
"""Replies that say that the address itself is wrong, for good."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in: smtp://user:password@host:port (STARTTLS where offered) or smtps:// (TLS)."""

    url: str
    sender: str
    """Who writes: a plain address, or `Name <address>`."""


class EmailSender:
    """The `bot.notices.Sender` of the e-mail channel; an address is an e-mail address."""

    def __init__(
        self, server: MailServer, clock: Callable[[], datetime], *, chat_url: str | None = None
    ) -> None:
        self._server = server
        self._clock = clock
        self._chat_url = chat_url

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """Hand one letter in.

        Raises `Blocked` when there is no such mailbox, `RetryLater` when the server asks to come again, and the
        library's errors for every other failure.
        """
        message = letter(
            reply,
            about,
            sender=self._server.sender,
            address=address,
            chat_url=self._chat_url,
            sent_at=self._clock().timestamp(),
        )
        where = urlsplit(self._server.url)
        try:
            await aiosmtplib.send(
                message,
                hostname=where.hostname or "localhost",
                port=where.port,
                username=unquote(where.username) if where.username else None,
                password=unquote(where.password) if where.password else None,
                use_tls=where.scheme == "smtps",
                timeout=TIMEOUT_S,
            )
        except SMTPRecipientsRefused as refused:
            raise _meaning(refused.recipients[0].code) or refused from refused
        except SMTPResponseException as refused:
            if refused.code in NO_SUCH_MAILBOX:
                raise  # of the letter or of us as a sender, not of the mailbox
            raise _meaning(refused.code) or refused from refused


def _meaning(code: int) -> Exception | None:
    """What a refusal means for the notice; None when it is just a failure."""
    if code in NO_SUCH_MAILBOX:
        return Blocked(f"SMTP {code}")
    if 400 <= code < 500:
        return RetryLater(COME_AGAIN_S)
    return None
