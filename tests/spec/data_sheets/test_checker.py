"""The checker of the sheets refuses what it should."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from spec.data_sheets.checker import problems
from spec.data_sheets.sheets import Sheet

SOURCE = {
    "key": "label", "citation": "A label", "date": "2024", "how": "looked-up",
    "checked": "2026-11-23",
}  # fmt: skip
TABLE: Sheet = {
    "id": "good", "unit": "mg", "sources": [SOURCE],
    "drugs": {"prednisone": {"mg": "5", "source": "label", "status": "looked-up"}},
}  # fmt: skip
RULE: Sheet = {
    "id": "good", "title": "Good", "status": "looked-up", "evidence_grade": "high", "unit": "mg",
    "drug_published": "prednisone", "sources": [SOURCE], "published": ["5 mg"], "choice": "None.",
    "regimen": {"kind": "steps", "entry": "join", "steps": [{"mg": "5", "days": "7"}]},
}  # fmt: skip
TRIAL: Sheet = {
    "id": "good", "status": "illustrative", "sources": ["Registry record of 2026"],
    "infusions": [{"number": "1", "months": "0"}], "taper": {"target_mg": "5"},
}  # fmt: skip


def broken(good: Sheet, place: str, value: Any = None) -> Sheet:
    """A copy with the value at a dotted place replaced, or taken away."""
    sheet = copy.deepcopy(good)
    *parents, last = place.split(".")
    node: Any = sheet
    for step in parents:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if value is None:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return sheet


@pytest.mark.parametrize(
    ("good", "kind"), [(TABLE, "equivalence"), (RULE, "regimens"), (TRIAL, "protocols")]
)
def test_the_checker_accepts_a_good_sheet(good: Sheet, kind: str) -> None:
    assert problems(good, kind) == []


@pytest.mark.parametrize(
    ("bad", "kind", "says"),
    [
        (broken(TABLE, "unit"), "equivalence", "has no unit"),
        (broken(TABLE, "drugs.prednisone.source"), "equivalence", "has no source"),
        (broken(TABLE, "drugs.prednisone.source", "other"), "equivalence", "unknown source other"),
        (broken(TABLE, "sources"), "equivalence", "the sheet has no sources"),
        (broken(TABLE, "sources.0.date"), "equivalence", "has no date"),
        (broken(TABLE, "sources.0.date", "recently"), "equivalence", "has no date"),
        (broken(TABLE, "sources.0.checked"), "equivalence", "no date on which it was checked"),
        (broken(TABLE, "sources.0.how", "hearsay"), "equivalence", "how it was read"),
        (broken(TABLE, "sources.0.how", "memory"), "equivalence", "was not looked up"),
        (broken(TABLE, "drugs.prednisone.status"), "equivalence", "has no status"),
        (broken(TABLE, "drugs.prednisone.status", "sure"), "equivalence", "unknown status sure"),
        (broken(TABLE, "drugs.prednisone.status", "unverified"), "equivalence", "what to verify"),
        (broken(TABLE, "drugs.prednisone.mg", "5.0"), "equivalence", "not a plain decimal"),
        (broken(TABLE, "drugs.prednisone.mg", "1e1"), "equivalence", "not a plain decimal"),
        (broken(TABLE, "drugs.prednisone.mg", "05"), "equivalence", "not a plain decimal"),
        (broken(RULE, "unit"), "regimens", "has no unit"),
        (broken(RULE, "choice"), "regimens", "has no choice"),
        (broken(RULE, "evidence_grade", "fair"), "regimens", "unknown evidence grade"),
        (broken(RULE, "status", "high-confidence"), "regimens", "no primary source to verify"),
        (broken(RULE, "regimen.steps.0.mg", "needs"), "regimens", "list of needs do not agree"),
        (broken(TRIAL, "status", "final"), "protocols", "unknown status final"),
        (broken(TRIAL, "sources.0", "a friend"), "protocols", "source without a year"),
        (broken(TRIAL, "taper", {"target": "5"}), "protocols", "target: 5 has no unit"),
    ],
)
def test_the_checker_refuses_a_broken_sheet(bad: Sheet, kind: str, says: str) -> None:
    assert any(says in problem for problem in problems(bad, kind)), problems(bad, kind)
