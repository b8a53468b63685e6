"""Calendars from the command line: PDF and HTML, real ones."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from taper.errors import EnvironmentLacking, ExitCode
from taper.paper import readback
from taper.paper.press import pdf

AT_TARGET = """\
participant: {id}
protocol: iimpact
steroid: {{drug: prednisone, dose_mg: 5, strengths: [5]}}
infusions: [{{number: 2, date: 2026-04-30}}]
"""


@pytest.fixture
def short(write):
    """Participants whose calendars have few pages."""

    def written(*ids: str):
        paths = [write(f"{id}.yaml", AT_TARGET.format(id=id)) for id in ids]
        return paths[0]

    return written


def test_a_pdf_without_out_goes_to_the_current_folder(run, short, tmp_path):
    result = run("plan", short("IIM-001"), "--format", "pdf")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "Wrote IIM-001.pdf"
    assert (tmp_path / "IIM-001.pdf").read_bytes().startswith(b"%PDF-")


def test_a_pdf_may_be_written_while_a_text_is_shown(run, short, tmp_path):
    result = run("plan", short("IIM-001"), "--format", "json", "--format", "pdf")
    assert json.loads(result.stdout)["participant"] == "IIM-001"
    assert result.stderr == "Wrote IIM-001.pdf\n"


def test_the_plan_rides_along_in_the_pdf(run, short, tmp_path):
    result = run("plan", short("IIM-001"), "--format", "json", "--format", "pdf")
    document = pypdfium2.PdfDocument(tmp_path / "IIM-001.pdf")
    attached = bytes(document.get_attachment(0).get_data())
    document.close()
    document = json.loads(attached)
    assert document.pop("printed")["document"] == "calendar"
    assert document == json.loads(result.stdout_bytes)


def test_html_is_shown_as_the_page_that_the_pdf_is_made_of(run, short):
    result = run("plan", short("IIM-001"), "--format", "html")
    assert result.stdout.startswith("<!DOCTYPE html>")
    assert "IIM-001" in result.stdout


def test_the_bytes_are_the_same_in_any_batch(run, short, tmp_path):
    """§10.8.1: By itself a plan has no revision, and so is another paper than that of a batch."""
    short("IIM-001")
    run("batch", "patients", "--out", "alone", "--workers", 1)
    short("IIM-002", "IIM-003")
    result = run("batch", "patients", "--out", "out", "--workers", 2)
    assert result.exit_code == ExitCode.WRITTEN
    assert len(list((tmp_path / "out").glob("IIM-*"))) == 3
    alone = (tmp_path / "alone" / "IIM-001.pdf").read_bytes()
    assert (tmp_path / "out" / "IIM-001.pdf").read_bytes() == alone


def test_a_plan_by_itself_does_not_write_over_what_a_batch_answers_for(run, short, tmp_path):
    path = short("IIM-001")
    run("batch", "patients", "--out", "out", "--workers", 1, "--format", "json")
    before = (tmp_path / "out" / "IIM-001.json").read_bytes()
    result = run("plan", path, "--format", "json", "--out", "out")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "out/IIM-001.json cannot be written: a batch wrote it, and its ledger answers for it.\n"
    )
    assert (tmp_path / "out" / "IIM-001.json").read_bytes() == before


def test_a_calendar_that_reads_back_otherwise_is_not_kept(run, short, tmp_path, monkeypatch):
    """§10.7.1."""

    def differs(*_: object, **__: object) -> None:
        raise readback.ReadbackFailed("IIM-001: a day differs.")

    monkeypatch.setattr(readback, "verify_calendar", differs)
    result = run("plan", short("IIM-001"), "--format", "pdf", "--format", "json", "--out", "out")
    assert (result.exit_code, result.stderr) == (ExitCode.REFUSED, "IIM-001: a day differs.\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["plan", "batch"])
def test_without_pango_one_sentence_says_what_to_install(
    run, short, tmp_path, monkeypatch, command
):
    def lacking(*_: object, **__: object) -> None:
        raise EnvironmentLacking("Pango is missing.")

    monkeypatch.setattr(pdf, "write_calendar", lacking)
    path = short("IIM-001", "IIM-002")
    source = [path] if command == "plan" else [path.parent, "--workers", 1]
    result = run(command, *source, "--format", "pdf", "--format", "json", "--out", "out")
    assert (result.exit_code, result.stderr) == (ExitCode.ENVIRONMENT, "Pango is missing.\n")
    assert not (tmp_path / "out").exists()
