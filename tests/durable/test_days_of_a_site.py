"""A site's days: what each run leaves to be done, what came back, and the board."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from durable.folders import FLARE, LATER, TODAY, entries, run, tree, write

from taper.cli.shown.board import board_text
from taper.errors import ExitCode, Refusal, UsageError
from taper.folder import board, finishing, keeping, merged_pdf
from taper.folder.audit import audit
from taper.folder.ledger_file import LedgerFile
from taper.folder.told import history
from taper.folder.told import lines as ledger_lines
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import recalling, runs
from taper.operations.site.asked import Asked
from taper.paper.press.renderer import RenderingFailed
from taper.record import ledger, on_a_day, recalls, revising
from taper.record.changes import Cause, Change
from taper.record.ledger import Entry
from taper.record.recalls import Urgency
from taper.record.runs import MOST_NAMED, Recalled, Refused, Run
from taper.storage.reasons import CannotWrite
from taper.workers.pool import Pool

PHONE = "contact: {site: Harbor, phone: 555-0199}\n"
AMENDED = """\
id: own
title: own
version: "{version}"
status: illustrative
sources: [a test]
infusions: [{{number: 1, months: 0}}, {{number: 2, months: 3}}]
market: US
taper:
  after_infusion: 2
  target_mg: 5
  maintenance_days: {days}
  regimen: ese-es-2024-fast
flare: {{}}
"""


@pytest.fixture
def out(patients, tmp_path):
    run(patients, tmp_path / "out")
    return tmp_path / "out"


EXAMPLE = "EXAMPLE, NOT FOR PATIENT USE: the protocol is illustrative."


def page(out, name=None) -> str:
    return (out / "runs" / f"{name or TODAY}.html").read_text()


# A page for each run ------------------------------------------------------------------------------


def test_the_ledger_is_read_as_often_for_many_as_for_few(tmp_path, monkeypatch):
    """A page that looked through all of it once a participant would never end at a large site."""
    times = []
    read = LedgerFile._between

    def watched(self, start, end):
        times.append(start)
        return read(self, start, end)

    monkeypatch.setattr(LedgerFile, "_between", watched)
    asked = []
    for number in (2, 6):
        for i in range(number):
            write(tmp_path / str(number), f"IIM-00{i}")
        run(tmp_path / str(number), tmp_path / f"out-{number}")
        asked.append(len(times))
        times.clear()
    assert asked[0] == asked[1]


def test_each_run_leaves_a_page_and_a_second_one_of_a_day_a_second_page(out, patients):
    first = page(out)
    run(patients, out)  # the same again adds nothing
    write(patients, "IIM-001", more=FLARE)
    run(patients, out)
    assert sorted(path.name for path in (out / "runs").iterdir()) == [
        f"{TODAY}-2.html",
        f"{TODAY}.html",
    ]
    assert page(out) == first
    assert "Take back: 1 participant" in page(out, f"{TODAY}-2")
    index = (out / "index.html").read_text()
    assert index.index(f"runs/{TODAY}-2.html") < index.index(f"runs/{TODAY}.html")
    assert f"Calendars as of {TODAY}" in index
    assert 'href="../index.html"' in first
    assert audit(out).found == []


def test_a_page_that_was_touched_or_is_missing_is_named_by_the_audit(out):
    (out / "runs" / f"{TODAY}.html").write_text("mine")
    (out / "runs" / "other.html").write_text("mine")
    assert {(each.file, each.fault.value) for each in audit(out).found} == {
        (f"runs/{TODAY}.html", "touched"),
        ("runs/other.html", "extra"),
    }


def test_a_dose_is_recalled_before_a_date_and_a_date_before_a_phone(patients, tmp_path):
    out = tmp_path / "out"
    run(patients, out)
    write(patients, "IIM-001", more=PHONE)
    write(patients, "IIM-003", more=FLARE)
    run(patients, out)
    text = page(out, f"{TODAY}-2")
    assert text.index("Days that are past were altered") < text.rindex(" before 2026-11-23 altered")
    assert text.index("IIM-003") < text.index("IIM-001")
    assert text.index(Urgency.DOSE.said.capitalize()) < text.index(Urgency.DETAILS.said[1:])


def test_marks_and_rules_are_less_urgent_than_doses_and_more_than_a_phone(out, patients):
    write(patients, "IIM-001", more=FLARE)
    run(patients, out)
    entry = entries(out)[-1]
    assert recalls.urgency_of(entry) is Urgency.DOSE
    same = replace(entry, replaces=replace(entry.replaces, changed_from=None))
    status = replace(same, why=(Change(Cause.STATUS, "approved"), Change(Cause.CONTACT, "phone")))
    assert recalls.urgency_of(status) is Urgency.PLAN
    assert recalls.urgency_of(replace(same, why=status.why[1:])) is Urgency.DETAILS


def test_a_paper_whose_participant_is_refused_later_no_longer_fits_its_data(patients, run_batch):
    run_batch()
    write(patients, "IIM-002", dose_mg="900")
    said = run_batch()
    assert "The paper of IIM-002 (revision 1) no longer fits its data." in said.stderr
    out = patients.parent / "out"
    sentence = "the paper of IIM-002 (revision 1) no longer fits its data"
    assert sentence in page(out, f"{TODAY}-2")
    assert "paper no longer fits its data" in (out / "index.html").read_text()
    rows = (out / "summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "no longer fits its data" in rows[2]
    assert [each.papers for each in board.board(out, TODAY)][1][0] == "no longer fits its data"


def test_a_paper_holds_where_only_a_further_one_could_not_be_printed(out, patients):
    """Their data did not change; of who has another plan that cannot be printed they did."""

    def breaks(html: str, **_: object) -> bytes:
        raise RenderingFailed("the printer is out of order")

    write(patients, "IIM-001", more=FLARE)
    asked = Asked(source=patients, out=out, outputs=(Output(Format.PDF),), today=TODAY)
    first, second, *_ = list(runs.batch(asked, pool=Pool.of(1), press=breaks))
    assert (first.left, first.holds, second.left, second.holds) == (1, None, None, 1)
    (sentence,) = [said for _, said in second.refusals()]
    assert sentence.endswith(" The papers of revision 1 are left as they were, and hold.")
    index = (out / "index.html").read_text()
    assert "IIM-001 (revision 1)" in index
    assert "IIM-002 (revision 1)" not in index
    papers = {each.participant: each.papers for each in board.board(out, TODAY)}
    assert papers["IIM-001"][0] == "no longer fits its data"
    assert "no longer fits its data" not in papers["IIM-002"]


def test_a_file_in_the_way_hides_no_paper_that_no_longer_fits(out, patients):
    """Where the plan is the same again, the paper that is out holds."""
    for who in ("IIM-001", "IIM-002"):
        (out / f"{who}.days.csv").write_text("somebody's")
    write(patients, "IIM-001", more=FLARE)
    first, second, *_ = run(patients, out, today=LATER, formats=("json", "days.csv"))
    assert (first.left, first.holds, second.left, second.holds) == (1, None, None, 1)
    papers = {each.participant: each.papers for each in board.board(out, LATER)}
    assert papers["IIM-001"][0] == "no longer fits its data"
    assert "no longer fits its data" not in papers["IIM-002"]


def test_a_refusal_is_told_by_its_fields_and_nothing_that_was_read_is_kept(out, patients):
    write(patients, "IIM-002", strengths="[Anna]")
    run(patients, out)
    told = (out / "ledger.jsonl").read_text() + page(out, f"{TODAY}-2")
    assert "steroid.strengths" in told
    assert "Anna" not in told


def test_the_row_of_a_table_that_was_refused_is_named_once(tmp_path):
    table = tmp_path / "site.csv"
    good = "A-02,iimpact,prednisone,20,2026-01-31,2026-04-30"
    head = "participant,protocol,drug,dose_mg,infusion_1,infusion_2"
    table.write_text(f"{head}\nA-01,iimpact,prednisone,x,,\n{good}\n")
    run(table, tmp_path / "out")
    assert ">site.csv row 2<" in page(tmp_path / "out")


def test_whoever_is_in_the_folder_and_not_in_the_source_is_named(out, patients):
    (patients / "IIM-004.yaml").unlink()
    run(patients, out, today=LATER)
    assert "In the folder, but not in the source" in page(out, LATER)
    assert "<b>IIM-004</b>, revision 1" in page(out, LATER)
    assert board.board(out, LATER)[3].papers[0] == "not in the source"


def test_what_a_person_typed_as_the_name_of_a_source_is_printed_literally(patients, tmp_path):
    odd = patients.rename(tmp_path / "<b>site")
    run(odd, tmp_path / "out")
    assert "&lt;b&gt;site" in page(tmp_path / "out")


def test_a_run_that_was_stopped_is_told_of_when_it_has_gone_on_to_its_end(out, patients):
    with keeping.opened(out) as kept:
        finishing.finish(kept, run=Run(LATER, "patients", engine="taper 0.1.0"), is_over=False)
    assert not (out / "runs" / f"{LATER}.html").exists()
    run(patients, out, today=LATER)
    assert (out / "runs" / f"{LATER}.html").is_file()
    assert audit(out).found == []


# Papers -------------------------------------------------------------------------------------------


def test_only_the_changed_papers_are_in_one_pdf(patients, tmp_path, monkeypatch):
    """Of the first run all are new, and such a file would be the whole folder."""
    asked = []

    def write_names(*_: object, only: Callable[[], Iterable[Entry]]) -> None:
        asked.append([name for entry in only() for name in entry.files])

    monkeypatch.setattr(merged_pdf, "write", write_names)
    monkeypatch.setattr(merged_pdf, "sheets", lambda entry, **_: iter(entry.files))
    out = tmp_path / "out"
    run(patients, out)
    assert not (out / "changed.pdf").exists()
    write(patients, "IIM-003", more=FLARE)
    run(patients, out)
    assert asked == [["IIM-003.json"]]
    assert 'href="changed.pdf"' in (out / "index.html").read_text()
    asked.clear()
    run(patients, out, formats=["json", "html"])  # further papers of the same plans
    assert asked
    assert {name.partition(".")[2] for name in asked[-1]} == {"html"}


def test_a_printer_gets_a_patients_papers_in_order_and_parts_where_they_came_with_the_run():
    names = ("A+emergency.pdf", "A+from-2026-06-01.pdf", "A+pharmacy.pdf", "A.json", "A.pdf")
    entry = SimpleNamespace(participant="A", files=dict.fromkeys((*names, "A+notice.pdf")))
    whole = ["A+notice.pdf", "A.pdf", "A+emergency.pdf"]
    assert list(merged_pdf.sheets(entry)) == whole
    whole.insert(2, "A+from-2026-06-01.pdf")
    assert list(merged_pdf.sheets(entry, parts=True)) == whole


def test_a_paper_that_has_no_successor_is_named(patients, tmp_path):
    out, early = tmp_path / "out", date(2026, 4, 30)
    run(patients, out, formats=["html", "json"], today=early)
    write(patients, "IIM-001").write_text(
        "participant: IIM-001\nprotocol: iimpact\nsteroid: none\n"
    )
    run(patients, out, formats=["json"], today=early)
    text = page(out, f"{early}-2")
    assert text.index("Papers without a successor") < text.index("calendar (html)</li>")


def test_tablets_that_may_come_back_are_counted_by_the_revision_before(patients, tmp_path):
    out, early = tmp_path / "out", date(2026, 5, 1)
    run(patients, out, today=early)
    former = next(entry for entry in entries(out) if entry.participant == "IIM-001")
    left = "events: [{type: withdraw, date: 2026-05-20, reason: moved}]\n"
    write(patients, "IIM-001", more=left)
    run(patients, out, today=date(2026, 5, 20))
    since = entries(out)[-1].replaces.changed_from
    expected = on_a_day.tablets_from(former.kept, since)
    assert expected
    for each in expected:
        assert f"{each.tablets} of prednisone {each.strength_mg} mg" in page(out, "2026-05-20")


@pytest.mark.parametrize(("version", "days", "revision"), [("2.0", 14, 1), ("2.0", 56, 2)])
def test_an_amendment_that_only_prints_fewer_days_is_no_revision(
    version, days, revision, patients, tmp_path
):
    """Who takes the same has no other paper to fetch; more days are days that no paper had."""
    own = patients / "protocols" / "own.yaml"
    own.parent.mkdir()
    own.write_text(AMENDED.format(version="1.0", days=28))
    write(patients, "IIM-001", protocol="protocols/own.yaml")
    run(patients, tmp_path / "out")
    own.write_text(AMENDED.format(version=version, days=days))
    run(patients, tmp_path / "out")
    last = [each for each in entries(tmp_path / "out") if each.participant == "IIM-001"][-1]
    assert last.revision == revision
    assert last.replaces is None or last.replaces.changed_from is None


def test_another_protocol_or_another_fact_is_a_revision_though_the_doses_are_the_same(out):
    entry = next(each for each in entries(out) if each.participant == "IIM-001")
    assert revising.changes_nothing(entry, entry)
    other = replace(entry, kept=entry.kept._replace(protocol="other"))
    assert not revising.changes_nothing(entry, other)
    phone = replace(entry, facts={**entry.facts, "contact": {"phone": "555-0199"}})
    assert not revising.changes_nothing(entry, phone)


# Days ---------------------------------------------------------------------------------------------


def test_a_day_before_that_of_the_last_run_is_refused_unless_it_is_meant(out, patients, run_batch):
    run(patients, out, today=LATER)
    before = tree(out)
    with pytest.raises(UsageError, match=r"--today is 2026-11-23, and the last run .* 2026-11-25"):
        run(patients, out)
    assert tree(out) == before
    assert run_batch("--allow-earlier-day").exit_code == 0
    run(patients, out)  # the day of the last run counts, not the newest that there ever was


def test_a_ledger_without_runs_counts_by_its_newest_issue(patients, tmp_path):
    kept = SimpleNamespace(last_run=None, every_entry=lambda: iter(()))
    assert keeping.LedgerFile.newest_day(kept) is None


# What came back -----------------------------------------------------------------------------------


@pytest.fixture
def revised(out, patients):
    write(patients, "IIM-001", more=FLARE)
    run(patients, out, today=LATER)
    return out


def test_a_recall_that_was_ticked_off_is_asked_for_no_longer(revised, patients, taper):
    command = ("recalled", "out", "IIM-001", "--on", LATER, "--by", "study nurse")
    said = taper(*command, "--today", LATER)
    assert (said.exit_code, said.stdout) == (
        0,
        "IIM-001: back up to revision 1, on 2026-11-25, by study nurse.\n",
    )
    assert "Take back" not in (revised / "index.html").read_text()
    assert all("take back" not in " ".join(each.papers) for each in board.board(revised, LATER))
    assert audit(revised).found == []
    assert "study nurse" in taper("history", "out", "IIM-001").stdout
    assert isinstance(ledger_lines(revised, "IIM-001")[-1], Recalled)
    assert [entry.revision for entry in history(revised, "IIM-001")] == [1, 2]
    run(patients, revised, today=LATER)
    assert "Nothing must be done." in page(revised, f"{LATER}-2")
    again = taper(*command, "--today", LATER)
    assert again.exit_code == 1
    assert (
        "IIM-001: recall is none that is open: up to revision 1 all came back on 2026-11-25, and "
        "revision 2 is current"
    ) in " ".join(again.stderr.split())


def test_a_recall_after_which_a_file_cannot_be_written_says_that_it_is_noted(
    revised, taper, monkeypatch
):
    """Who typed the same again would be told that none is open."""

    def finish(*_: object, **__: object) -> None:
        touched = "IIM-002.pdf is not the file that revision 1 wrote"
        raise keeping.Interrupted(CannotWrite(revised / "merged.pdf", touched))

    monkeypatch.setattr(recalling.finishing, "finish", finish)
    said = taper("recalled", "out", "IIM-001", "--on", LATER, "--by", "nurse", "--today", LATER)
    assert said.exit_code == ExitCode.STOPPED
    text = " ".join(said.stderr.split())
    assert "the papers of IIM-001 are noted as back: the next taper batch goes on." in text
    assert isinstance(ledger_lines(revised, "IIM-001")[-1], Recalled)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("IIM-001", "--on", "2026-11-24"), "--on is 2026-11-24; allowed: a day from 2026-11-25"),
        (("IIM-001", "--on", "2026-11-26"), "a day up to today, 2026-11-25"),
        (("IIM-002", "--on", "2026-11-26"), "IIM-002: --on is 2026-11-26; allowed: a day up to"),
        (("IIM-002", "--on", "2026-11-25"), "IIM-002: recall is none that is open, revision 1"),
        (("IIM-01", "--on", "2026-11-25"), "participant is IIM-01; allowed: one of 5"),
        (("IIM-001", "--on", "yesterday"), "--on"),
    ],
)
def test_what_cannot_have_come_back_is_refused(words, said, revised, taper):
    before = tree(revised)
    result = taper("recalled", "out", *words, "--by", "nurse", "--today", LATER)
    assert result.exit_code in (1, 2)
    assert said in result.stderr.replace("\n", " ")
    assert tree(revised) == before


def test_who_took_a_paper_back_or_runs_a_batch_is_somebody(revised, taper, run_batch):
    before = tree(revised)
    words = ("recalled", "out", "IIM-001", "--on", LATER, "--today", LATER)
    for nobody in ("no", "N/A", "1"):
        said = taper(*words, "--by", nobody).stderr
        assert said == f"--by is '{nobody}'; allowed: who it was, a role such as study nurse.\n"
    assert run_batch("--by", "none").exit_code == ExitCode.USAGE
    assert tree(revised) == before


def test_nothing_is_ticked_off_in_a_folder_that_no_batch_wrote(tmp_path):
    with pytest.raises(Refusal, match="the folder that a batch was written to"):
        recalling.recalled(tmp_path, "IIM-001", on=TODAY, by="nurse", today=TODAY)


def test_a_paper_that_was_taken_back_while_it_did_not_fit_is_handed_out_again(out, patients):
    write(patients, "IIM-002", dose_mg="900")
    run(patients, out)
    recalling.recalled(out, "IIM-002", on=TODAY, by="nurse", today=TODAY)
    with pytest.raises(Refusal, match=f"open: up to revision 1 all came back on {TODAY}; allowed"):
        recalling.recalled(out, "IIM-002", on=TODAY, by="nurse", today=TODAY)
    assert "no longer fits its data</li>" not in (out / "index.html").read_text()
    assert board.board(out, TODAY)[1].papers[0] == "taken back"
    write(patients, "IIM-002")
    run(patients, out)
    assert board.board(out, TODAY)[1].papers[0] == "was taken back: hand it out again"


# Lines --------------------------------------------------------------------------------------------


def test_a_run_and_a_recall_are_read_as_they_were_written():
    run_line = Run(
        TODAY,
        "patients",
        (".pdf", "+wallet.pdf"),
        (Refused("IIM-1", "a.yaml", None, ("steroid",), 2), Refused(None, "b.csv", 7, (), None)),
        ("IIM-9",),
        3,
        {"runs/2026-11-23.html": "0" * 64},
        "taper 0.1.0",
    )
    for line in (run_line, Recalled("IIM-1", 1, TODAY, "nurse", "taper 0.1.0")):
        (read, _), *_ = ledger.chained([ledger.line_of(ledger.Head().numbered(line))])
        assert ledger.line_of(read) == ledger.line_of(ledger.Head().numbered(line))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pages", {"../index.html": "0" * 64}),
        ("pages", {"runs/../x.html": "0" * 64}),
        ("asked", ["/etc/passwd"]),
        ("absent", ["../IIM-1"]),
        ("absent", ["IIM-1"] * (MOST_NAMED + 1)),
        ("who", "nurse"),
        ("kind", "other"),
    ],
)
def test_a_line_of_a_run_says_nothing_else(key, value):
    said = json.loads(ledger.line_of(Run(TODAY, "x", engine="taper 0.1.0", previous="0" * 64)))
    assert ledger.entry_of(json.dumps(said).encode(), 1)
    with pytest.raises(ledger.LedgerBroken):
        ledger.entry_of(json.dumps({**said, key: value}).encode(), 1)


# The board ----------------------------------------------------------------------------------------


def test_the_board_says_what_each_takes_what_changes_and_what_is_to_be_seen_to(patients, tmp_path):
    out = tmp_path / "out"
    write(patients, "IIM-002", second="date: 2026-05-20")  # is planned
    write(patients, "IIM-003", more="events: [{type: flare, date: 2026-05-18}]\n")
    run(patients, out, today=date(2026, 5, 19))
    first, second, third, _, none = board.board(out, date(2026, 6, 1))
    plan = json.loads((out / "IIM-001.json").read_text())
    day = next(each for each in plan["days"] if each["date"] == "2026-06-01")
    later = next(
        each
        for each in plan["days"]
        if each["date"] > "2026-06-01" and each["dose_mg"] != day["dose_mg"]
    )
    assert first.today == f"prednisone {day['dose_mg']} mg"
    assert (str(first.change_on), first.change_to) == (
        later["date"],
        f"prednisone {later['dose_mg']} mg",
    )
    assert str(first.last_day) == plan["days"][-1]["date"]
    assert second.undated == ((2, date(2026, 5, 20)),)
    assert [(each.kind, each.days) for each in third.open] == [("flare", 15)]
    assert (none.today, none.papers) == (None, ())


def test_over_a_board_stands_of_how_many_its_banner_is(patients, tmp_path):
    write(patients, "IIM-002", second="date: 2027-05-20")
    run(patients, tmp_path / "out")
    lines = board.board(tmp_path / "out", TODAY)
    example, planned = board.banners(lines)
    assert example == EXAMPLE
    assert planned == (
        "PROVISIONAL, NOT FOR PATIENT USE: the infusion is only planned. So for 1 of the 4 "
        "whose plan says a dose for this day."
    )
    approved = [replace(line, protocol_status="approved", provisional=False) for line in lines]
    assert board.banners(approved) == ()


def test_a_calendar_whose_days_are_over_is_to_be_printed_again(out):
    line = board.board(out, TODAY)[0]
    assert line.days_left < 0
    assert line.papers == ("print again: its days are over",)
    assert (line.today, line.is_printed) == ("prednisone 5 mg", False)


@pytest.mark.parametrize("width", [45, 80, 120])
def test_the_board_fits_the_terminal_and_no_dose_leaves_its_unit(width, out):
    text = board_text(board.board(out, TODAY), TODAY, width)
    assert max(map(len, text.splitlines())) <= width
    assert not any(line.strip().startswith("mg") for line in text.splitlines())
    assert all(f"IIM-00{number}" in text for number in (1, 2, 3, 4, 9))


def test_the_board_is_a_table_json_or_a_page_and_writes_nothing_else(out, taper, tmp_path):
    before = tree(out)
    lines = taper("board", "out", "--today", TODAY, "--format", "json").stdout.splitlines()
    assert json.loads(lines[0])["participant"] == "IIM-001"
    assert json.loads(lines[0])["protocol_status"] == "illustrative"
    shown = taper("board", "out", "--today", TODAY, "--format", "html").stdout
    assert (
        taper("board", "out", "--today", TODAY, "--format", "html", "--out", "b.html").exit_code
        == 0
    )
    assert (tmp_path / "b.html").read_text() == shown
    assert "<h1>Board as of 2026-11-23</h1>" in shown
    text = taper("board", "out", "--today", TODAY).stdout
    assert all(EXAMPLE in each for each in (shown, text, page(out)))
    assert taper("board", "out", "--format", "pdf").exit_code == 2
    assert taper("board", "out", "--out", "x").exit_code == 2
    assert tree(out) == before


@pytest.mark.parametrize(
    "words",
    [
        ("board", "out", "--format", "html", "--out", "out/ledger.jsonl"),
        ("results", "patients", "--format", "json", "--out", "out/manifest.json"),
        (
            "regimens",
            "compare",
            "combivas",
            "--from",
            "20",
            "--to",
            "5",
            "--svg",
            "out/IIM-001.json",
        ),
    ],
)
def test_nothing_else_is_written_over_what_a_ledger_answers_for(patients, out, taper, words):
    """The file is named, and is as it was."""
    before = tree(out)
    done = taper(*words, *(() if words[0] == "regimens" else ("--today", TODAY)))
    assert done.exit_code == ExitCode.REFUSED
    assert "a batch wrote it, and its ledger answers for it" in " ".join(done.stderr.split())
    assert tree(out) == before


def test_a_board_of_a_day_before_the_last_run_says_by_which_plans_it_is(out, taper):
    """What was in force on that day may be another plan; on the day of the run nothing is said."""
    said = (
        "2026-11-22 is before the last run, which was as of 2026-11-23: what stands here is by the "
        "plans of that run, and papers that were out before it may say otherwise."
    )
    day_before = ("board", "out", "--today", "2026-11-22")
    assert said in " ".join(taper(*day_before).stdout.split())
    assert said in taper(*day_before, "--format", "html").stdout
    as_json = taper(*day_before, "--format", "json")
    assert as_json.stderr == f"{said}\n"
    assert json.loads(as_json.stdout.splitlines()[0])["last_run"] == "2026-11-23"
    assert "before the last run" not in taper("board", "out", "--today", TODAY).stdout


def test_a_line_that_is_not_whole_is_told_and_not_read(out, taper):
    """An editor that takes the last line end takes a recall with it."""
    path = out / "ledger.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    for words in (("board", "out", "--today", TODAY), ("history", "out")):
        told = taper(*words)
        assert told.exit_code == 0
        assert "ledger.jsonl ends within a line, which is not read: a run was ended" in told.stderr
    path.write_bytes(path.read_bytes() + b"\n")
    assert taper("history", "out").stderr == ""


def test_a_board_of_a_ledger_that_was_changed_is_refused(out):
    path = out / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"25"', b'"24"', 1))
    with pytest.raises(Exception, match="was changed"):
        board.board(out, TODAY)
