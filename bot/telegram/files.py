"""Files that people send: what is said of them, and how their content is fetched."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from telegram import Bot, Message, PhotoSize
from telegram.error import BadRequest

from bot.replies import FileTooLarge, SharedFile
from bot.telegram.patience import Patience

FILE_LIMIT = 20 * 1024 * 1024
"""Bytes. Telegram's own server hands bots no larger files."""


@dataclass(frozen=True, slots=True)
class Files:
    """Fetches the content of files from Telegram."""

    bot: Bot
    patience: Patience
    limit: int = FILE_LIMIT

    def shared_in(self, message: Message) -> SharedFile | None:
        """The photo, voice note or document in a message."""
        kind: Literal["photo", "voice", "document"]
        if message.photo:
            photo = _best(message.photo, self.limit)
            kind, name, media_type = "photo", f"photo-{message.message_id}.jpg", "image/jpeg"
            file_id, size = photo.file_id, photo.file_size
        elif (voice := message.voice) is not None:
            kind, name = "voice", f"voice-{message.message_id}.ogg"
            media_type = voice.mime_type or "audio/ogg"
            file_id, size = voice.file_id, voice.file_size
        elif (document := message.document) is not None and message.animation is None:
            kind, name = "document", document.file_name or f"document-{message.message_id}"
            media_type = document.mime_type or "application/octet-stream"
            file_id, size = document.file_id, document.file_size
        else:
            return None
        read = partial(self._read, message.chat.id, file_id, size)
        return SharedFile(kind, name, media_type, size, read)

    async def _read(self, chat_id: int, file_id: str, size: int | None) -> bytes:
        """Raises FileTooLarge, and TelegramError when patience is at its end."""
        if size is not None and size > self.limit:
            raise FileTooLarge(f"{size} bytes")
        try:
            file = await self.patience.insist(chat_id, lambda: self.bot.get_file(file_id))
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise FileTooLarge(error.message) from error
            raise
        if file.file_size is not None and file.file_size > self.limit:
            raise FileTooLarge(f"{file.file_size} bytes")
        content = bytes(await self.patience.insist(chat_id, file.download_as_bytearray))
        if len(content) > self.limit:
            raise FileTooLarge(f"{len(content)} bytes")
        return content


def _best(sizes: tuple[PhotoSize, ...], limit: int) -> PhotoSize:
    """Telegram keeps each photo in several sizes: the largest that may be read, or else the smallest."""
    by_size = sorted(sizes, key=lambda each: each.width * each.height)
    fitting = [each for each in by_size if (each.file_size or 0) <= limit]
    return fitting[-1] if fitting else by_size[0]
