"""What the fake Bot API shows of a bot before anything is said: commands, descriptions, the menu button."""

import json
from urllib.parse import urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.telegram.fake_calls import Call
from tests.telegram.fake_rules import Refusal, check_commands


class _Command(BaseModel):
    command: str
    description: str


class _Scope(BaseModel):
    type: str = "default"


class _App(BaseModel):
    url: str


class _MenuButton(BaseModel):
    type: str
    text: str = ""
    web_app: _App | None = None


_COMMANDS = TypeAdapter(list[_Command])


class Profile:
    """One bot's."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, str], list[tuple[str, str]]] = {}
        """By scope and language code."""
        self.descriptions: dict[tuple[str, str], str] = {}
        """By `description` or `short_description`, and language code."""
        self.menu_button: object = {"type": "commands"}

    async def set_my_commands(self, call: Call) -> object:
        try:
            read = _COMMANDS.validate_json(call.params.get("commands", ""))
        except ValidationError as error:
            raise Refusal(400, "can't parse commands: expected an Array of BotCommand") from error
        commands = [(each.command, each.description) for each in read]
        check_commands(commands)
        self.commands[_commands_key(call)] = commands
        return True

    async def get_my_commands(self, call: Call) -> object:
        found = self.commands.get(_commands_key(call), [])
        return [{"command": name, "description": description} for name, description in found]

    async def set_my_description(self, call: Call) -> object:
        return self._describe(call, "description", 512)

    async def get_my_description(self, call: Call) -> object:
        return self._described(call, "description")

    async def set_my_short_description(self, call: Call) -> object:
        return self._describe(call, "short_description", 120)

    async def get_my_short_description(self, call: Call) -> object:
        return self._described(call, "short_description")

    async def set_chat_menu_button(self, call: Call) -> object:
        raw = call.params.get("menu_button", '{"type": "default"}')
        try:
            read = _MenuButton.model_validate_json(raw)
        except ValidationError as error:
            raise Refusal(400, "can't parse menu button") from error
        if read.type == "web_app":
            if not read.text or read.web_app is None:
                raise Refusal(400, "text must be non-empty")
            if urlsplit(read.web_app.url).scheme != "https":
                raise Refusal(
                    400,
                    f"menu button web app URL '{read.web_app.url}' is invalid: Only HTTPS links are allowed",
                )
        self.menu_button = json.loads(raw)
        return True

    async def get_chat_menu_button(self, _: Call) -> object:
        return self.menu_button

    def _describe(self, call: Call, what: str, limit: int) -> object:
        text = call.params.get(what, "")
        if len(text) > limit:
            raise Refusal(400, f"{what.replace('_', ' ')} is too long")
        self.descriptions[what, call.params.get("language_code", "")] = text
        return True

    def _described(self, call: Call, what: str) -> object:
        return {what: self.descriptions.get((what, call.params.get("language_code", "")), "")}


def _commands_key(call: Call) -> tuple[str, str]:
    scope = _Scope.model_validate_json(call.params.get("scope", "{}"))
    return scope.type, call.params.get("language_code", "")
