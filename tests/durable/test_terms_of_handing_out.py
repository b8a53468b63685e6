"""The terms on which a pharmacy hands out are kept by a folder, as its papers and formats are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from durable.folders import entries, write

from taper.folder.outcomes import Outcome
from taper.folder.verdicts import Fate, Verdict, sentences
from taper.operations.pharmacy.handing_out import terms_of
from taper.operations.plans.one import plan_file
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper.documents import Paper
from taper.pharmacy import written
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.returns import Forerunner, returns
from taper.pharmacy.terms import Terms
from taper.record.handing_out import in_words
from taper.record.kept import Kept
from taper.record.recalls import Urgency, urgency_of
from taper.workers.pool import Pool

FIRST, SECOND = date(2026, 4, 30), date(2026, 6, 1)
EVERY_FOUR_WEEKS = terms_of("days:28", "3", "5:30,prednisone:1:100", discard_halves=True)
FILES = (Output(Format.JSON), Output(Format.TABLE), Output(Format.HTML, Paper.PHARMACY))
WITHDRAWN = "events: [{type: withdraw, date: 2026-05-31, reason: asked}]\n"


def asked(place: Path, today: date, terms: Terms | None = None) -> Asked:
    return Asked(
        source=place / "patients", out=place / "out", outputs=FILES, today=today, terms=terms
    )


def run(place: Path, today: date, terms: Terms | None = None) -> list[Outcome]:
    """A batch whose files no press prints."""
    outcomes = list(runs.batch(asked(place, today, terms), pool=Pool.of(1)))
    assert {outcome.refused for outcome in outcomes} == {()}
    return outcomes


def foretold(place: Path, today: date, terms: Terms | None = None) -> list[Verdict]:
    return list(runs.ahead(asked(place, today, terms), pool=Pool.of(1)))


def dispensing(place: Path, who: str = "IIM-001") -> dict | None:
    document = json.loads((place / "out" / f"{who}.json").read_text(encoding="utf-8"))
    return document.get("dispensing")


@pytest.fixture
def place(tmp_path) -> Path:
    write(tmp_path / "patients", "IIM-001")
    return tmp_path


def test_every_file_of_a_batch_counts_by_the_terms_and_later_runs_go_on_with_them(place):
    """§7.2.10: as `taper plan --dispense` counts, and without saying it again."""
    run(place, FIRST, EVERY_FOUR_WEEKS)
    plan = plan_file(place / "patients" / "IIM-001.yaml", today=FIRST)
    assert dispensing(place) == written.as_dict(dispense(plan, EVERY_FOUR_WEEKS))
    assert "Handed out every 28 days, each time with 3 spare days." in (
        place / "out" / "IIM-001.table"
    ).read_text(encoding="utf-8")
    assert "spare days" in (place / "out" / "IIM-001+pharmacy.html").read_text(encoding="utf-8")
    write(place / "patients", "IIM-002")
    again, newcomer = run(place, FIRST)
    assert (again.revision, again.written) == (1, ())
    assert newcomer.revision == 1
    assert dispensing(place, "IIM-002") == dispensing(place)
    assert {entry.terms["every"] for entry in entries(place / "out")} == {"days:28"}


def test_other_terms_are_a_revision_that_says_so_and_is_foretold(place):
    """§7.2.11: the days are the same, so that its recall is the least urgent."""
    run(place, FIRST)
    assert dispensing(place) is None
    assert "terms" not in (place / "out" / "ledger.jsonl").read_text(encoding="utf-8")
    was = (place / "out" / "IIM-001.json").read_bytes()
    (verdict,) = foretold(place, FIRST, EVERY_FOUR_WEEKS)
    assert (verdict.fate, len(verdict.recalled)) == (Fate.REVISED, 3)
    why = (
        "handing out: not said to days:28, 3 spare days, packs of 5:30,prednisone:1:100, halves "
        "discarded"
    )
    assert why in "".join(sentences(verdict))
    assert (place / "out" / "IIM-001.json").read_bytes() == was
    (outcome,) = run(place, FIRST, EVERY_FOUR_WEEKS)
    assert (outcome.revision, outcome.why) == (2, (why,))
    assert outcome.replaces.changed_from is None
    assert (place / "out" / "superseded" / "IIM-001-r1.json").read_bytes() == was
    assert urgency_of(entries(place / "out")[-1]) is Urgency.DETAILS
    assert [verdict.fate for verdict in foretold(place, FIRST)] == [Fate.UNCHANGED]
    (outcome,) = run(place, FIRST, Terms(at_visits=True))
    assert (outcome.revision, outcome.why[0][-9:]) == (3, "to visits")


def test_what_comes_back_is_counted_by_the_terms_of_the_revision_that_handed_it_out(place):
    """§7.5.3: a first revision in packs, and the second without."""
    run(place, FIRST, EVERY_FOUR_WEEKS)
    before = plan_file(place / "patients" / "IIM-001.yaml", today=FIRST)
    write(place / "patients", "IIM-001", more=WITHDRAWN)
    run(place, SECOND, Terms())
    now = plan_file(place / "patients" / "IIM-001.yaml", today=SECOND)
    given = [Forerunner(FIRST, Kept.of(before).steps, EVERY_FOUR_WEEKS)]
    back = returns(now, given, Terms(), SECOND)
    handed_out = {each.tablet.strength_mg: each.handed_out for each in back.tablets}
    first, second = dispense(before, EVERY_FOUR_WEEKS).intervals[:2]
    by_hand: dict = {}
    for supply in (*first.supplies, *second.supplies):
        mg = supply.tablet.strength_mg
        by_hand[mg] = by_hand.get(mg, 0) + supply.dispensed
    assert handed_out == by_hand
    assert (handed_out[5] % 30, handed_out[1] % 100) == (0, 0)
    sheet = (place / "out" / "IIM-001+pharmacy.html").read_text(encoding="utf-8")
    assert "Back from earlier revisions" in sheet


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (None, "not said"),
        (Terms(), "infusions"),
        (terms_of("visits", "2", "3/mL:240", discard_halves=False), "visits, 2 spare days, packs"),
    ],
)
def test_terms_are_said_as_they_are_typed(terms: Terms | None, said: str):
    kept = None if terms is None else written.terms.as_dict(terms)
    assert in_words(kept).startswith(said)
