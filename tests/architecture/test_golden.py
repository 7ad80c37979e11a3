"""Every golden vector of the capabilities that we hold is a case of some test, under its own id."""

from __future__ import annotations

import re

import pytest

from tests.architecture.houses import TESTS

# 20…24 are prices of marketplaces, 35, 36, 43, 46 and 47 need one: they come with the shop connections.
HELD = [*range(1, 20), *range(25, 35), *range(37, 43), 50, 52, 53, 54, 56, 57, 58, 60, 68]
_ID = re.compile(r"\bG-(\d\d)\b|_g(\d\d)(?:_and_(\d\d))?_")
FOUND = {
    int(number)
    for path in TESTS
    if path.name != "test_golden.py"
    for groups in _ID.findall(path.read_text())
    for number in groups
    if number
}


@pytest.mark.parametrize("number", HELD, ids=lambda number: f"G-{number:02}")
def test_the_golden_vector_is_tested(number):
    assert number in FOUND
