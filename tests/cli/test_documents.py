"""`taper plan --document`: the papers beside the calendar."""

from __future__ import annotations

import pytest

from taper.errors import ExitCode

PAPERS = ("pharmacy", "investigator", "wallet")


@pytest.mark.parametrize("paper", PAPERS)
def test_a_document_is_written_as_participant_and_its_name(run, write, tmp_path, paper):
    result = run("plan", write(), "--document", paper, "--out", "out")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"IIM-001-{paper}.pdf"]
    assert f"Wrote out/IIM-001-{paper}.pdf\n" in result.stderr


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
    result = run("plan", path, "--document", "notice", *replaces, "--format", "html")
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert "take 20\N{NO-BREAK SPACE}mg of prednisone every day" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--document", "pharmcy"), "(did you mean pharmacy?)"),
        (("--document", "pharmacy", "--format", "json"), "allowed: pdf or html"),
        (("--document", "notice"), "notice without --replaces"),
        (("--replaces", "x.json"), "calendar with --replaces"),
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
