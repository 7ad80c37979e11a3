"""Goods sent in bulk: what is wrong in a row is told of that row, by the place where it stands."""

from __future__ import annotations

import json


def told(client, *rows):
    """What the answer tells of each row: the sentence by its pointer."""
    answer = client.post("/api/v1/skus/bulk", json.dumps(rows), content_type="application/json")
    assert answer.status_code == 207
    return [
        {e["pointer"]: e["message"] for e in row["problem"]["errors"]} for row in answer.json()["results"]
    ]


def test_a_wrong_pack_is_told_by_its_place(as_olga):
    packs = [{"name": "case", "units": "12"}, {"name": "pallet", "units": "{}"}]

    assert told(as_olga, {"merchant_code": "A-1", "packs": packs}) == [
        {"/packs/1/units": "A valid number is required."}
    ]


def test_what_is_no_row_is_told_as_such(as_olga):
    assert told(as_olga, "{0.real}", None) == [
        {"": "Invalid data. Expected a dictionary, but got str."},
        {"": "No data provided"},
    ]
