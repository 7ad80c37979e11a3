"""The environment variables through which the settings learn where everything of an instance stands."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from platform_core.runner.database import APP, DATABASE, OWNER
from platform_core.runner.errors import RunnerError
from platform_core.runner.postgres import SUPERUSER
from platform_core.runner.process import MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_core.runner.places import Places

PORT_DEFAULT = 8000
PORT_MAX = 65_535


def chosen_port() -> int:
    """Read the port from $PORT; RunnerError when it is none."""
    text = os.environ.get("PORT") or str(PORT_DEFAULT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= PORT_MAX:
        message = f"PORT={text} is not a port: give a number from 1 to {PORT_MAX}, for instance PORT=8001."
        raise RunnerError(message)
    return int(text)


def instance_variables(places: Places, *, port: int, mode: str, is_debug: bool) -> dict[str, str]:
    """Give what describes this instance and nothing else: the content of var/env."""
    app = database_url(places, APP)
    owner = database_url(places, OWNER)
    return {
        "DEALERDESK_ENV": mode,
        "DEBUG": "1" if is_debug else "0",
        "SECRET_KEY": _secret_key(places.var / "secret_key"),
        "BASE_HOST": f"localhost:{port}",
        "PORT": str(port),
        "DEALERDESK_VAR": str(places.var),
        "REDIS_URL": f"unix://{quote(str(places.redis_socket))}",
        "CONTROL_DATABASE_URL": app,
        "SHARD_URLS": f"default={app}",
        "OWNER_CONTROL_DATABASE_URL": owner,
        "OWNER_SHARD_URLS": f"default={owner}",
    }


def database_url(places: Places, role: str, database: str = DATABASE) -> str:
    """Give the address of a database on this instance's socket, for one role."""
    return f"postgresql://{role}@/{database}?host={quote(str(places.sockets))}"


def superuser_url(places: Places) -> str:
    """Give the superuser's address, for tests that make databases or break connections."""
    return database_url(places, SUPERUSER, "postgres")


def with_process_variables(variables: Mapping[str, str], places: Places) -> dict[str, str]:
    """Add what every child needs: the caller's environment, this Python first in PATH, the marker."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PATH": path, **variables, MARKER: str(places.var)}


def write_env_file(variables: Mapping[str, str], file: Path) -> None:
    """Keep the variables for a second shell; private, because the secret is among them."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    unfinished.rename(file)


def read_env_file(file: Path) -> dict[str, str]:
    """Give the variables `write_env_file` wrote."""
    pairs = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, separator, value in pairs if separator}


def _secret_key(file: Path) -> str:
    """Make the secret once per data folder, so that sessions survive a restart."""
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        unfinished.rename(file)
    return file.read_text().strip()
