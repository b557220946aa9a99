"""Files of the fake Bot API: those that the bot sends, and those that people send and the bot fetches."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from tests.telegram.fake_board import Board
from tests.telegram.fake_calls import Call, Upload, caption
from tests.telegram.fake_chats import JsonObject
from tests.telegram.fake_rules import Refusal

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class _InputMedia(BaseModel):
    type: str
    media: str
    caption: str = ""
    parse_mode: str = ""


@dataclass(slots=True)
class Kept:
    """Files that people sent, by their ids. `paths` are those that the bot may download now."""

    files: dict[str, bytes] = field(default_factory=dict)
    paths: dict[str, bytes] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        file_id = secrets.token_urlsafe(12)
        self.files[file_id] = content
        return file_id


class Media:
    """The methods that deal with files."""

    def __init__(self, board: Board, kept: Kept) -> None:
        self._board = board
        self._kept = kept

    async def send_photo(self, call: Call) -> object:
        return self._send(call, "photo")

    async def send_document(self, call: Call) -> object:
        return self._send(call, "document")

    async def edit_message_media(self, call: Call) -> object:
        """Pictures and documents take each other's place, and that of text; text does not take theirs."""
        chat = self._board.chat(call)
        try:
            read = _InputMedia.model_validate_json(call.params.get("media", ""))
        except ValidationError as error:
            raise Refusal(400, "can't parse input media") from error
        if read.type not in ("photo", "document"):
            raise Refusal(400, "unsupported input media type")
        name = read.media.removeprefix("attach://")
        upload = call.files.get(name)
        if upload is None:
            raise Refusal(400, "wrong file identifier/HTTP URL specified")
        content = caption(read.caption, read.parse_mode)
        _check(read.type, upload)
        message = self._board.to_edit(call, chat)
        if message.kind not in ("text", "photo", "document"):
            raise Refusal(400, "message can't be edited")
        inline = self._board.inline(call, chat)
        message.kind, message.file, message.data = read.type, upload.name, upload.content
        return self._board.changed(message, content, inline)

    async def get_file(self, call: Call) -> object:
        file_id = call.params.get("file_id", "")
        content = self._kept.files.get(file_id)
        if content is None:
            raise Refusal(400, "wrong file_id or the file is temporarily unavailable")
        if len(content) > DOWNLOAD_LIMIT:
            raise Refusal(400, "file is too big")
        path = f"files/{secrets.token_hex(4)}"
        self._kept.paths[path] = content
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "file_path": path}

    def _send(self, call: Call, kind: str) -> JsonObject:
        chat = self._board.chat(call)
        upload = _upload(call.params, call.files, kind)
        content = caption(call.params.get("caption", ""), call.params.get("parse_mode", ""))
        _check(kind, upload)
        return self._board.sent(
            chat, kind, content, self._board.markup(call, chat), file=upload.name, data=upload.content
        )


def _upload(params: Mapping[str, str], files: Mapping[str, Upload], kind: str) -> Upload:
    """Files come by their own name, or attached under another."""
    upload = files.get(params.get(kind, kind).removeprefix("attach://"))
    if upload is None:
        raise Refusal(400, f"there is no {kind} in the request")
    return upload


def _check(kind: str, upload: Upload) -> None:
    if not upload.content:
        raise Refusal(400, "file must be non-empty")
    if kind == "photo" and len(upload.content) > PHOTO_LIMIT:
        raise Refusal(400, "PHOTO_SAVE_FILE_INVALID")
    if kind == "photo" and not upload.content.startswith(_PICTURES):
        raise Refusal(400, "IMAGE_PROCESS_FAILED")
