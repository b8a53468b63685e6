"""`taper plan --document`: the papers beside the calendar."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.conftest import USUAL
from pypdfium2 import PdfDocument

from taper.errors import ExitCode
from taper.paper import documents
from taper.paper.documents import Paper
from taper.record import plan_document
from taper.trial.ids import parse_id

ACCEPTED = ("--accept-past", "the pharmacist, typed wrongly")
PAPERS = ("large-print", "pharmacy", "investigator", "wallet")
NEAR = USUAL.format(id="IIM-001").replace("dose_mg: 25", "dose_mg: 7.5")
"""Somebody near the target, whose calendars have few pages."""


def plain(said: str) -> str:
    """The same with plain spaces where no line may end."""
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("paper", PAPERS)
def test_a_document_is_written_as_participant_and_its_name(run, write, tmp_path, paper):
    result = run("plan", write(text=NEAR), "--document", paper, "--out", "out")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written - {"IIM-001+emergency.pdf"} == {f"IIM-001+{paper}.pdf"}
    assert ("IIM-001+emergency.pdf" in written) == (paper == "large-print")
    assert f"Wrote out/IIM-001+{paper}.pdf\n" in result.stderr


def test_the_emergency_card_is_not_printed_where_that_is_said(run, write, tmp_path):
    """§10.11.12."""
    words = ("--format", "pdf", "--no-emergency-card", "--out", "out")
    assert run("plan", write(text=NEAR), *words).exit_code == ExitCode.WRITTEN
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["IIM-001.pdf"]


def test_html_goes_to_the_screen(run, write):
    result = run("plan", write(), "--document", "pharmacy", "--format", "html")
    assert "Pharmacy sheet: predniSONE" in result.stdout


def test_the_terms_of_a_pharmacy_are_those_of_its_sheet(run, write):
    terms = ("--dispense", "days:28", "--spare-days", "3")
    result = run("plan", write(), "--document", "pharmacy", "--format", "html", *terms)
    assert "each time with 3\N{NO-BREAK SPACE}spare days" in result.stdout


def test_a_notice_says_what_changed_since_an_earlier_plan(run, write, tmp_path):
    before = run("plan", write(), "--format", "json", "--out", "old")
    assert before.exit_code == ExitCode.WRITTEN
    (tmp_path / "patients" / "IIM-001.yaml").write_text(
        (tmp_path / "patients" / "IIM-001.yaml").read_text().replace("dose_mg: 25", "dose_mg: 20")
    )
    replaces = ("--replaces", tmp_path / "old" / "IIM-001.json")
    path = tmp_path / "patients" / "IIM-001.yaml"
    asked = (
        "--document",
        "notice",
        *replaces,
        "--format",
        "html",
        "--today",
        "2026-05-02",
        *ACCEPTED,
    )
    result = run("plan", path, *asked, today=None)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert "From Saturday, May 2, 2026 until Wednesday, May 13, 2026" in plain(result.stdout)
    assert "take 20\N{NO-BREAK SPACE}mg of prednisone every day" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--document", "pharmcy"), "(did you mean pharmacy?)"),
        (("--document", "pharmacy", "--format", "json"), "allowed: pdf or html"),
        (("--document", "notice"), "notice without --replaces"),
        (("--document", "wallet", "--replaces", "x.json"), "with calendar, large-print or notice"),
        (("--paper", "A5", "--format", "pdf"), "--paper is 'A5'; allowed: letter or A4"),
    ],
)
def test_a_wrong_choice_is_wrong_usage(run, write, words, said):
    result = run("plan", write(), *words)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr
    assert result.stdout == ""


def test_a_missing_earlier_plan_is_refused(run, write):
    result = run("plan", write(), "--document", "notice", "--replaces", "no.json")
    assert result.exit_code == ExitCode.REFUSED
    assert "no.json" in result.stderr


@pytest.mark.parametrize("paper", PAPERS)
def test_who_takes_no_steroid_has_no_papers(run, write, paper):
    text = "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n"
    result = run("plan", write("IIM-009.yaml", text), "--document", paper)
    assert result.exit_code == ExitCode.REFUSED
    assert "IIM-009 takes no steroid: there is no" in result.stderr


# Calendars of a part, of another size, in the place of another ---------------------------------


def test_a_part_is_printed_and_the_plan_stays_what_it_is(run, write):
    """§10.10.1."""
    days = ("--from", "2026-05-25", "--until", "2026-06-08")
    part = run("plan", write(), "--format", "html", *days)
    whole = run("plan", write(), "--format", "html")
    assert "Only Monday, May 25, 2026 until Monday, June 8, 2026" in plain(part.stdout)
    plan_ids = [re.search(r"Plan (\w{8})", each.stdout)[1] for each in (part, whole)]
    assert plan_ids[0] == plan_ids[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-04-29"), "--from is 2026-04-29"),
        (("--until", "2026-04-01"), "--until is 2026-04-01"),
        (("--from", "2026-04-01", "--weeks", "1"), "--from is 2026-04-01"),
    ],
)
def test_a_part_that_the_plan_does_not_have_is_refused_and_not_cut(run, write, words, said):
    """§10.10.2."""
    result = run("plan", write(), "--format", "html", *words)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith(f"IIM-001: {said}; allowed: a day of the plan, 2026-04-30")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weeks", "4"), "--weeks is given without --from"),
        (("--from", "today", "--weeks", "0"), "--weeks is '0'; allowed: a whole number from 1 to"),
        (
            ("--from", "today", "--weeks", "4", "--until", "2027-01-01"),
            "--weeks is given with --un",
        ),
    ],
)
def test_weeks_are_counted_from_a_day(run, write, words, said):
    """§10.10.1."""
    result = run("plan", write(), "--format", "html", *words)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr


def test_from_today_there_is_always_a_calendar(run, write, tmp_path):
    """§6.5.7, §10.10.6: the printed days are over since September."""
    result = run(
        "plan", write(), "--format", "html", "--from", "today", "--weeks", "4", "--out", "o"
    )
    assert result.exit_code == ExitCode.WRITTEN
    (written,) = (tmp_path / "o").iterdir()
    assert written.name.startswith("IIM-001+from-20")
    assert "take 5 mg" in plain(written.read_text())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--from", "25.5.2026", "--format", "pdf"),
            "--from is '25.5.2026'; allowed: today, or a calendar date",
        ),
        (("--from", "2026-06-08"), "--from is given without a calendar to print"),
        (("--until", "2026-06-08", "--format", "json"), "--until is given without a calendar"),
        (("--until", "2026-06-08", "--document", "wallet"), "--until is given without a calendar"),
        (
            ("--from", "2026-06-08", "--until", "2026-06-07", "--format", "pdf"),
            "--from is 2026-06-08 and --until is 2026-06-07",
        ),
    ],
)
def test_a_part_of_what_has_no_days_is_wrong_usage(run, write, words, said):
    result = run("plan", write(), *words)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr


def test_several_documents_are_written_at_once(run, write, tmp_path):
    asked = [word for each in ("calendar", "wallet") for word in ("--document", each)]
    result = run("plan", write(), *asked, "--format", "html", "--format", "json", "--out", "out")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["IIM-001+wallet.html", "IIM-001.html", "IIM-001.json"]


def test_the_file_of_a_document_has_a_name_that_no_participant_has():
    """§10.10.5: `IIM-001-wallet` may be a participant, whose calendar must not be taken for a
    card.
    """
    for document in Paper:
        if document is not Paper.CALENDAR:
            with pytest.raises(ValueError, match="letters"):
                parse_id(documents.stem("IIM-001", document))


@pytest.mark.parametrize("paper", ["letter", "A4", "a4"])
def test_the_paper_may_be_another_than_that_of_the_locale(run, write, paper):
    """§10.5.3."""
    result = run("plan", write(), "--format", "html", "--paper", paper)
    assert f"size: {'A4' if paper.lower() == 'a4' else paper} landscape" in result.stdout


@pytest.mark.parametrize(
    ("revision", "read"),
    [
        ("7. NEW DOSE from today: take 40 mg", "'7. NEW DOSE from today: take 40 mg'"),
        (0, "0"),
        (True, "True"),
        (10**30, "1" + "0" * 30),
        ([1], "a list of 1 entry"),
    ],
)
def test_an_earlier_plans_revision_is_a_number_for_it_is_printed(
    run, write, tmp_path, revision, read
):
    path = write()
    old = json.loads(run("plan", path, "--format", "json").stdout) | {"revision": revision}
    old["plan_id"] = plan_document.identity(old)
    (tmp_path / "old.json").write_text(json.dumps(old))
    result = run("plan", path, "--document", "notice", "--replaces", "old.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"old.json: revision is {read}; allowed: a whole number from 1 on, or null.\n"
    )


def test_a_calendar_says_which_plan_it_replaces(run, write, tmp_path):
    """§10.4.9."""
    path = write()
    assert run("plan", path, "--format", "json", "--out", "old").exit_code == ExitCode.WRITTEN
    path.write_text(path.read_text().replace("dose_mg: 25", "dose_mg: 20"))
    old = tmp_path / "old" / "IIM-001.json"
    result = run("plan", path, "--replaces", old, "--format", "html", *ACCEPTED)
    plan_id = json.loads(old.read_text())["plan_id"][:8]
    assert f"This calendar replaces plan {plan_id}. Destroy the old sheets." in (result.stdout)
    assert "It is different from Thursday, April 30, 2026 on." in plain(result.stdout)


def test_a_notice_of_no_change_is_refused_and_not_printed(run, write, tmp_path):
    path = write()
    run("plan", path, "--format", "json", "--out", "old")
    old = tmp_path / "old" / "IIM-001.json"
    result = run("plan", path, "--document", "notice", "--replaces", old, "--format", "pdf")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "IIM-001 takes the same as before on every day: there is no change notice.\n"
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


# In a batch -------------------------------------------------------------------------------------


def test_a_batch_writes_every_document_of_every_participant(batch, write, out):
    write("IIM-001.yaml")
    write("IIM-009.yaml", "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n")
    result = batch(
        "--document", "calendar", "--document", "wallet", "--format", "html", "--format", "json"
    )
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    papers = {path.name for path in out.iterdir() if path.name.startswith("IIM")}
    assert papers == {"IIM-001.html", "IIM-001+wallet.html", "IIM-001.json", "IIM-009.json"}
    assert ">wallet card (html)</a>" in (out / "index.html").read_text()


def test_a_document_asked_for_later_joins_the_revision_that_there_is(batch, write, out):
    write("IIM-001.yaml")
    batch("--format", "html")
    before = (out / "IIM-001.html").read_bytes()
    batch("--format", "html", "--document", "calendar", "--document", "wallet")
    assert (out / "IIM-001.html").read_bytes() == before
    assert "Revision 1" in (out / "IIM-001+wallet.html").read_text()


def test_a_notice_is_written_for_whom_the_plan_changed_and_moves_away_with_the_next(
    batch, write, out
):
    asked = ("--document", "calendar", "--document", "notice", "--format", "html", *ACCEPTED)
    path = write("IIM-001.yaml")
    write("IIM-002.yaml")
    batch(*asked)
    assert not list(out.glob("*notice*"))
    for mg in ("20", "15"):
        path.write_text(re.sub(r"dose_mg: \d+", f"dose_mg: {mg}", path.read_text()))
        batch(*asked)
        assert [each.name for each in out.glob("*notice*")] == ["IIM-001+notice.html"]
        said = (out / "IIM-001+notice.html").read_text()
        # its days are past: what counts is what is taken from the day of issue on
        assert "From Monday, November 23, 2026 on" in plain(said)
        assert "keep taking 5\N{NO-BREAK SPACE}mg" in said
    assert (out / "superseded" / "IIM-001+notice-r2.html").exists()


def test_the_investigators_page_lists_every_revision(batch, write, out):
    path = write("IIM-001.yaml")
    asked = ("--document", "investigator", "--format", "html", *ACCEPTED)
    batch(*asked)
    for mg in ("20", "15"):
        path.write_text(re.sub(r"dose_mg: \d+", f"dose_mg: {mg}", path.read_text()))
        batch(*asked)
    (out / "IIM-001+investigator.html").unlink()
    batch(*asked)  # made again, it says the same
    said = (out / "IIM-001+investigator.html").read_text()
    lines = re.findall(r"<p>(Revision \d.*?)</p>", said)
    assert [line[:10] for line in lines] == ["Revision 1", "Revision 2", "Revision 3"]
    assert lines[0].endswith(": the first one.")
    assert "other from Thursday, April 30, 2026 on: dose: " in plain(lines[2])


def test_pages_for_staff_are_not_among_the_patients_sheets(batch, write, out):
    write("IIM-001.yaml", NEAR)
    asked = [word for each in ("wallet", "pharmacy") for word in ("--document", each)]
    batch(*asked, "--format", "pdf", "--merged")
    with PdfDocument(out / "merged.pdf") as merged:
        texts = [page.get_textpage().get_text_range() for page in merged]
    assert "I take prednisone" in texts[0]
    assert not any("Pharmacy sheet" in text for text in texts)


def test_pages_for_staff_alone_make_no_patients_sheets(batch, write, out):
    write("IIM-001.yaml")
    result = batch("--document", "pharmacy", "--format", "pdf", "--merged")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert not (out / "merged.pdf").exists()


def test_a_patients_sheets_lie_in_the_order_in_which_they_are_handed_out(batch, write, out):
    path = write("IIM-001.yaml", NEAR)
    asked = [word for each in ("large-print", "notice") for word in ("--document", each)]
    batch(*asked, "--format", "pdf", "--merged")
    path.write_text(NEAR.replace("dose_mg: 7.5", "dose_mg: 6"))
    batch(*asked, "--format", "pdf", "--merged", *ACCEPTED)
    with PdfDocument(out / "merged.pdf") as merged:
        assert "plan has changed" in merged[0].get_textpage().get_text_range()
