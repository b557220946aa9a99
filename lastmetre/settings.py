"""Settings from the environment. Only composition roots read them; `.env.example` names every one."""

import re
import secrets
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.database import is_database_url

TELEGRAM = "https://api.telegram.org"
"""Telegram's own Bot API server."""


class Settings(BaseSettings):
    """What an installation can set. Names in the environment start with LASTMETRE_, but for Telegram's own."""

    model_config = SettingsConfigDict(
        env_prefix="LASTMETRE_", env_file=".env", extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    database_url: str | None = None
    """PostgreSQL to use, as `postgresql://…`. None: an embedded one in the data folder."""
    data_dir: Path = Path(".data")
    """Where the embedded database and attachments live. Two folders run side by side."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on."""
    service_key: SecretStr | None = None
    """The bot's credential. None: a new one each start, which is enough while the bot runs in the same program."""
    demo: bool | None = None
    """Lay demonstration data and sign-ins at first start. None: yes on the embedded database, no on one of your own."""
    log_format: Literal["console", "json"] = "console"
    """How log lines look."""
    telegram_bot_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_BOT_TOKEN")
    """Token of the Telegram bot. None: no Telegram."""
    telegram_api_url: str = Field(default=TELEGRAM, validation_alias="TELEGRAM_API_URL")
    """Where the Bot API is; a local Bot API server can take its place."""
    telegram_webhook_url: str | None = Field(default=None, validation_alias="TELEGRAM_WEBHOOK_URL")
    """Where Telegram reaches this installation, as https://…; it then brings updates by itself (docs/TELEGRAM.md). None: it is
    asked for them.
    """
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, validation_alias="TELEGRAM_WEBHOOK_SECRET"
    )
    """By what Telegram is known then: letters, digits, _ and -. None: derived from the token."""

    telegram_bot_name: str | None = Field(
        default=None, validation_alias="TELEGRAM_BOT_NAME", pattern=r"^\w{5,32}$"
    )
    """What the bot is called there, without the @, where pages and bot run apart. None: as soon as the bot has started."""

    public_url: str | None = None
    """Where people find this installation, as https://…; letters then lead to the chat."""
    telegram_rate: float = Field(default=25, gt=0, le=1000)
    """Notices a second over all Telegram chats. Telegram takes about 30 messages a second; the rest is for answers."""
    smtp_url: SecretStr | None = None
    """Mail server for notices by e-mail, as smtp://user:password@host:port or smtps://…. None: no e-mail."""
    mail_from: str = "last-metre@localhost"
    """Who writes these letters: an address, or `Name <address>`."""
    sms_url: str | None = None
    """Gateway for short messages (docs/GATEWAYS.md). None: no short messages."""
    sms_secret: SecretStr | None = None
    """What signs the requests to it."""
    wechat_url: str | None = None
    """Gateway for WeChat messages. None: no WeChat."""
    wechat_secret: SecretStr | None = None
    """What signs the requests to it."""

    scan_command: str | None = None
    """A command that is given each attachment on its standard input and ends with 0 when it is safe, as `clamdscan -` does.
    None: attachments are not scanned."""

    @model_validator(mode="after")
    def _gateways_have_secrets(self) -> Self:
        for name, url, secret in (
            ("LASTMETRE_SMS_SECRET", self.sms_url, self.sms_secret),
            ("LASTMETRE_WECHAT_SECRET", self.wechat_url, self.wechat_secret),
        ):
            if url is not None and secret is None:
                message = f"{name} is missing"
                raise ValueError(message)
        return self

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
            message = "expected 16 to 256 letters, digits, _ and -"
            raise ValueError(message)
        return secret

    @model_validator(mode="after")
    def _webhook_can_be_reached(self) -> Self:
        """Telegram's own server speaks https only; a Bot API server of one's own may be next door."""
        if self.telegram_webhook_url is not None:
            where = urlsplit(self.telegram_webhook_url)
            own = self.telegram_api_url.rstrip("/") != TELEGRAM
            if not where.hostname or where.scheme not in ({"http", "https"} if own else {"https"}):
                message = "TELEGRAM_WEBHOOK_URL: expected https://…"
                raise ValueError(message)
        return self

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            where = urlsplit(url.get_secret_value())
            if where.scheme not in {"smtp", "smtps"} or not where.hostname:
                message = "expected smtp://host:port or smtps://host:port"
                raise ValueError(message)
        return url

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url is not None and not is_database_url(url):
            message = "expected postgresql://user:password@host/database"
            raise ValueError(message)
        return url

    @property
    def wants_demo(self) -> bool:
        """Whether demonstration data are to be laid."""
        return self.database_url is None if self.demo is None else self.demo

    def key(self) -> str:
        """The service key, or a new random one."""
        if self.service_key is not None:
            return self.service_key.get_secret_value()
        return secrets.token_urlsafe(32)
