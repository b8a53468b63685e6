"""The same plan keeps its revision and its bytes; another one gets the next, and says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from durable.folders import (
    FLARE,
    LATER,
    TODAY,
    as_if,
    as_if_by,
    differences,
    entries,
    run,
    tree,
    write,
)

from taper.folder.outcomes import Outcome
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.record import ledger, plan_document
from taper.workers.pool import Pool


def revision(out, id: str = "IIM-001") -> object:
    return json.loads((out / f"{id}.json").read_text())["revision"]


def sentences(outcome: Outcome) -> list[str]:
    return [sentence for _, sentence in outcome.refusals()]


@pytest.fixture
def out(patients, tmp_path):
    run(patients, tmp_path / "out")
    return tmp_path / "out"


# The same again ------------------------------------------------


def test_the_first_revision_is_1(out):
    """§9.4.4."""
    assert {revision(out, id) for id in ("IIM-001", "IIM-004", "IIM-009")} == {1}


def test_a_plan_by_itself_has_no_revision(taper, patients):
    """§9.4.4."""
    result = taper("plan", patients / "IIM-001.yaml", "--today", TODAY, "--format", "json")
    assert json.loads(result.stdout)["revision"] is None


def test_a_batch_in_which_nothing_changed_leaves_every_byte_as_it_was(out, patients):
    before = tree(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    run(patients, out, workers=2)
    assert tree(out) == before
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == times


def test_a_later_day_on_which_nothing_changed_adds_its_page_and_touches_no_calendar(out, patients):
    before = tree(out)
    run(patients, out, today=LATER)
    others = {name for name in differences(before, tree(out)) if name.startswith("IIM-")}
    assert others == set()
    assert "Every plan was the same again." in (out / "runs" / f"{LATER}.html").read_text()
    assert tree(out)["ledger.jsonl"].startswith(before["ledger.jsonl"])


def test_whatever_changes_in_engine_or_library_the_same_plan_keeps_its_file(out, patients):
    as_if_by("taper 0.0.9", out)
    before = tree(out)
    run(patients, out, today=LATER)
    assert [each for each in differences(before, tree(out)) if each.startswith("IIM-")] == []


def test_what_was_said_otherwise_but_means_the_same_keeps_its_file(out, patients):
    path = patients / "IIM-001.yaml"
    path.write_text("# a remark\n" + path.read_text().replace("25", "25.0"))
    before = tree(out)
    run(patients, out)
    assert tree(out) == before


def test_neither_the_order_of_the_files_nor_the_number_of_processes_shows(patients, tmp_path):
    for workers in (1, 2):
        run(patients, tmp_path / f"out-{workers}", workers=workers)
    assert tree(tmp_path / "out-1") == tree(tmp_path / "out-2")


# Another plan ------------------------------------------------


def test_another_plan_is_the_next_revision_and_the_old_file_is_moved_away(out, patients):
    former = (out / "IIM-001.json").read_bytes()
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, today=LATER)
    assert revision(out) == 2
    assert (out / "superseded" / "IIM-001-r1.json").read_bytes() == former
    assert revision(out, "IIM-002") == 1
    assert [path.name for path in (out / "superseded").iterdir()] == ["IIM-001-r1.json"]


def test_back_to_the_first_plan_is_a_third_revision(out, patients):
    write(patients, "IIM-001", more=FLARE)
    run(patients, out)
    write(patients, "IIM-001")
    run(patients, out, accepted="J. Doe, entered for another")
    assert revision(out) == 3
    assert len(list((out / "superseded").iterdir())) == 2


def test_only_what_comes_after_the_old_revision_differs(out, patients):
    before = tree(out)
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, today=LATER)
    of_the_folder = {"ledger.jsonl", "manifest.json", "index.html", "tablets.csv"}
    summaries = {"summary.csv", "summary.xlsx"}
    new = {"superseded", "superseded/IIM-001-r1.json", f"runs/{LATER}.html"}
    assert set(differences(before, tree(out))) <= {"IIM-001.json"} | of_the_folder | summaries | new
    assert tree(out)["ledger.jsonl"].startswith(before["ledger.jsonl"])


def test_the_page_says_which_it_replaces_and_from_which_day_it_differs(patients, tmp_path):
    """§10.4.9."""
    out = tmp_path / "out"
    run(patients, out, formats=["html"])
    assert "This calendar replaces" not in (out / "IIM-001.html").read_text()
    old = entries(out)[0]
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, formats=["html"], today=LATER)
    page = " ".join((out / "IIM-001.html").read_text().split())
    assert f"This calendar replaces plan {old.plan_id[:8]}, revision 1, issued on Monday" in page
    assert "Destroy the old sheets" in page
    assert "It is different from Thursday, June 11, 2026 on" in page.replace("\u00a0", " ")


def test_a_format_that_was_asked_for_once_is_made_of_later_revisions_too(patients, tmp_path):
    out = tmp_path / "out"
    run(patients, out, formats=["json", "table"])
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, formats=["json"])
    assert (out / "IIM-001.table").is_file()
    assert (out / "superseded" / "IIM-001-r1.table").is_file()
    assert (out / "IIM-002.table").is_file()


def test_who_no_longer_takes_a_steroid_keeps_no_calendar(patients, tmp_path):
    out = tmp_path / "out"
    run(patients, out, formats=["html"], today=date(2026, 4, 30))  # before any day is past
    (patients / "IIM-001.yaml").write_text(
        "participant: IIM-001\nprotocol: iimpact\nsteroid: none\n"
    )
    run(patients, out, formats=["html"], today=date(2026, 4, 30))
    assert not (out / "IIM-001.html").exists()
    assert (out / "superseded" / "IIM-001-r1.html").is_file()
    assert str(entries(out)[-1].why[0]) == "infusion date: infusion 1 is no longer listed"


# The same plan on another paper ------------------------------------------------


def test_a_draft_that_is_confirmed_is_printed_again(patients, tmp_path):
    """§9.4.2: Its days are the same, but a sheet that says DRAFT is not for a patient's use."""
    out, before = tmp_path / "out", date(2026, 4, 1)
    run(patients, out, today=before)
    assert json.loads((out / "IIM-001.json").read_text())["provisional"]
    (outcome, *_) = run(patients, out, today=LATER)
    assert not json.loads((out / "IIM-001.json").read_text())["provisional"]
    assert (outcome.revision, outcome.why) == (2, ("infusion date: no longer provisional",))
    assert outcome.replaces.changed_from is None


def test_another_language_is_another_paper(out, patients):
    write(patients, "IIM-001", more="locale: en_GB\n")
    (outcome, *_) = run(patients, out)
    assert (outcome.revision, outcome.why) == (2, ("language: en_US to en_GB",))


def test_a_translation_that_was_signed_is_printed_again(out, patients):
    as_if(out, lambda entry: replace(entry, draft_translation=True))
    (outcome, *_) = run(patients, out)
    assert (outcome.revision, outcome.why) == (2, ("language: the translation is signed",))
    assert outcome.replaces.changed_from is None
    assert run(patients, out)[0].revision == 2


def test_a_translation_that_is_not_signed_any_more_is_printed_again(out, patients):
    write(patients, "IIM-001", more="locale: es_US\n")
    (outcome, *_) = run(patients, out)
    assert (outcome.revision, outcome.why) == (2, ("language: en_US to es_US",))
    as_if(out, lambda entry: replace(entry, draft_translation=False))
    (outcome, *_) = run(patients, out)
    assert outcome.why == ("language: the translation is a draft again",)


# Files of the same revision ------------------------------------------------


def test_a_format_that_is_asked_for_later_is_of_the_same_revision(out, patients):
    before = (out / "IIM-001.json").read_bytes()
    (outcome, *_) = run(patients, out, formats=["json", "table"], today=LATER)
    assert (outcome.written, outcome.kept) == (("IIM-001.table",), ("IIM-001.json",))
    assert (out / "IIM-001.json").read_bytes() == before
    assert "revision 1" in (out / "IIM-001.table").read_text()
    assert [entry.revision for entry in entries(out)] == [1] * 10
    assert not (out / "superseded").exists()


def test_a_file_that_was_lost_is_made_again(out, patients):
    before = tree(out)
    (out / "IIM-001.json").unlink()
    run(patients, out)
    assert tree(out) == before


def test_a_lost_file_that_can_only_be_made_otherwise_is_told_of(out, patients):
    as_if_by("taper 0.0.9", out)
    (out / "IIM-001.json").unlink()
    run(patients, out)
    last = entries(out)[-1]
    assert (last.kind, last.revision, last.wrote) == (ledger.LineKind.FILES, 1, ("IIM-001.json",))
    assert last.files["IIM-001.json"].engine == plan_document.ENGINE


@pytest.mark.parametrize("more", ["", FLARE], ids=["kept", "revised"])
def test_a_file_that_was_touched_is_neither_kept_nor_moved_nor_lost(out, patients, more):
    (out / "IIM-001.json").write_text("mine")
    write(patients, "IIM-001", more=more)
    (outcome, *others) = run(patients, out)
    assert sentences(outcome) == [
        f"{out / 'IIM-001.json'} is not the file that revision 1 wrote; put that back, or remove "
        "this one to have it made again.",
    ]
    assert (out / "IIM-001.json").read_text() == "mine"
    assert not any(other.refused for other in others)


def test_who_is_refused_now_keeps_the_calendar_there_was_and_it_is_said(out, patients):
    """§1.1.5."""
    before = (out / "IIM-001.json").read_bytes()
    write(patients, "IIM-001", dose_mg="-5")
    (outcome, *_) = run(patients, out)
    assert sentences(outcome)[-1].endswith("The calendar of revision 1 is left as it was.")
    assert (out / "IIM-001.json").read_bytes() == before


def test_an_id_that_only_looks_other_than_one_in_the_folder_is_refused(out, patients):
    """§5.1.3."""
    (patients / "IIM-001.yaml").unlink()
    write(patients, "iim-1")
    outcome = next(each for each in run(patients, out) if each.participant == "iim-1")
    assert "has calendars of IIM-001" in sentences(outcome)[0]


# Told to the person ------------------------------------------------


def test_the_screen_says_whose_paper_must_be_recalled(run_batch, patients, tmp_path):
    run_batch()
    old = entries(tmp_path / "out")[0]
    write(patients, "IIM-001", more=FLARE)
    result = run_batch(today="2026-11-25")
    said = " ".join(result.stderr.split())
    assert said == (
        f"IIM-001: recall revision 1 (plan {old.plan_id[:8]}, issued 2026-11-23); revision 2 "
        "replaces it, other from 2026-06-11 on. event: flare of 2026-06-11 added; past "
        "days: 93 days before 2026-11-25 altered, the first 2026-06-11: 10 mg prednisone "
        "to 12.5 mg prednisone. "
        "Recall the paper of: IIM-001 revision 1."
    )
    assert result.stdout.endswith("Written to out: 1 json.\nKept as they were: 4 json.\n")
    assert max(map(len, result.stderr.splitlines())) <= 80


def test_quiet_or_not_a_recall_is_said(run_batch, patients):
    run_batch()
    write(patients, "IIM-001", more=FLARE)
    result = run_batch("--quiet")
    assert result.stdout == ""
    assert "Recall the paper of: IIM-001 revision 1." in result.stderr


def test_json_says_it_too(run_batch, patients):
    run_batch()
    write(patients, "IIM-001", more=FLARE)
    first, second, *_ = map(json.loads, run_batch("--json").stdout.splitlines())
    assert (first["revision"], first["replaces"]["revision"]) == (2, 1)
    assert first["replaces"]["changed_from"] == "2026-06-11"
    assert first["why"][0] == "event: flare of 2026-06-11 added"
    assert (second["revision"], second["replaces"], second["kept"]) == (1, None, ["IIM-002.json"])


def test_what_a_run_told_that_was_ended_is_told_again(out, patients):
    """Its screen may be gone, and the paper must still come back."""
    write(patients, "IIM-001", more=FLARE)
    with Pool.of(1) as pool:
        outcomes = runs.batch(
            Asked(source=patients, out=out, outputs=(Output(Format.JSON),), today=TODAY), pool=pool
        )
        assert next(outcomes).replaces is not None
        outcomes.close()  # after the ledger, and before the manifest
    (outcome, other, *_) = run(patients, out)
    assert (outcome.revision, outcome.replaces.revision) == (2, 1)
    assert other.replaces is None
    (outcome, *_) = run(patients, out)
    assert outcome.replaces is None
