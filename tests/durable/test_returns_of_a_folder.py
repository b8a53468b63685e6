"""The pharmacy sheet of a revision: what should come back of earlier hand-outs (§7.5.3)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from durable.folders import write

from taper.doses import dose
from taper.operations.plans.one import plan_file
from taper.operations.plans.outputs import Format, Output
from taper.operations.plans.parts import AskedDays
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper import attached, documents, record
from taper.paper.documents import Issue, Paper
from taper.pharmacy.dispensing import dispense
from taper.pharmacy.returns import Forerunner, returns
from taper.pharmacy.terms import Terms
from taper.planning.plan import Plan
from taper.record.kept import Kept
from taper.workers.pool import Pool

FIRST, SECOND, THIRD = date(2026, 4, 30), date(2026, 6, 1), date(2026, 6, 12)
WITHDRAWN = "events: [{type: withdraw, date: 2026-06-11, reason: asked}]\n"
HELD = "events: [{type: hold, date: 2026-06-02, until: 2026-06-09, reason: a cold}]\n"
SHEET = Output(Format.HTML, Paper.PHARMACY)
TITLE = "Back from earlier revisions"


def run(place: Path, today: date, *, more: str = "", until: date | None = None) -> None:
    """A batch of the pharmacy sheet as HTML, which no press prints."""
    write(place / "patients", "IIM-001", more=more)
    days = None if until is None else AskedDays(today, until)
    asked = Asked(
        source=place / "patients", out=place / "out", outputs=(SHEET,), today=today, days=days
    )
    batch = runs.batch(asked, pool=Pool.of(1))
    assert [outcome.refused for outcome in batch] == [()]


def sheet(place: Path, name: str = "IIM-001+pharmacy.html") -> str:
    text = re.sub(r"<[^>]+>", " ", (place / "out" / name).read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", text)


def planned(place: Path, today: date, more: str = "") -> Plan:
    return plan_file(write(place / "patients", "IIM-001", more=more), today=today)


def test_a_first_revision_expects_nothing_back_and_the_next_what_was_handed_out(tmp_path):
    """§7.5.3."""
    run(tmp_path, FIRST)
    assert TITLE not in sheet(tmp_path)
    run(tmp_path, THIRD, more=WITHDRAWN)
    before, now = planned(tmp_path, FIRST), planned(tmp_path, THIRD, WITHDRAWN)
    by_hand = {
        f"{supply.tablet.drug} {dose.text(supply.tablet.strength_mg)} mg": supply.dispensed
        for supply in dispense(before, Terms()).intervals[0].supplies
    }
    back = returns(now, [Forerunner(FIRST, Kept.of(before).steps)], Terms(), THIRD)
    assert back is not None
    said = sheet(tmp_path)[sheet(tmp_path).index(TITLE) :]
    assert said.startswith(
        f"{TITLE} Handed out by earlier revisions up to Friday, June 12, 2026, for the days to "
    )
    assert len(back.tablets) == len(by_hand)
    for each in back.tablets:
        counts = f"{each.handed_out} {dose.text(each.taken)} {dose.text(each.returned)}"
        assert f"mg {counts} " in said
        assert (
            each.handed_out
            == by_hand[f"{each.tablet.drug} {dose.text(each.tablet.strength_mg)} mg"]
        )
    assert sum(each.returned for each in back.tablets) > 100


def test_a_revision_that_is_printed_again_and_a_part_of_it_count_the_same(tmp_path):
    """§7.5.3: on the day on which the revision was issued, whenever the paper is made."""
    run(tmp_path, FIRST)
    run(tmp_path, SECOND, more=HELD)
    once = sheet(tmp_path)
    (tmp_path / "out" / "IIM-001+pharmacy.html").unlink()
    run(tmp_path, THIRD, more=HELD, until=date(2026, 7, 10))
    assert sheet(tmp_path) == once
    part = sheet(tmp_path, "IIM-001+pharmacy+from-2026-06-12.html")
    rows = once[once.index(TITLE) : once.index("Findings", once.index(TITLE))]
    assert rows in part


def test_what_rides_along_says_it_so_that_the_sheet_is_made_again(tmp_path):
    """§7.5.3."""
    plan = planned(tmp_path, THIRD, WITHDRAWN)
    steps = Kept.of(planned(tmp_path, FIRST)).steps
    back = returns(plan, [Forerunner(FIRST, steps)], Terms(), THIRD)
    issue = Issue.of(plan, THIRD, returns=back)
    said = attached.loaded(documents.attachment(issue, Paper.PHARMACY))
    attached.refuse_other_fields(said)
    again, paper = record.recalled(said)
    assert again.returns == back
    assert documents.as_html(again, paper) == documents.as_html(issue, Paper.PHARMACY)
    assert "returns" not in record.record(issue, Paper.CALENDAR)
    said["printed"]["returns"]["tablets"][0]["handed_out"] = -1
    with pytest.raises(ValueError, match="handed_out"):
        attached.refuse_other_fields(said)
