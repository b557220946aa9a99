"""Delivers notices to a gateway by HTTP. What is sent, and what the answers mean, stands in docs/GATEWAYS.md."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.notices import About, Blocked, RetryLater, Undeliverable
from bot.replies import Channel, Reply
from bot.written import written

SIGNATURE = "Lastmetre-Signature"
BUSY_S = 30.0
"""How long to wait when a gateway is busy and does not say for how long."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where a channel's messages are handed in, and the secret that signs them."""

    channel: Channel
    url: str
    secret: str


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What proves that a request is ours and new: HMAC-SHA256 over the moment and the body."""
    code = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={code}"


class GatewaySender:
    """The `bot.notices.Sender` of a gateway; an address is whatever the gateway knows the person by."""

    def __init__(self, gateway: Gateway, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> None:
        self._gateway = gateway
        self._http = http
        self._clock = clock

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """Hand one message in.

        Raises `Blocked` (404, 410), `RetryLater` (429, 503), `Undeliverable` (400, 413, 422), and httpx's errors for
        every other failure.
        """
        body = json.dumps(
            {
                "id": str(about.id),
                "kind": about.kind,
                "channel": self._gateway.channel,
                "address": address,
                "language": about.language,
                "text": written(reply),
                "large_text": reply.large_text,
            },
            ensure_ascii=False,
        ).encode()
        moment = int(self._clock().timestamp())
        answer = await self._http.post(
            self._gateway.url,
            content=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": str(about.id),
                SIGNATURE: signature(self._gateway.secret, moment, body),
            },
        )
        match answer.status_code:
            case 404 | 410:
                raise Blocked(f"HTTP {answer.status_code}")
            case 429 | 503:
                raise RetryLater(_asked(answer))
            case 400 | 413 | 422:
                raise Undeliverable(f"HTTP {answer.status_code}")
            case _other:
                answer.raise_for_status()


def _asked(answer: httpx.Response) -> float:
    try:
        return min(3600.0, max(1.0, float(answer.headers.get("Retry-After", BUSY_S))))
    except ValueError:
        return BUSY_S
