"""Keeps the bot's token out of the logs: it stands in the address of every request, and libraries log addresses."""

import logging

_TALKATIVE = ("httpx", "telegram.Bot", "telegram.ext.ExtBot")


class _HideToken(logging.Filter):
    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if self._token in message:
            record.msg, record.args = message.replace(self._token, "[token]"), None
        return True


def hide_in_logs(token: str) -> None:
    """From now on, these libraries' log lines say [token] where the token stood."""
    hide = _HideToken(token)
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(hide)
