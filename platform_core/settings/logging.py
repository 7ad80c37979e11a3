"""How every program logs: constant events with keywords, as JSON or as short lines, and never a secret.

structlog's events and those of Django, Celery and other libraries leave by one handler.
`configure` is called once, by base.py.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

WITHHELD = "withheld"
# Words in a keyword's name that make its value a secret, whoever logs it.
SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "api_key", "ticket")


def withhold(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace the values of keywords whose names promise a secret, at every depth."""
    return {name: _held(name, value) for name, value in event.items()}


class WithoutRequest(logging.Filter):
    """Django puts the raw path into its lines about a request, and a path may hold a hand-over's token.

    The line keeps its logger's name, its status and its traceback; `request_answered` names the route.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, without path."""
        if hasattr(record, "request"):
            record.msg, record.args = "request_failed", ()
        return True


def default_level(environment: str) -> str:
    """INFO where something serves; WARNING in tests and for `manage.py`, whose own words stand on stdout."""
    return "WARNING" if environment == "test" or Path(sys.argv[0]).name == "manage.py" else "INFO"


def configure(environment: str, level: str) -> dict[str, Any]:
    """Configure structlog and give Django's LOGGING: JSON lines, in dev and test lines for people.

    Raises SystemExit for a level that logging does not know.
    """
    if level not in logging.getLevelNamesMapping():
        raise SystemExit(f"LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR or CRITICAL, not {level!r}.")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_always(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_request": {"()": WithoutRequest}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _always(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendered(is_for_people=environment in {"dev", "test"}),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["without_request"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers go, and its 4xx lines with them: request_answered tells those.
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            "django.request": {"level": "ERROR"},
            # The development server's access log holds raw paths with their queries.
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        },
    }


def _always() -> list[Processor]:
    """What every line carries, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]


def _rendered(*, is_for_people: bool) -> list[Processor]:
    """Tracebacks without local variables: those may hold a password."""
    if is_for_people:
        return [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def _held(name: str, value: Any) -> Any:
    if any(word in name.lower() for word in SECRET_WORDS):
        return WITHHELD
    if isinstance(value, dict):
        return {key: _held(str(key), inner) for key, inner in value.items()}
    return value
