"""What a log line says, and what it never says: canaries in path, query, headers and keywords."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog

from platform_core.settings.logging import configure, default_level

CANARY = "canary-5f1e0c77"


@pytest.fixture
def production():
    """Production's configuration, writing where the test can read; afterwards the run's own again."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    config = configure("production", "INFO")
    config["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(config)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        (f"/hand-over/{CANARY}/", "/hand-over/<str:token>/"),
        (f"/login/?next=/{CANARY}", "/login/"),
        (f"/nowhere/{CANARY}?{CANARY}", "/<path:path>"),
        (f"/api/v1/skus?q={CANARY}", "/api/v1/skus"),
    ],
)
def test_a_request_is_named_by_its_route_alone(acme, anonymous, production, path, route):
    anonymous.get(path, headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"session={CANARY}"})

    assert CANARY not in production.getvalue()
    (line,) = [one for one in lines(production) if one["event"] == "request_answered"]
    assert (line["route"], line["supplier"], line["level"]) == (route, acme.id, "info")
    assert len(line["request_id"]) == 32


def test_who_asks_stands_in_the_line_and_not_in_the_next(as_dora, dora, anonymous, production):
    as_dora.get("/")
    anonymous.get("/login/")

    actors = [one["actor"] for one in lines(production) if one["event"] == "request_answered"]
    assert actors == [dora.id, None]


def test_djangos_own_lines_lose_the_path_and_keep_the_traceback(rf, production):
    request = rf.get(f"/hand-over/{CANARY}/")
    try:
        int("broken")
    except ValueError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: %s", request.path, extra={"request": request, "status_code": 500}
        )

    (line,) = lines(production)
    assert (line["event"], line["logger"]) == ("request_failed", "django.request")
    assert "ValueError: invalid literal" in line["exception"]
    assert CANARY not in production.getvalue()


def test_keywords_that_name_a_secret_are_withheld(production):
    structlog.get_logger("any").warning(
        "logged", password=CANARY, headers={"Authorization": CANARY, "Accept": "text/html"}, new_token=CANARY
    )

    (line,) = lines(production)
    assert CANARY not in production.getvalue()
    assert line["password"] == "withheld"
    assert line["headers"] == {"Authorization": "withheld", "Accept": "text/html"}


def test_lines_for_people_are_short():
    stream = io.StringIO()
    config = configure("dev", "INFO")
    handler = logging.StreamHandler(stream)
    formatter = dict(config["formatters"]["lines"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("short")
    logger.propagate = False
    logger.setLevel("INFO")
    logger.addHandler(handler)

    structlog.get_logger("short").info("schema_built", schema="s1")

    assert "schema_built" in stream.getvalue()
    assert "schema=s1" in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


def test_commands_and_tests_are_quiet_and_servers_are_not(monkeypatch):
    monkeypatch.setattr("sys.argv", ["manage.py", "migrate_suppliers"])
    assert default_level("production") == "WARNING"
    monkeypatch.setattr("sys.argv", ["/venv/lib/granian/__main__.py"])
    assert default_level("production") == "INFO"
    assert default_level("test") == "WARNING"


def test_an_unknown_level_stops_the_start():
    with pytest.raises(SystemExit, match="LOG_LEVEL"):
        configure("production", "LOUD")
