"""How a reply looks as a letter."""

from email.message import EmailMessage
from email.utils import formatdate
from html import escape

from bot.notices import About
from bot.replies import Reply
from bot.texts import words
from bot.written import written

SUBJECT_LIMIT = 70


def letter(
    reply: Reply, about: About, *, sender: str, address: str, chat_url: str | None, sent_at: float
) -> EmailMessage:
    """The letter: plain text, and the same in HTML, in large letters for who wants them."""
    _ = words(about.language)
    lines = [written(reply)]
    if chat_url is not None:
        lines.append(_("To change, cancel or book: {link}", link=chat_url))
    text = "\n\n".join(lines)
    message = EmailMessage()
    message["From"], message["To"] = sender, address
    message["Subject"] = subject_of(reply)
    message["Date"] = formatdate(sent_at)
    # The same notice sent again has the same id, by which many programs show it once.
    message["Message-ID"] = f"<{about.id}@{sender.rpartition('@')[2].rstrip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = about.language
    message.set_content(text)
    size = "1.5em" if reply.large_text else "1em"
    body = escape(text).replace("\n", "<br>")
    message.add_alternative(
        f'<html lang="{about.language}"><body style="font-size:{size};line-height:1.5">{body}</body></html>',
        subtype="html",
    )
    return message


def subject_of(reply: Reply) -> str:
    """The first line, as far as a subject goes."""
    first = reply.text.split("\n", 1)[0].strip().rstrip("：:")
    return first if len(first) <= SUBJECT_LIMIT else first[: SUBJECT_LIMIT - 1] + "…"
