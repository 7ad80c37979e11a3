"""All tests in two halves side by side, each with a PostgreSQL and a Redis of its own: `python -m tests.halves`.

Two cores are kept busy, so the whole takes little more than half as long. What one half says is shown as
it comes, the other's words follow at the end. Both are ended when one is interrupted.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# About as long as each other; a test holds that every folder of tests stands in one of them.
_APPS = ("access", "aftersales", "fulfilment", "inventory", "ledger", "logistics", "orders", "strategies")
HALVES = (
    (
        *("architecture", "browser", "faults", "platform_core", "public_site", "tenants"),
        *("tenant_apps/catalog", "tenant_apps/dealers"),
    ),
    ("flows", *(f"tenant_apps/{name}" for name in _APPS)),
)


def started(folders: tuple[str, ...], output: int | None) -> subprocess.Popen[bytes]:
    """One half: services of its own, and pytest in them."""
    runner = [sys.executable, "-m", "platform_core.runner", "services", "--fast", "--"]
    pytest = [sys.executable, "-m", "pytest", *(f"tests/{name}" for name in folders)]
    return subprocess.Popen([*runner, *pytest], stdout=output, stderr=subprocess.STDOUT)


def main() -> int:
    """Run both; 0 when both passed."""
    with tempfile.NamedTemporaryFile(prefix="dealerdesk-tests-") as second:
        runs = [started(HALVES[0], None), started(HALVES[1], second.fileno())]
        try:
            codes = [run.wait() for run in runs]
        except KeyboardInterrupt:
            codes = [run.wait() for run in runs]
        sys.stdout.write(Path(second.name).read_text(errors="replace"))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
