"""Memo extraction: the rule that wins, what may be stored, and all its doors."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotPermitted
from tenant_apps.logistics import commands
from tenant_apps.logistics.models import MemoRule
from tenant_apps.logistics.rules import rule_for
from tests.factories import logistics as make

JSON = {"content_type": "application/json"}


def rule(carrier, keyword, target="memo", position=1, enabled=True):
    return SimpleNamespace(
        carrier=carrier, keyword=keyword, target=target, position=position, enabled=enabled
    )


@pytest.mark.parametrize(
    ("rules", "memo", "service_memo", "carrier"),
    [
        pytest.param([rule("A", "x"), rule("B", "y", "service_memo", 2)], "x", "y", "B", id="G-39"),
        pytest.param([rule("A", "x"), rule("B", "y", "service_memo")], "x", "", "A", id="G-40"),
        pytest.param([rule("A", "x", enabled=False)], "x", "", None, id="disabled-never-runs"),
        pytest.param([rule("A", "x", position=2), rule("B", "x1")], "x1", "", "B", id="first-by-position"),
        pytest.param([rule("A", "Ｓｆ")], "by SF please", "", "A", id="case-and-width-folded"),
        pytest.param([rule("A", "x")], "", "x", None, id="a-rule-reads-its-own-memo"),
        pytest.param([rule("A", " ")], "anything", "", None, id="a-blank-keyword-fits-nothing"),
    ],
)
def test_which_rule_sets_the_carrier(rules, memo, service_memo, carrier):
    met = rule_for(rules, memo=memo, service_memo=service_memo)

    assert (met.carrier if met else None) == carrier


VALUES = {"target": "memo", "keyword": "express", "carrier": "SF", "enabled": True}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"target": "note"}, "/target"),
        ({"keyword": " "}, "/keyword"),
        ({"keyword": "x" * 61}, "/keyword"),
        ({"carrier": "NOBODY"}, "/carrier"),
        ({"position": -1}, "/position"),
        ({"keyword": "EXPRESS "}, "/keyword"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_field(olga, change, pointer):
    make.make_carrier("SF")
    commands.add_memo_rule(actor=olga, values=VALUES)

    with pytest.raises(Invalid) as refused:
        commands.add_memo_rule(actor=olga, values={**VALUES, "keyword": "other", **change})

    assert [one.pointer for one in refused.value.problems] == [pointer]
    assert list(MemoRule.objects.values_list("keyword", flat=True)) == ["express"]


def test_a_rule_is_added_at_the_end_changed_and_deleted_with_a_line_each(olga):
    make.make_carrier("SF")
    other = make.make_carrier("YTO")
    first = commands.add_memo_rule(actor=olga, values=VALUES)
    second = commands.add_memo_rule(actor=olga, values={**VALUES, "keyword": "slow"})

    commands.change_memo_rule(actor=olga, rule_id=second.public_id, changes={"carrier": other.public_id})
    with pytest.raises(Conflict):
        commands.change_memo_rule(actor=olga, rule_id=second.public_id, changes={}, version=1)
    commands.delete_memo_rule(actor=olga, rule_id=first.public_id)

    kept = MemoRule.objects.get()
    assert (kept.keyword, kept.carrier, kept.position, kept.version) == ("slow", other, 2, 2)
    verbs = AuditLine.objects.filter(subject_kind="memo_rule").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["created", "created", "changed", "deleted"]


def test_a_dealer_keeps_no_rules(dora):
    with pytest.raises(NotPermitted):
        commands.add_memo_rule(actor=dora, values=VALUES)


def test_an_import_adds_and_changes_or_does_nothing(olga):
    make.make_carrier("SF")
    other = make.make_carrier("YTO")
    commands.add_memo_rule(actor=olga, values=VALUES)
    rows = [{**VALUES, "keyword": "Express", "carrier": "YTO"}, {**VALUES, "keyword": "new"}]

    assert commands.import_memo_rules(actor=olga, rows=rows) == (1, 1)
    with pytest.raises(Invalid) as refused:
        commands.import_memo_rules(actor=olga, rows=[{**VALUES, "keyword": "z"}, {**VALUES, "carrier": "?"}])

    with pytest.raises(Invalid) as twice:
        commands.import_memo_rules(actor=olga, rows=[VALUES, {**VALUES, "keyword": "EXPRESS"}])

    assert refused.value.problems[0].pointer == "/rows/1/carrier"
    assert [one.pointer for one in twice.value.problems] == ["/rows/1/keyword"]
    assert MemoRule.objects.get(keyword__iexact="express").carrier == other
    assert list(MemoRule.objects.order_by("id").values_list("position", flat=True)) == [1, 2]


def test_the_pages_show_try_and_store(as_olga):
    make.make_carrier("SF")
    empty = as_olga.get("/logistics/memo-rules").content.decode()
    posted = {"target": "memo", "keyword": "express", "enabled": "on"}
    carrier = make.make_carrier("YTO", name="Slow and sure")
    refused = as_olga.post("/logistics/memo-rules/new", {**posted, "carrier": ""})
    saved = as_olga.post("/logistics/memo-rules/new", {**posted, "carrier": carrier.public_id})
    row = MemoRule.objects.get()

    assert "No rule yet" in empty
    assert (refused.status_code, saved.status_code) == (422, 302)
    tried = as_olga.get("/logistics/memo-rules", {"memo": "by EXPRESS"}).content.decode()
    assert "The memo names “express”." in tried
    assert "No rule fits" in as_olga.get("/logistics/memo-rules", {"memo": "no"}).content.decode()
    for act, count in (("disable", 1), ("enable", 1), ("delete", 0)):
        as_olga.post(f"/logistics/memo-rules/{row.public_id}/{act}")
        assert MemoRule.objects.count() == count


def test_the_api_does_the_same(as_olga, as_dora):
    carrier = make.make_carrier("SF")
    asked = {"target": "service_memo", "keyword": "急", "carrier": "SF"}

    made = as_olga.post("/api/v1/memo-rules", asked, headers={"Idempotency-Key": "1"}, **JSON)
    where = f"/api/v1/memo-rules/{made.json()['id']}"
    changed = as_olga.patch(where, {"enabled": False}, **JSON).json()

    assert (made.status_code, made.json()["carrier"]) == (201, carrier.public_id)
    assert (changed["enabled"], changed["version"]) == (False, 2)
    assert as_dora.get("/api/v1/memo-rules").json()["items"] == []
    assert as_dora.get(where).status_code == 404
    assert as_dora.delete(where).status_code in (403, 404)
    assert as_olga.delete(where).status_code == 204
    assert not MemoRule.objects.exists()
