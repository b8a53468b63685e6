"""The site's page: an output folder with its source, as who has no terminal runs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from web.asking import SAMPLES, TODAY, Answer, Page

from taper.cli import app
from taper.confined.reading import reading_here
from taper.folder import audit
from taper.folder.discrepancies import Fault
from taper.record.ledger import LEDGER
from taper.signing import codes, making
from taper.signing.keys import Signer
from taper.storage import lock
from taper.storage.open_folder import OpenFolder
from taper.web.app import create_app
from taper.web.refusing import too_large
from taper.web.settings import MOST_TABLE_BYTES, Settings
from taper.web.site import routes, running
from taper.web.site.dropped import Dropped
from taper.web.work import Here

SITES = SAMPLES.parent / "sample_sites"
IDS = ("IIM-001", "IIM-003")


def batch(source: Path, out: Path, *more: str) -> None:
    args = ["batch", str(source), "--out", str(out), "--today", "2026-05-14", "--format", "json"]
    with reading_here():  # and no clock is looked at
        done = CliRunner().invoke(app, [*args, *more])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two participants, one of whom has a second revision, and its source."""
    home = tmp_path_factory.mktemp("site")
    source, out = home / "source", home / "out"
    source.mkdir()
    for name in IDS:
        (path,) = SAMPLES.glob(f"{name}*.yaml")
        shutil.copy(path, source)
    batch(source, out)
    (changed,) = source.glob("IIM-001*")
    changed.write_text(changed.read_text("utf-8").replace("dose_mg: 25", "dose_mg: 20"), "utf-8")
    batch(source, out, "--accept-past", "J. Doe, typed wrongly")
    return home


@pytest.fixture
def site(written: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(written, tmp_path / "site"))


def opened(home: Path, today: date = TODAY, **more: Any) -> Page:
    settings = Settings(folder=home / "out", source=home / "source", **more)
    return Page(create_app(settings, Here(settings), lambda: today).test_client())


def ledger_of(home: Path) -> list[Any]:
    lines = (home / "out" / LEDGER).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def table(rows: str) -> tuple[BytesIO, str]:
    return BytesIO(rows.encode()), "week 20.csv"


ROWS = """participant,protocol,drug,dose_mg,strengths,infusion_1,infusion_2
IIM-101,iimpact,prednisone,20,20;5;1,2026-01-31,2026-04-30
IIM-102,iimpact,prednisone,2O,20;5;1,2026-01-31,2026-04-30
"""


# Looking ----------------------------------------------------------------------------------------


def test_without_a_folder_the_page_says_how_to_open_one_and_nothing_else_is_there(page: Page):
    assert "taper serve --folder" in page.get("/site").text
    assert page.post("/site/check", {}).status == 404
    assert page.post("/site/write", {}).status == 404


def test_the_board_of_today_stands_beside_what_must_be_done(written: Path):
    shown = opened(written).get("/site")
    told = CliRunner().invoke(app, ["board", str(written / "out"), "--today", TODAY.isoformat()])
    assert "hand out revision 2, take back 1" in " ".join(told.stdout.split())
    assert "hand out revision 2, take back 1" in shown.text
    assert "Take back: 1 participant with a paper that was replaced" in shown.text
    assert "EXAMPLE, NOT FOR PATIENT USE: the protocol is illustrative." in shown.text


def test_a_participant_has_revisions_with_why_and_files_to_open(written: Path):
    shown = opened(written).get("/site/of/IIM-001")
    assert "J. Doe, typed wrongly" in shown.text
    assert "EXAMPLE, NOT FOR PATIENT USE: the protocol is illustrative." in shown.text
    assert "first calendar" in shown.text
    file = opened(written).get("/site/files/IIM-001.json")
    assert file.data == (written / "out" / "IIM-001.json").read_bytes()


@pytest.mark.parametrize("name", ["ledger.jsonl", "../source/IIM-001.yaml", "nothing.pdf"])
def test_no_file_but_those_of_the_ledger_leaves_the_folder(written: Path, name: str):
    assert opened(written).get(f"/site/files/{name}").status in (404, 422)


def test_a_paper_is_ticked_off_by_the_proxys_word_for_who_asks(site: Path):
    page = opened(site, user_header="X-User")
    form = {"participant": "IIM-001", "on": "2026-05-20", "by": "somebody else"}
    shown = page.post("/site/recalled", form, **{"X-User": "pharmacist-7"})
    assert "back up to revision 1, on 2026-05-20, by pharmacist-7" in shown.text
    assert ledger_of(site)[-1]["by"] == "pharmacist-7"
    assert "Take back:" not in page.get("/site", **{"X-User": "pharmacist-7"}).text


def test_a_tick_while_somebody_writes_is_kept_to_be_pressed_again(site: Path):
    form = {"participant": "IIM-001", "on": "2026-05-20", "by": "pharmacist"}
    with OpenFolder(site / "out") as folder, lock.held(folder):
        shown = opened(site).post("/site/recalled", form)
    assert shown.status == 409
    assert "is being written by another run of taper" in shown.text
    assert 'value="pharmacist"' in shown.html


@pytest.mark.parametrize(("field", "typed"), [("on", "2026-05-32"), ("by", "")])
def test_a_tick_without_day_or_role_is_refused_beside_its_field(
    written: Path, field: str, typed: str
):
    form = {"participant": "IIM-001", "on": "2026-05-20", "by": "pharmacist", field: typed}
    shown = opened(written).post("/site/recalled", form)
    assert shown.status == 422
    assert "allowed: " in shown.html.split(f'id="mistake-{field}"')[1].split("</p>")[0]


def test_what_is_no_code_and_no_pdf_is_refused_in_the_words_of_verify(written: Path):
    page = opened(written)
    shown = page.post("/site/verify", {"code": "nonsense"})
    told = CliRunner().invoke(app, ["verify", "--code", "nonsense", str(written / "out")])
    assert " ".join(told.stderr.split()) in shown.text
    dropped = page.post("/site/verify", {"file": (BytesIO(b"no pdf"), "x.pdf")})
    assert dropped.status == 422
    assert "x.pdf" in dropped.text


# Proving ----------------------------------------------------------------------------------------


def code_of(home: Path, revision: int, **more: Any) -> str:
    """The text of the code on the calendar of IIM-001."""
    (line,) = (
        each
        for each in ledger_of(home)
        if each.get("participant") == "IIM-001" and each.get("revision") == revision
    )
    day = date.fromisoformat(line["issued"])
    return codes.code("IIM-001", line["plan_id"], revision, day, "calendar", **more).text


def test_a_scanned_code_is_current_or_superseded_by_the_ledger_and_proved_by_a_known_key(
    written: Path, tmp_path: Path
):
    made = making.new_key(tmp_path / "keys" / "trial.key")
    page = opened(written)
    current = page.post("/site/verify", {"code": code_of(written, 2)})
    assert current.status == 200
    assert 'class="verdict good"' in current.html
    assert "The code is current" in current.text.replace("The code: ", "The code is ")
    old = page.post("/site/verify", {"code": code_of(written, 1)})
    assert 'class="verdict bad"' in old.html
    assert "superseded" in old.text
    signed = {"code": code_of(written, 2, signer=Signer(made.private))}
    knowing = opened(written, known_keys=(made.public.parent,))
    assert "signed" in knowing.post("/site/verify", signed).text
    assert made.key[:16] in knowing.post("/site/verify", signed).text


def test_a_printed_file_that_is_dropped_is_current_by_the_ledger(tmp_path: Path):
    (source,) = SAMPLES.glob("IIM-003*.yaml")
    (tmp_path / "source").mkdir()
    shutil.copy(source, tmp_path / "source")
    batch(tmp_path / "source", tmp_path / "out", "--format", "pdf", "--document", "wallet")
    (pdf,) = (tmp_path / "out").glob("*wallet*.pdf")
    page, data = opened(tmp_path), pdf.read_bytes()
    good = page.post("/site/verify", {"file": (BytesIO(data), pdf.name)})
    assert 'class="verdict good"' in good.html
    assert f"{pdf.name}: current" in good.text
    assert "Proved: " in good.text


def test_the_folder_is_audited_as_the_command_line_does(site: Path):
    page = opened(site)
    good = page.get("/site/audit")
    assert "Everything agrees" in good.text
    assert "out: 2 participants" in good.text
    with (site / "out" / "IIM-003.json").open("a") as file:
        file.write(" ")
    told = CliRunner().invoke(app, ["audit", str(site / "out"), "--format", "json"])
    (found,) = json.loads(told.stdout)["found"]
    bad = page.get("/site/audit").text
    assert "Not everything agrees" in bad
    assert f"{found['file']} {found['fault']} {found['said']}" in bad


def test_of_a_folder_that_nobody_signed_a_known_key_makes_the_audit_say_so(
    written: Path, tmp_path: Path
):
    made = making.new_key(tmp_path / "keys" / "trial.key")
    assert "unsigned" in opened(written, known_keys=(made.public,)).get("/site/audit").text
    none = opened(tmp_path).get("/site/audit")
    assert none.status == 422
    assert "allowed: " in none.text


@pytest.mark.parametrize(
    ("more", "said"),
    [([], "--known-key is given without --folder"), (["--folder", "out"], "allowed: ")],
)
def test_a_known_key_that_is_none_is_refused_before_anything_is_served(
    tmp_path: Path, more: list[str], said: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trial.pub").write_text("none", encoding="utf-8")
    done = CliRunner().invoke(app, ["serve", "--known-key", "trial.pub", *more])
    assert done.exit_code != 0
    assert said in " ".join(done.stderr.split())


# Writing ----------------------------------------------------------------------------------------


def checked(page: Page, **fields: Any) -> Answer:
    return page.post("/site/check", fields)


def test_every_row_of_a_dropped_table_has_its_verdict_and_nothing_is_written(written: Path):
    before = ledger_of(written)
    shown = checked(opened(written), file=table(ROWS))
    assert "1 new, 1 refused, 2 not in the source." in shown.text
    assert "'2O'; allowed: " in shown.text
    assert ledger_of(written) == before


@pytest.mark.parametrize(
    ("name", "mapping"),
    [("riverside.xlsx", None), ("redcap-export.csv", None), ("own-project.csv", "own-project")],
)
def test_a_workbook_and_exports_of_redcap_are_dropped_as_a_batch_reads_them(
    written: Path, name: str, mapping: str | None
):
    """All of them say the same of five participants (`sample_sites/README.md`)."""
    told = {"mapping": SITES / f"{mapping}.yaml"} if mapping else {}
    page = opened(written, date(2026, 7, 15), **told)  # after all that happened there
    shown = checked(page, file=(BytesIO((SITES / name).read_bytes()), name))
    assert shown.status == 200
    assert "5 new, 2 not in the source." in shown.text
    assert "RIV-003" in shown.text


def test_a_sheet_that_the_workbook_lacks_is_refused_in_a_sentence(written: Path):
    data = BytesIO((SITES / "riverside.xlsx").read_bytes())
    shown = checked(opened(written), file=(data, "riverside.xlsx"), sheet="nothing")
    assert shown.status == 422
    assert "'nothing'; allowed: " in shown.text


def test_another_sheet_of_the_same_workbook_is_looked_at_and_that_one_is_written(
    site: Path, monkeypatch: pytest.MonkeyPatch
):
    told: list[list[str]] = []
    monkeypatch.setattr(running.Runner, "begin", lambda _, words, __: told.append(words))
    data = BytesIO((SITES / "riverside.xlsx").read_bytes())
    page = opened(site, date(2026, 7, 15))
    wrong = checked(page, file=(data, "riverside.xlsx"), sheet="nothing")
    assert re.search('id="sheet"[^>]*value="nothing"', wrong.html)
    assert "'participants' or 'help'" in wrong.text
    named = "participants"
    token = wrong.carried()["token"]
    right = checked(page, token=token, sheet=named)
    assert "5 new" in right.text
    again = checked(page, token=token, accepted="J. Doe, typed wrongly")
    assert "5 new" in again.text
    page.post("/site/write", {"token": token})
    assert told[0][told[0].index("--sheet") + 1] == named


def test_who_accepts_what_is_past_is_asked_where_a_row_wants_it_and_nowhere_else(site: Path):
    """It is the row that tells, in whatever words."""
    page = opened(site)
    assert 'id="accepted"' not in checked(page).html
    (changed,) = (site / "source").glob("IIM-001*")
    text = changed.read_text("utf-8")
    changed.write_text(text.replace("dose_mg: 20", "dose_mg: 25"), "utf-8")
    asked = checked(page)
    assert "the past is another on" in asked.text
    assert 'id="accepted"' in asked.html
    token = asked.carried()["token"]
    for path in ("/site/check", "/site/write"):
        shown = page.post(path, {"token": token, "accepted": "J. Doe"})
        assert shown.status == 422
        assert "'J. Doe'; allowed: who takes it and why" in shown.beside("accepted")
        assert 'value="J. Doe"' in shown.html
    good = checked(page, token=token, accepted="J. Doe, typed wrongly")
    assert "1 revised, 1 unchanged." in good.text
    assert 'value="J. Doe, typed wrongly"' in good.html


def test_what_was_taken_back_may_be_accepted_too(site: Path):
    page = opened(site)
    (changed,) = (site / "source").glob("IIM-001*")
    text = changed.read_text("utf-8")
    changed.write_text(
        re.sub(r"(?m)^locale:.*\n", "", text).replace("  - {number: 1, date: 2026-01-31}\n", ""),
        "utf-8",
    )
    asked = checked(page)
    assert "1 refused" in asked.text
    assert 'id="accepted"' in asked.html


def test_what_is_no_table_is_refused_by_its_own_name(written: Path):
    shown = checked(opened(written), file=(BytesIO(b"%PDF"), "x.pdf"))
    assert shown.status == 422
    assert "x.pdf: the file is no table; allowed: CSV, TSV, XLSX or ODS." in shown.text
    assert "folder" not in shown.text.split("allowed: ")[0]


def test_a_refusal_of_a_page_with_a_folder_does_not_say_that_nothing_is_stored(written: Path):
    for answer in (opened(written).get("/site/of/NOBODY"), opened(written).get("/nowhere")):
        assert "What is written goes to the folder that is opened" in answer.text


def test_a_tick_is_refused_beside_its_field_though_no_paper_is_out(written: Path):
    form = {"participant": "IIM-003", "on": "2027-05-20", "by": "pharmacist"}
    shown = opened(written).post("/site/recalled", form)
    assert shown.status == 422
    assert 'id="on"' in shown.html
    assert "2027-05-20; allowed: a day up to today, 2026-05-20." in shown.text


def test_a_source_that_cannot_be_read_is_refused_in_one_sentence(written: Path):
    shown = checked(opened(written), file=(BytesIO(b"\0\1"), "x.xlsx"))
    assert shown.status == 422
    assert "x.xlsx" in shown.text


def test_without_a_table_the_source_of_the_folder_is_looked_at(written: Path):
    assert "2 unchanged." in checked(opened(written)).text


def ended(page: Page, **user: str) -> Answer:
    """The page of the run, once it has ended."""
    for _ in range(200):
        shown = page.get("/site/run", **user)
        if "data-poll" not in shown.html:
            break
    return shown


def test_what_was_looked_at_is_written_signed_with_who_asked_in_the_ledger(
    site: Path, tmp_path: Path
):
    """By the command line's own batch, in the formats of the runs before."""
    made = making.new_key(tmp_path / "keys" / "trial.key")
    told = {"key": made.private, "known_keys": (made.public,)}
    page, user = opened(site, user_header="X-User", **told), {"X-User": "coordinator-2"}
    looked = page.post("/site/check", {"file": table(ROWS)}, **user)
    begun = page.post("/site/write", {"token": looked.carried()["token"]}, **user)
    assert begun.status == 303
    shown = ended(page, **user)
    assert (
        "some participants or forms were refused, all others were written , refused: 1"
        in shown.text
    )
    assert "'2O'; allowed: " in shown.text
    assert (site / "out" / "IIM-101.json").exists()
    run = ledger_of(site)[-1]
    assert (run["kind"], run["by"], run["source"]) == ("run", "coordinator-2", "week 20.csv")
    assert run["signed"]["key"] == made.key
    faults = {each.fault for each in audit.audit(site / "out", frozenset({made.key})).found}
    assert faults <= {Fault.UNSIGNED}  # what was there before


def test_while_somebody_else_writes_the_second_is_told_so_in_one_sentence(site: Path):
    """At a terminal, by the folder's lock; on the page, while its own batch works."""
    page = opened(site)
    token = checked(page, file=table(ROWS)).carried()["token"]
    before = ledger_of(site)
    with OpenFolder(site / "out") as folder, lock.held(folder):
        page.post("/site/write", {"token": token})
        second = page.post("/site/write", {"token": token})
        shown = ended(page)
    assert second.status == 409
    assert "A batch of this page is being written; allowed: another one once it has" in second.text
    assert "is being written by another run of taper" in shown.text
    assert ledger_of(site) == before


def test_a_folder_that_is_gone_is_no_new_one(site: Path):
    """A disk that is not connected: a batch would begin another ledger, and forget every paper."""
    page = opened(site)
    assert "Board" in page.get("/site").text
    shutil.move(site / "out", site / "elsewhere")
    shown = page.get("/site").text
    assert "the folder is gone, and was there while this page was served" in shown
    assert "Nothing was written to this folder yet" not in shown
    for path in ("/site/check", "/site/write"):
        refused = page.post(path, {})
        assert (refused.status, "the folder is gone" in refused.text) == (422, True)
    (site / "out").mkdir()
    assert "ledger.jsonl is gone, and was there" in page.get("/site").text
    shutil.rmtree(site / "out")
    shutil.move(site / "elsewhere", site / "out")
    assert "is gone" not in page.get("/site").text


def test_what_nobody_looked_at_is_not_written(written: Path):
    shown = opened(written).post("/site/write", {"token": "guessed"})
    assert shown.status == 422
    assert "SOURCE is no longer held" in shown.text


def test_a_table_that_is_too_large_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routes, "MOST_TABLE_BYTES", 10_000)
    large = (BytesIO(b"x" * 20_000), "x.csv")
    assert checked(opened(written), file=large).status == 413
    assert "larger than 10 kB" in checked(opened(written), file=(BytesIO(b"x" * 20_000), "x")).text


def test_how_large_a_table_may_be_is_said_of_tables():
    assert "larger than 12 MB" in too_large(MOST_TABLE_BYTES)


def test_an_empty_table_is_refused_and_the_source_is_not_looked_at_in_its_place(written: Path):
    shown = checked(opened(written), file=(BytesIO(b""), "week 21.csv"))
    assert "week 21.csv" in shown.text
    assert "unchanged" not in shown.text
    dropped = opened(written).post(
        "/site/verify", {"file": (BytesIO(b""), "x.pdf"), "code": "TAPER1/x"}
    )
    assert "x.pdf" in dropped.text


def test_a_table_is_held_though_the_machine_tidied_the_folder_of_them_away():
    held = Dropped()
    first = held.held(held.keep("a.csv", b"a", "")).source
    shutil.rmtree(first.parents[1])
    again = held.held(held.keep("b.csv", b"b", "")).source
    assert again.read_bytes() == b"b"
    held.close()


def test_a_table_is_held_under_a_name_that_every_folder_takes():
    held = Dropped()
    kept = held.held(held.keep("\N{CJK UNIFIED IDEOGRAPH-20000}" * 90 + ".csv", b"a", ""))
    assert (kept.name[-5:], kept.source.read_bytes()) == ("\U00020000.csv", b"a")
    held.close()


def test_a_batch_that_is_ended_in_the_midst_of_a_line_is_over(monkeypatch: pytest.MonkeyPatch):
    """And another one may be written."""
    half = [sys.executable, "-c", "print('{\"refused\": []}'); print('{\"refu', end='')"]
    begin = subprocess.Popen
    monkeypatch.setattr(running.subprocess, "Popen", lambda _, **more: begin(half, **more))
    runner = running.Runner()
    runner.begin([], 2)
    runner.wait(60)
    seen = runner.seen()
    assert seen is not None
    assert (seen.code, seen.done) == (0, 1)
