"""Calling the fake Bot API by hand."""

import json
from collections.abc import Mapping

import httpx
from pydantic import BaseModel

from tests.telegram.fake_bot_api import FakeBotApi


class Answer(BaseModel):
    ok: bool
    error_code: int = 0
    description: str = ""
    result: bool | dict[str, object] | list[dict[str, object]] | None = None
    parameters: dict[str, int] = {}

    @property
    def update_ids(self) -> list[object]:
        assert isinstance(self.result, list)
        return [update["update_id"] for update in self.result]


class Asking:
    def __init__(self, client: httpx.AsyncClient, bot_api: FakeBotApi) -> None:
        self._client = client
        self._base = f"{bot_api.url}/bot{bot_api.token}"

    async def __call__(self, method: str, **params: object) -> Answer:
        return await self.upload(method, {}, **params)

    async def upload(self, method: str, files: Mapping[str, tuple[str, bytes]], **params: object) -> Answer:
        data = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
        }
        response = await self._client.post(f"{self._base}/{method}", data=data, files=files)
        answer = Answer.model_validate_json(response.content)
        assert answer.ok == (response.status_code == 200)
        assert answer.ok or answer.error_code == response.status_code
        return answer
