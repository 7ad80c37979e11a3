"""The source files and the stairs, as the architecture tests read them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ["platform_core", "tenants", "tenant_apps", "billing", "public_site"]
FILES = sorted(
    path for house in HOUSES for path in (ROOT / house).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
STAIRS = next(c for c in CONTRACTS if c["name"] == "The staircase of tenant apps")["layers"]
FLOOR = {name.strip(): -place for place, stair in enumerate(STAIRS) for name in stair.split("|")}


def short(path: Path) -> str:
    """The path as the repository knows it."""
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), filename=str(path))
