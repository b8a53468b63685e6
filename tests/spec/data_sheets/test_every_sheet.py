"""Every number in `src/taper/data` has a unit, a source and a date.

The sheets are read as text and checked with nothing but the rules of `checker`, so that a wrong
sheet is found without the planner.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, NodeEvent
from spec.data_sheets.checker import problems
from spec.data_sheets.sheets import DATA, PATHS, kind_of, load, sheets


@pytest.mark.parametrize("path", PATHS, ids=lambda p: str(p.relative_to(DATA)))
class TestEverySheet:
    def test_each_number_has_a_unit_a_source_and_a_date(self, path: Path) -> None:
        """§8.1.2."""
        assert problems(load(path), kind_of(path)) == []

    def test_is_named_after_its_id(self, path: Path) -> None:
        sheet = load(path)
        named = {"products": "market", "data": None}.get(path.parent.name, "id")
        assert named is None or sheet[named] == path.stem

    def test_has_no_anchor_and_no_alias(self, path: Path) -> None:
        events = YAML(typ="base", pure=True).parse(path.read_text(encoding="utf-8"))
        for event in events:
            assert not isinstance(event, AliasEvent)
            assert not isinstance(event, NodeEvent) or event.anchor is None

    def test_cites_and_does_not_link(self, path: Path) -> None:
        assert "://" not in path.read_text(encoding="utf-8")


def test_the_library_holds_what_was_asked_for() -> None:
    assert {s["id"] for s in sheets("regimens")} >= {
        "ese-es-2024-fast", "ese-es-2024-slow", "diagnostics-2021-fast", "diagnostics-2021-slow",
        "cdhb-nz-fast", "cdhb-nz-slow", "giacta-26-week", "pexivas-reduced", "pexivas-standard",
        "advocate", "combivas", "aramis", "semira", "bsr-pmr-2010-fast", "bsr-pmr-2010-slow",
        "etg-pmr-fast", "etg-pmr-slow", "sarcort-low", "cobra", "etg-myositis",
        "hhe-myositis-fast", "hhe-myositis-slow", "nhs-slow-wean", "kdigo-2024-reduced-fast",
        "kdigo-2024-reduced-slow", "medrol-dose-pack", "eular-pmr-2015", "predmeth", "mitigate",
        "oddis-aggarwal-fast", "oddis-aggarwal-slow",
        "aasld-alone", "aasld-combination", "abpa-by-halves", "abpa-high", "abpa-medium",
        "aih-children-fast", "aih-children-slow", "bagga-nephrotic", "bells-palsy", "bsmmu-lower",
        "bsmmu-usual", "cobra-full", "easl-aih", "etg-myositis-whole", "for-dmd-intermittent",
        "hickling", "iess-a", "iess-b", "igg4-fast", "igg4-slow", "kdigo-nephrotic-fast",
        "kdigo-nephrotic-slow", "ontt-oral", "pincus", "pm-textbook-fast", "pm-textbook-slow",
        "pneumocystis", "predart", "ra-very-low-dose", "raise", "sabio-sle-fast", "sabio-sle-slow",
        "star-hydrocortisone", "star-prednisone", "tb-pericarditis", "tengstrand", "testing-full",
        "testing-reduced", "three-week-sheet", "va-annarbor-150",
        "abn-myasthenia", "cobra-tablets", "gpnotebook-myasthenia", "murata-myositis-fast",
        "murata-myositis-slow", "seekhealthz-fast", "seekhealthz-slow", "tb-meningitis",
        "tb-meningitis-oral",
    }  # fmt: skip
    assert {s["id"] for s in sheets("bursts")} == {"aramis-option-1", "aramis-option-2"}
