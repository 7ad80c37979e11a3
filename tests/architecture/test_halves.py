"""`make test` leaves no folder of tests out."""

from __future__ import annotations

from tests.architecture.houses import ROOT
from tests.halves import HALVES


def test_every_folder_of_tests_is_run_once():
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    assert sorted(name for half in HALVES for name in half) == sorted(folders)
