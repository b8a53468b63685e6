"""A part of the days in an output folder: a file of its own beside the whole (§10.10.6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from durable.folders import write

from taper.errors import ExitCode
from taper.folder.audit import audit, history
from taper.folder.outcomes import Outcome, Tally
from taper.operations import outputs, site
from taper.operations.outputs import Format, Output
from taper.operations.parts import AskedDays
from taper.planning.plan import Part
from taper.workers.pool import Pool

TODAY = date(2026, 11, 23)
PART = "IIM-001+from-2026-11-23.html"
WITHDRAWN = "events: [{type: withdraw, date: 2026-06-11, reason: asked}]\n"


def run(place: Path, until: str, today: date = TODAY) -> list[Outcome]:
    """A batch of HTML, which is printed by no press, with the days from one day on."""
    return list(
        site.batch(
            place / "patients",
            place / "out",
            [Output(Format.HTML)],
            today=today,
            pool=Pool.of(1),
            days=AskedDays(TODAY, date.fromisoformat(until)),
        )
    )


def test_a_part_lies_beside_the_whole_and_the_audit_knows_it(tmp_path):
    """§10.10.6."""
    write(tmp_path / "patients", "IIM-001")
    (outcome,) = run(tmp_path, "2026-12-20")
    assert outcome.written == ("IIM-001.html", PART)
    whole = (tmp_path / "out" / "IIM-001.html").read_bytes()
    (outcome,) = run(tmp_path, "2026-12-20")
    assert (outcome.written, outcome.revision) == ((), 1)
    assert (tmp_path / "out" / "IIM-001.html").read_bytes() == whole
    assert audit(tmp_path / "out").found == []
    (entry,) = history(tmp_path / "out")
    mark = entry.files[PART]
    assert mark.part is not None
    assert str(mark.part.last) == "2026-12-20"
    assert f'"{PART}"' in (tmp_path / "out" / "manifest.json").read_text()


def test_a_later_part_is_a_further_file_of_the_same_revision_and_bears_its_day(tmp_path):
    """§10.10.6."""
    write(tmp_path / "patients", "IIM-001")
    run(tmp_path, "2026-12-20")
    (tmp_path / "out" / PART).unlink()
    (outcome,) = run(tmp_path, "2026-12-20", date(2026, 11, 25))
    assert (outcome.written, outcome.revision) == ((PART,), 1)
    assert "Issued on Wednesday, November 25, 2026" in (tmp_path / "out" / PART).read_text()
    assert audit(tmp_path / "out").found == []


def test_a_part_with_other_days_under_the_same_name_is_told_and_not_written_over(tmp_path):
    """§10.10.6."""
    write(tmp_path / "patients", "IIM-001")
    run(tmp_path, "2026-12-20")
    before = (tmp_path / "out" / PART).read_bytes()
    (outcome,) = run(tmp_path, "2026-12-27")
    (told,) = outcome.unprinted
    assert str(told).startswith(
        f"IIM-001: --until is 2026-12-27, and {PART} is there with the days until 2026-12-20;"
    )
    assert (tmp_path / "out" / PART).read_bytes() == before


def test_who_has_no_such_part_has_the_whole_and_is_told(tmp_path):
    """§6.5.7, §10.10.6."""
    write(tmp_path / "patients", "IIM-001", more=WITHDRAWN)
    (outcome,) = run(tmp_path, "2026-12-20")
    assert outcome.written == ("IIM-001.html",)
    assert "after a withdrawal" in str(outcome.unprinted[0])
    tally = Tally()
    tally.add(outcome)
    assert tally.exit_code == ExitCode.SOME_REFUSED


@pytest.mark.parametrize("each", outputs.ALL)
def test_a_part_never_has_the_name_of_the_whole(each):
    """§10.10.6."""
    for shown in outputs.in_part([each], Part(TODAY, TODAY)):
        assert shown.name("IIM-001") != each.name("IIM-001")
        assert "+from-2026-11-23." in shown.name("IIM-001")
