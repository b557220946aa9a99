"""Seals: what a browser brings back to us and must not have made or changed itself."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

Tone = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Said:
    """One line that the next page says once."""

    text: str
    tone: Tone = "good"


@dataclass(frozen=True, slots=True)
class Seals:
    """Seals of the pages. The key differs from that of bearer tokens, so that neither is ever taken for the other."""

    key: bytes = field(repr=False)

    @classmethod
    def derived(cls, secret: bytes) -> "Seals":
        """The same seals in every process of an installation."""
        return cls(hmac.digest(secret, b"web pages", hashlib.sha256))

    def form(self, anchor: str) -> str:
        """What a form carries to prove that we drew it for the browser that has the cookie `anchor`."""
        return hmac.new(self.key, b"form\n" + anchor.encode(), hashlib.sha256).hexdigest()

    def drew(self, form: str, anchor: str) -> bool:
        """Whether we drew that form for that browser."""
        return bool(anchor) and hmac.compare_digest(form.encode(), self.form(anchor).encode())

    def close(self, said: Said) -> str:
        """A line for the next page, as a cookie."""
        sealed = self._lines.dumps([said.text, said.tone])
        return sealed if isinstance(sealed, str) else sealed.decode()

    def open(self, cookie: str) -> Said | None:
        """The line in a cookie; None when it is not ours."""
        try:
            return Said(*self._lines.loads(cookie))
        except BadSignature:
            return None

    @property
    def _lines(self) -> URLSafeSerializer:
        signing = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(self.key, salt=b"line", signer_kwargs=signing)
