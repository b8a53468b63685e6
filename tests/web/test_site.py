"""The site's page: an output folder with its source, as who has no terminal runs it."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from web.asking import SAMPLES, TODAY, Answer, Page

from taper.cli import app
from taper.folder import audit
from taper.record.ledger import LEDGER
from taper.web.app import create_app
from taper.web.settings import Settings
from taper.web.site import routes
from taper.web.work import Here

IDS = ("IIM-001", "IIM-003")


def batch(source: Path, out: Path, *more: str) -> None:
    args = ["batch", str(source), "--out", str(out), "--today", "2026-05-14", "--format", "json"]
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


def opened(home: Path, **more: Any) -> Page:
    settings = Settings(folder=home / "out", source=home / "source", **more)
    return Page(create_app(settings, Here(settings), lambda: TODAY).test_client())


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


# Writing ----------------------------------------------------------------------------------------


def checked(page: Page, **fields: Any) -> Answer:
    return page.post("/site/check", fields)


def test_every_row_of_a_dropped_table_has_its_verdict_and_nothing_is_written(written: Path):
    before = ledger_of(written)
    shown = checked(opened(written), file=table(ROWS))
    assert "1 new, 1 refused, 2 not in the source." in shown.text
    assert "'2O'; allowed: " in shown.text
    assert ledger_of(written) == before


def test_a_source_that_cannot_be_read_is_refused_in_one_sentence(written: Path):
    shown = checked(opened(written), file=(BytesIO(b"\0\1"), "x.xlsx"))
    assert shown.status == 422
    assert "x.xlsx" in shown.text


def test_without_a_table_the_source_of_the_folder_is_looked_at(written: Path):
    assert "2 unchanged." in checked(opened(written)).text


def test_what_was_looked_at_is_written_with_who_asked_in_the_ledger(site: Path):
    """By the command line's own batch, in the formats of the runs before."""
    page, user = opened(site, user_header="X-User"), {"X-User": "coordinator-2"}
    looked = page.post("/site/check", {"file": table(ROWS)}, **user)
    begun = page.post("/site/write", {"token": looked.carried()["token"]}, **user)
    assert begun.status == 303
    for _ in range(200):
        shown = page.get("/site/run", **user)
        if "data-poll" not in shown.html:
            break
    assert (
        "some participants or forms were refused, all others were written ; refused: 1"
        in shown.text
    )
    assert "'2O'; allowed: " in shown.text
    assert (site / "out" / "IIM-101.json").exists()
    run = ledger_of(site)[-1]
    assert (run["kind"], run["by"], run["source"]) == ("run", "coordinator-2", "week 20.csv")
    assert not audit.audit(site / "out", None).found


def test_what_nobody_looked_at_is_not_written(written: Path):
    shown = opened(written).post("/site/write", {"token": "guessed"})
    assert shown.status == 422
    assert "SOURCE is no longer held" in shown.text


def test_a_table_that_is_too_large_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routes, "MOST_TABLE_BYTES", 10_000)
    large = (BytesIO(b"x" * 20_000), "x.csv")
    assert checked(opened(written), file=large).status == 413
