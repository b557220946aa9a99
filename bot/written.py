"""A reply where there are no buttons: in a letter or a short message, as plain text."""

from collections.abc import Iterator

from bot.replies import Reply


def written(reply: Reply) -> str:
    """Everything that a reply says: its text, what its buttons stand for in full, and the address of its place."""
    return "\n\n".join([reply.text, *_more(reply)])


def _more(reply: Reply) -> Iterator[str]:
    details = ["\n".join(button.detail) for row in reply.rows for button in row if button.detail]
    if details:
        yield "\n\n".join(details)
    if reply.place is not None and reply.place.address not in reply.text:
        yield f"📍 {reply.place.address}"
