"""A part of the days in an output folder: a file of its own beside the whole (§10.10.6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from durable.folders import write

from taper.errors import ExitCode
from taper.folder.audit import audit
from taper.folder.outcomes import Outcome, Tally
from taper.folder.told import history
from taper.operations.plans import outputs
from taper.operations.plans.outputs import Format, Output
from taper.operations.plans.parts import AskedDays
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.planning.plan import Part
from taper.workers.pool import Pool

TODAY = date(2026, 11, 23)
PART = "IIM-001+from-2026-11-23.html"
AMENDED = """\
id: own
title: Ours
version: "{version}"
status: draft
sources: [section 6]
infusions: [{{number: 1, months: 0}}, {{number: 2, months: 3}}]
taper: {{after_infusion: 2, target_mg: 5, regimen: ese-es-2024-fast}}
"""
WITHDRAWN = "events: [{type: withdraw, date: 2026-06-11, reason: asked}]\n"


def run(place: Path, until: str, today: date = TODAY, since: date = TODAY) -> list[Outcome]:
    """A batch of HTML, which is printed by no press, with the days from one day on."""
    return list(
        runs.batch(
            Asked(
                source=place / "patients",
                out=place / "out",
                outputs=(Output(Format.HTML),),
                today=today,
                days=AskedDays(since, date.fromisoformat(until)),
            ),
            pool=Pool.of(1),
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
    said = (tmp_path / "out" / PART).read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Issued on Wednesday, November 25, 2026" in said
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


def test_the_index_names_a_part_by_its_first_day(tmp_path):
    """§10.10.6."""
    write(tmp_path / "patients", "IIM-001")
    run(tmp_path, "2026-12-20")
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.index(">calendar (html)</a>") < page.index(">calendar from 2026-11-23 (html)</a>")


def test_what_a_batch_would_do_is_told_of_parts_too(tmp_path):
    """§10.10.6: what would be written, and why a part would not be."""

    def ahead(until: str) -> Outcome:
        (verdict,) = runs.ahead(
            Asked(
                source=tmp_path / "patients",
                out=tmp_path / "out",
                outputs=(Output(Format.HTML),),
                today=TODAY,
                days=AskedDays(TODAY, date.fromisoformat(until)),
            ),
            pool=Pool.of(1),
        )
        return verdict.outcome

    write(tmp_path / "patients", "IIM-001")
    assert ahead("2026-12-20").written == ("IIM-001.html", PART)
    run(tmp_path, "2026-12-20")
    assert ahead("2026-12-20").written == ()
    assert "is there with the days until 2026-12-20" in str(ahead("2026-12-27").unprinted[0])
    (tmp_path / "out" / PART).unlink()
    assert ahead("2026-12-20").written == (PART,)


def test_a_part_of_an_amended_protocol_is_one_of_the_next_revision(tmp_path):
    """§10.10.6: it says another plan's id than the whole that is out, which it would lie beside."""
    own = tmp_path / "patients" / "protocols" / "own.yaml"
    write(tmp_path / "patients", "IIM-001", protocol="protocols/own.yaml")
    own.parent.mkdir()
    own.write_text(AMENDED.format(version="1.0"))
    run(tmp_path, "2026-12-20")
    own.write_text(AMENDED.format(version="2.0"))
    (outcome,) = run(tmp_path, "2026-12-20")
    assert (outcome.revision, outcome.written) == (1, ())
    (outcome,) = run(tmp_path, "2026-12-20", since=date(2026, 11, 30))
    assert outcome.revision == 2
    assert outcome.written == ("IIM-001.html", "IIM-001+from-2026-11-30.html")
    assert audit(tmp_path / "out").found == []


@pytest.mark.parametrize("each", outputs.ALL)
def test_a_part_never_has_the_name_of_the_whole(each):
    """§10.10.6."""
    for shown in outputs.in_part([each], Part(TODAY, TODAY)):
        assert shown.name("IIM-001") != each.name("IIM-001")
        assert "+from-2026-11-23." in shown.name("IIM-001")
