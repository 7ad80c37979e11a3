"""`make test` leaves no folder of tests out."""

from __future__ import annotations

from tests.architecture.houses import ROOT
from tests.halves import HALVES


def test_every_folder_of_tests_is_run_once():
    parts = [path.relative_to(ROOT / "tests").parts for path in (ROOT / "tests").rglob("test_*.py")]
    folders = {"/".join(one[:2]) if one[0] == "tenant_apps" else one[0] for one in parts}
    assert sorted(name for half in HALVES for name in half) == sorted(folders)
