"""`taper batch` of a table: CSV, XLSX or a REDCap export."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from taper.errors import ExitCode
from taper.folder import refusals as refused
from taper.folder.outcomes import Outcome
from taper.wording import cells

SAMPLES = Path(__file__).resolve().parents[2] / "sample_sites"
HEADER = "participant,protocol,drug,dose_mg,strengths,infusion_1,infusion_2,phone"
ROW = '{id},iimpact,prednisone,{mg},"20; 5; 2.5; 1",2026-01-31,2026-04-30,{phone}'


def row(id: str, mg: str = "25", phone: str = "555-0101") -> str:
    return ROW.format(id=id, mg=mg, phone=phone)


@pytest.fixture
def batch(run, tmp_path):
    """`taper batch` of a CSV file with these rows."""

    def of(*rows: str, header: str = HEADER, more: tuple[object, ...] = ()):
        (tmp_path / "site.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        out = ("--out", "out", "--format", "json", "--workers", 1)
        return run("batch", "site.csv", *out, *more)

    return of


def written(out: Path) -> list[str]:
    return sorted(path.stem for path in out.glob("*.json") if path.stem != "manifest")


def refusals(out: Path) -> list[dict[str, str]]:
    text = (out / refused.NAME).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# One site, in every form --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("riverside.csv", ()),
        ("riverside.xlsx", ()),
        ("redcap-export.csv", ()),
        ("own-project.csv", ("--mapping", SAMPLES / "own-project.yaml")),
    ],
)
def test_a_site_is_written_whatever_its_form(run, tmp_path, name, more):
    out = tmp_path / "out"
    words = ("--out", out, "--format", "json", "--workers", 1, *more)
    result = run("batch", SAMPLES / name, *words)
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    assert written(out) == [f"RIV-00{n}" for n in range(1, 6)]
    plans = [json.loads((out / f"RIV-00{n}.json").read_text()) for n in range(1, 6)]
    assert [plan["state"] for plan in plans] == 4 * ["tapering"] + ["not-on-steroid"]
    assert [plan["target_reached"] for plan in plans] == [
        "2026-08-20",
        "2026-08-31",
        "2026-09-10",
        "2026-09-21",
        None,
    ]


def test_a_row_gives_the_calendar_that_the_same_file_gives(run, batch, write, tmp_path):
    """§5.1.1."""
    batch(row("IIM-001", phone=""))
    write("IIM-001.yaml")
    run("batch", "patients", "--out", "other", "--format", "json", "--workers", 1)
    name = "IIM-001.json"
    assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_protocol_is_found_from_the_folder_of_the_table(batch, tmp_path):
    own = SAMPLES.parent / "sample_patients" / "protocols" / "riverside-prednisone.yaml"
    (tmp_path / "own.yaml").write_bytes(own.read_bytes())
    result = batch(row("A-01").replace("iimpact", "own.yaml"))
    assert result.exit_code == ExitCode.WRITTEN, result.stderr


def test_processes_make_no_difference(run, batch, tmp_path):
    rows = [row(f"A-{n:02}", mg="25" if n % 3 else "x") for n in range(9)]
    said = batch(*rows)
    alone = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")}
    more = run("batch", "site.csv", "--out", "two", "--format", "json", "--workers", 2)
    assert (more.exit_code, more.stderr) == (said.exit_code, said.stderr)
    assert {path.name: path.read_bytes() for path in (tmp_path / "two").glob("*.csv")} == alone


# Who is refused -----------------------------------------------------------------------------------


def test_every_problem_of_every_row_is_told_and_the_good_rows_are_written(batch, tmp_path):
    result = batch(
        row("A-01"),
        row("A-02", mg="1;5", phone="a\u202eb"),
        row("A-03").replace("2026-01-31", "46053"),
        row("A-04", mg="500"),
    )
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert written(tmp_path / "out") == ["A-01"]
    told = result.stderr.splitlines()
    found = refusals(tmp_path / "out")
    assert [line["problem"] for line in found] == told
    assert [(line["row"], line["participant"], line["column"]) for line in found] == [
        ("3", "A-02", "dose_mg"),
        ("3", "A-02", "phone"),
        ("4", "A-03", "infusion_1"),
        ("5", "A-04", "dose_mg"),
    ]
    assert [line["value"] for line in found] == ["1;5", "a\\u202eb", "46053", "500"]
    assert found[0]["allowed"].startswith("a plain decimal above 0 and up to 1000 ")


def test_what_only_the_plan_finds_is_told_by_column_too(batch, tmp_path):
    result = batch(row("A-01", mg="60"), row("A-02"))
    assert result.exit_code == ExitCode.SOME_REFUSED
    (line,) = refusals(tmp_path / "out")
    assert (line["row"], line["column"], line["value"]) == ("2", "dose_mg", "60")
    assert line["problem"] == result.stderr.strip()
    assert line["problem"].startswith("A-01 (site.csv row 2): dose_mg is 60 mg prednisone-equiv")


def test_who_was_refused_is_told_even_where_nothing_could_be_written(batch, tmp_path):
    result = batch(row("A-01", mg="x"))
    assert result.exit_code == ExitCode.REFUSED
    assert [path.name for path in (tmp_path / "out").iterdir()] == [refused.NAME]


def test_once_all_is_right_nobody_is_listed_any_more(batch, tmp_path):
    batch(row("A-01", mg="x"), row("A-02"))
    assert refusals(tmp_path / "out")
    result = batch(row("A-01"), row("A-02"))
    assert result.exit_code == ExitCode.WRITTEN
    assert refusals(tmp_path / "out") == []


def test_a_calendar_of_who_is_now_refused_is_said_to_be_left(batch, tmp_path):
    batch(row("A-01"))
    result = batch(row("A-01", mg="x"))
    (line,) = refusals(tmp_path / "out")
    assert line["column"] == "dose_mg"
    assert line["problem"] == result.stderr.splitlines()[0]
    assert "is left as it was" in line["problem"]
    assert result.stderr.splitlines()[1:] == [
        "The paper of A-01 (revision 1) no longer fits its data."
    ]


def test_a_link_in_the_place_of_refused_csv_is_not_followed(batch, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out" / refused.NAME).symlink_to(tmp_path / "mine")
    result = batch(row("A-01"), row("A-02", mg="x"))
    assert "a symbolic link of that name is in the way" in result.stderr
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    ("one", "other"), [("a-01", "A-01"), ("001", "1"), ("A-1", "A-01"), ("A-01", "A-01")]
)
def test_two_rows_with_one_id_are_both_refused(batch, tmp_path, one, other):
    """§5.1.3."""
    result = batch(row(one), row("B-01"), row(other, mg="x"))
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert written(tmp_path / "out") == ["B-01"]
    found = refusals(tmp_path / "out")
    assert [line["row"] for line in found] == ["2", "4", "4"]
    assert (
        f"site.csv row 2: participant is {one}, and site.csv row 4 has {other}; " in result.stderr
    )
    assert found[2]["column"] == "dose_mg"


def test_ids_with_accents_are_refused_in_either_form(batch):
    result = batch(row("Zo\u00eb"), row("Zoe\u0308"))
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (f"{HEADER},dose", "column 'dose' is not known; "),
        (f"{HEADER},arm", "column 'arm' is present; "),
        (HEADER.replace("phone", "drug"), "column 'drug' is there twice, in C and H; "),
    ],
)
def test_nothing_is_written_where_the_table_is_refused(batch, tmp_path, header, said):
    cells = row("A-01", phone="secret") + (",secret" if header.startswith(HEADER) else "")
    result = batch(cells, header=header)
    assert result.exit_code == ExitCode.REFUSED
    assert f"site.csv: {said}" in result.stderr
    assert "secret" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_json_tells_the_same_sentences(batch):
    result = batch(row("A-01", mg="x"), row("A-02"), more=("--json",))
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["source"] == "site.csv row 2"
    assert "dose_mg is 'x'" in first["refused"][0]
    assert second["refused"] == []


# refused.csv in a spreadsheet ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "=HYPERLINK(1)",
        "+1",
        "-5",
        "@x",
        "=1+1",
        "  =1",
        "\u00a0=1",
        "\uff1d1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_no_cell_of_refused_csv_is_a_formula(batch, tmp_path, typed):
    batch(row("A-01", mg=typed), row(typed))
    found = refusals(tmp_path / "out")
    assert [line["column"] for line in found] == ["dose_mg", "participant"]
    assert all(line["value"].startswith(("'", "\\xa0")) for line in found)
    cells = [cell.lstrip() for line in found for cell in line.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\uff1d"))]


@pytest.mark.parametrize("cell", ["\t=1", "\r=1", "\n=1", "\v=1", "=1"])
def test_a_control_character_before_a_formula_hides_nothing(cell):
    assert cells.neutral(cell).startswith(("'", "\\"))
    assert cells.neutral(cell).isprintable()


def test_a_sentence_about_no_cell_is_told_with_its_row():
    outcome = Outcome("site.csv row 2", refused=("a sentence",), row=2)
    today = date(2026, 11, 23)
    assert refused.as_csv("site.csv", today, [outcome]).decode("utf-8-sig").splitlines() == [
        ",".join(refused.COLUMNS),
        "2,,,,,a sentence,site.csv,2026-11-23",
    ]


# The command line ---------------------------------------------------------------------------------


def test_a_mapping_is_for_tables(run, write):
    write()
    result = run("batch", "patients", "--out", "out", "--mapping", "map.yaml")
    assert (result.exit_code, result.stderr) == (
        ExitCode.USAGE,
        "--mapping is given with a folder; allowed: with a CSV or XLSX file.\n",
    )


@pytest.mark.parametrize("name", ["missing.csv", "site.xls", "site.txt"])
def test_what_is_no_table_is_one_sentence(run, tmp_path, name):
    if name != "missing.csv":
        (tmp_path / name).write_text("x")
    result = run("batch", name, "--out", "out")
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [refused.NAME, "summary.csv", "Summary.xlsx"])
def test_a_table_is_not_written_over(run, tmp_path, name):
    (tmp_path / name).write_text("mine")
    result = run("batch", name, "--out", ".", "--format", "json")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(f"{name} would be written over; ")
    assert (tmp_path / name).read_text() == "mine"


def test_a_mapping_that_is_missing_is_one_sentence(batch):
    result = batch(row("A-01"), more=("--mapping", "map.yaml"))
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == "map.yaml: the file is missing; allowed: a file that can be read.\n"
