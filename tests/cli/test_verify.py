"""`taper verify`: a printed file later, proved or not, current, superseded or altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2.raw as pdfium
import pytest
from cli.conftest import TODAY, USUAL
from pypdfium2 import PdfDocument

from taper.errors import ExitCode
from taper.operations.plans.one import plan_file
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.press import pdf
from taper.planning.plan import Part
from taper.record import plan_document
from taper.signing.codes import Code

Break = Callable[[PdfDocument], object]
PART = Part(date(2026, 5, 25), date(2026, 6, 8))


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> Callable[[Paper], bytes]:
    """The usual participant on paper, each document made once."""
    path = tmp_path_factory.mktemp("usual") / "IIM-001.yaml"
    path.write_text(USUAL.format(id="IIM-001"))
    plan = plan_file(path, today=date.fromisoformat(TODAY))
    made: dict[Paper, bytes] = {}

    def document(which: Paper = Paper.CALENDAR) -> bytes:
        part = PART if which.lists_days else None
        issue = Issue.of(plan, date.fromisoformat(TODAY), part=part)
        return made.setdefault(which, documents.as_pdf(issue, which))

    return document


@pytest.fixture
def paper(printed, tmp_path) -> Callable[..., Path]:
    """A printed file, as it was or with something done to it."""

    def written(which: Paper = Paper.CALENDAR, broken: Break | None = None) -> Path:
        path, data = tmp_path / "paper.pdf", printed(which)
        if broken is not None:
            with PdfDocument(data) as opened:
                broken(opened)
                out = BytesIO()
                opened.save(out)
            data = out.getvalue()
        path.write_bytes(data)
        return path

    return written


def said(result) -> str:
    return " ".join(result.stdout.split())


# Current, and by what that is proved -----------------------------------------------------------


@pytest.mark.parametrize("which", [d for d in Paper if d is not Paper.NOTICE])
def test_what_is_made_again_of_todays_plan_is_current(run, paper, write, which):
    beside = run("verify", paper(which), write())
    assert beside.exit_code == ExitCode.WRITTEN, beside.stdout
    assert said(beside).startswith(
        f"paper.pdf is current: the {documents.TITLES[which]} of IIM-001"
    )
    assert "Proved: its bytes were made again of what IIM-001.yaml gives as of 2026-11-23." in (
        said(beside)
    )


def test_a_paper_that_only_its_own_plan_speaks_for_is_unproved(run, paper):
    """Whoever can write a paper can write the plan in it."""
    alone = run("verify", paper(Paper.WALLET))
    assert alone.exit_code == ExitCode.REFUSED
    assert said(alone).startswith("paper.pdf is unproved: the wallet card of IIM-001")
    assert "allowed as proof: the participant's file, the folder of its batch" in said(alone)
    assert "Proved" not in said(alone)


def test_a_part_is_called_one(run, paper):
    assert "2026-05-25 to 2026-06-08 only" in said(run("verify", paper()))


def test_a_program_is_told_the_same(run, paper, write):
    told = json.loads(run("verify", paper(), write(), "--format", "json").stdout)
    assert (told["verdict"], told["participant"], told["document"], told["issued"]) == (
        "current",
        "IIM-001",
        "calendar",
        TODAY,
    )
    assert (told["proof"], told["additions"]) == ("made again", [])
    assert told["proved"].startswith("its bytes were made again of what IIM-001.yaml gives")


# Superseded -----------------------------------------------------------------------------------


def test_a_plan_that_is_another_one_now_is_superseded_and_from_when(run, paper, write):
    path = write()
    path.write_text(
        path.read_text() + "taper_started: 2026-05-14\nevents:\n"
        "  - {type: hold, date: 2026-06-10, until: 2026-06-20, reason: infection}\n"
    )
    result = run("verify", paper(), path)
    assert result.exit_code == ExitCode.REFUSED
    assert "paper.pdf is superseded: " in said(result)
    assert "other from 2026-06-11 on" in said(result)


def test_a_draft_is_superseded_once_the_infusion_was_given(run, write, tmp_path):
    path = write()
    path.write_text(path.read_text().replace("2026-04-30", "2026-12-30"))
    run("plan", path, "--document", "wallet", "--out", "out")
    card = tmp_path / "out" / "IIM-001+wallet.pdf"
    result = run("verify", card, path, "--today", "2026-12-31", today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert "with the same doses" in said(result)


def test_the_file_of_somebody_else_is_refused(run, paper, write):
    result = run("verify", paper(), write("IIM-002.yaml"))
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "paper.pdf: participant is IIM-001; allowed: IIM-002, whose file IIM-002.yaml is.\n"
    )


def test_in_the_folder_of_a_batch_the_ledger_answers(run, batch, write, tmp_path):
    asked = ("--document", "wallet", "--format", "pdf")
    path, out = write(), tmp_path / "out"
    batch(*asked)
    card = out / "IIM-001+wallet.pdf"
    assert "is current: " in said(run("verify", card))
    assert "Proved: the ledger of out knows its SHA-256" in said(run("verify", card))
    moved = tmp_path / "moved.pdf"
    moved.write_bytes(card.read_bytes())
    assert "is unproved: " in said(run("verify", moved))
    assert "moved.pdf is current: " in said(run("verify", moved, "--folder", out))
    path.write_text(path.read_text().replace("dose_mg: 25", "dose_mg: 20"))
    batch(*asked, "--accept-past", "Dr. A. Weber, the first dose was read wrongly")
    old = run("verify", out / "superseded" / "IIM-001+wallet-r1.pdf")
    assert old.exit_code == ExitCode.REFUSED
    assert "was replaced by revision 2, issued on 2026-11-23, other from 2026-04-30 on" in said(old)
    assert "is current: " in said(run("verify", card, path))
    run("plan", path, "--document", "wallet", "--out", "elsewhere")  # right, and not issued here
    card.write_bytes((tmp_path / "elsewhere" / card.name).read_bytes())
    assert "is not the IIM-001+wallet.pdf that the ledger of out knows" in (
        said(run("verify", card))
    )


def test_a_paper_that_no_longer_fits_its_data_is_not_current(run, batch, write, tmp_path):
    """The last run refused its participant: nothing took its place, and nobody may go by it."""
    asked = ("--document", "wallet", "--format", "pdf")
    path, out = write(), tmp_path / "out"
    write("IIM-002.yaml")
    usual = path.read_text()
    batch(*asked)
    card = out / "IIM-001+wallet.pdf"
    path.write_text(usual.replace("dose_mg: 25", "dose_mg: 250"))
    batch(*asked)
    unfit = run("verify", card)
    assert unfit.exit_code == ExitCode.REFUSED
    assert said(unfit).startswith("IIM-001+wallet.pdf is unfit: the wallet card of IIM-001")
    why = "no longer fits its data: the run of 2026-11-23 refused steroid.dose_mg of IIM-001"
    assert why in said(unfit)
    plan = json.loads((out / "ledger.jsonl").read_text().splitlines()[0])["plan_id"]
    code = Code("IIM-001", plan, 1, date.fromisoformat(TODAY), "wallet").text
    assert said(run("verify", out, "--code", code)).startswith("The code is unfit: the wallet card")
    path.write_text(usual)
    assert "is current: " in said(run("verify", card, path))
    path.unlink()
    batch(*asked)
    absent = "IIM-001 was not in the source of the run of 2026-11-23"
    assert absent in said(run("verify", card))
    assert "is current: " in said(run("verify", out / "IIM-002+wallet.pdf"))


def test_the_paper_of_another_under_this_name_is_found(run, batch, write, tmp_path):
    for name in ("IIM-001.yaml", "IIM-002.yaml"):
        write(name)
    batch("--document", "wallet", "--format", "pdf")
    one, other = (tmp_path / "out" / f"IIM-00{n}+wallet.pdf" for n in (1, 2))
    one.write_bytes(other.read_bytes())
    result = run("verify", one)
    assert result.exit_code == ExitCode.REFUSED
    assert "the wallet card of IIM-002 " in said(result)
    assert "is not the IIM-001+wallet.pdf that the ledger of out knows" in said(result)


# Altered --------------------------------------------------------------------------------------


def with_a_note(opened: PdfDocument) -> None:
    page = opened[0]
    pdfium.FPDFPage_CloseAnnot(pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_FREETEXT))


def without_a_page(opened: PdfDocument) -> None:
    opened.del_page(1)


def turned(opened: PdfDocument) -> None:
    opened[1].set_rotation(180)


def cut(opened: PdfDocument) -> None:
    opened[1].set_cropbox(0, 100, 700, 500)


def without_a_line(opened: PdfDocument) -> None:
    page = opened[1]
    found = pdfium.FPDFPage_GetObject(page, pdfium.FPDFPage_CountObjects(page) - 1)
    pdfium.FPDFPage_RemoveObject(page, found)
    page.gen_content()


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (with_a_note, "page 1 has a note"),
        (without_a_page, "lacks"),
        (turned, "page 2 was turned"),
        (cut, "page 2 was turned or cut"),
        (without_a_line, "page 2"),
    ],
)
def test_a_page_that_was_altered_is_found(run, paper, broken, why):
    result = run("verify", paper(broken=broken))
    assert result.exit_code == ExitCode.REFUSED
    assert "paper.pdf is altered: " in said(result)
    assert why in said(result)


def with_plan(change: Callable[[dict], object]) -> Break:
    """The file with another plan attached."""

    def attach(opened: PdfDocument) -> None:
        attachment = opened.get_attachment(0)
        document = json.loads(bytes(attachment.get_data()))
        change(document)
        attachment.set_data(json.dumps(document).encode())

    return attach


def another_dose(document: dict) -> None:
    document["days"][30]["dose_mg"] = "40"


def another_dose_and_its_id(document: dict) -> None:
    another_dose(document)
    document["plan_id"] = plan_document.identity(document)


def another_site(document: dict) -> None:
    document["contact"]["site"] = "Elsewhere"
    document["plan_id"] = plan_document.identity(document)


def no_end(document: dict) -> None:
    document["steps"][0]["days"] = 10**9


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (another_dose, "the plan in it is not "),
        (another_dose_and_its_id, "its 'days' does not agree with the rest"),
        (another_site, "the calendar was refused when it was read back"),
        (no_end, "its 'steps[1].days' is not as taper writes it"),
        (lambda document: document.pop("steps"), "its 'steps' is not as taper writes it"),
        (lambda document: document["printed"].pop("issued"), "its 'printed.issued' is not as"),
        (lambda document: document["printed"].update(issued="2026-11-24"), "read back"),
        (lambda document: document["printed"].update(document="wallet"), "read back"),
    ],
)
def test_a_plan_that_was_altered_is_found(run, paper, change, why):
    result = run("verify", paper(broken=with_plan(change)))
    assert result.exit_code == ExitCode.REFUSED
    assert "paper.pdf is altered: " in said(result)
    assert why in said(result)


def test_another_version_is_told_with_what_differs(run, paper):
    def older(document: dict) -> None:
        another_site(document)
        document["engine"] = "taper 0.0.1"

    assert "it is of taper 0.0.1, whose words may differ" in said(
        run("verify", paper(broken=with_plan(older)))
    )


# No paper of ours -----------------------------------------------------------------------------


def refusal(result) -> str:
    assert result.exit_code == ExitCode.REFUSED
    assert result.stdout == ""
    return result.stderr


def test_what_is_no_pdf_is_refused(run, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and no more")
    assert "a.pdf: the file is no readable PDF" in refusal(run("verify", tmp_path / "a.pdf"))
    assert "missing" in refusal(run("verify", tmp_path / "no.pdf"))
    assert "a folder; allowed: a PDF" in refusal(run("verify", tmp_path))


def test_a_pdf_without_a_plan_is_refused(run, tmp_path):
    html = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p>x</p></html>'
    for attachment in (None, b"no json", b"[]", b'{"schema": "other"}'):
        made = pdf.write_calendar(html, who="x", issued=PART.first, attachment=attachment)
        (tmp_path / "a.pdf").write_bytes(made)
        assert "a PDF without a plan in it" in refusal(run("verify", tmp_path / "a.pdf"))


def test_a_pdf_that_does_not_say_how_it_was_printed_is_refused(run, paper):
    broken = paper(broken=with_plan(lambda document: document.pop("printed")))
    assert "does not say how it was printed" in refusal(run("verify", broken))
