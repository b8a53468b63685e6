"""`taper batch --check`: what a batch would do, said before anything is written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from cli.batch.folders import BAD, PLAN
from cli.conftest import USUAL

from taper.errors import ExitCode
from taper.folder import keeping
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.storage import lock
from taper.storage.open_folder import OpenFolder
from taper.workers.pool import Pool

BEFORE = "2026-06-20"
WRONG = "the pharmacist, typed wrongly"
WITHDRAWN = "events: [{type: withdraw, date: 2026-11-20, reason: consent withdrawn}]\n"
PROTOCOL = """\
id: ours
title: Ours
version: "1"
status: draft
sources: [section 6]
infusions: [{number: 1, months: 0}, {number: 2, months: 3}]
taper: {after_infusion: 2, target_mg: 5, regimen: ese-es-2024-fast}
"""


def seen(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder, and when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def ahead(run, tmp_path):
    """What a batch would do, by participant; nothing was written to say it."""

    def of_folder(*words: object, source: str = "patients", today: str = "2026-11-23"):
        out = tmp_path / "out"
        was = seen(out) if out.exists() else None
        options = ("--out", "out", "--workers", 1, "--format", "json", "--check", "--json")
        result = run("batch", source, *options, *words, today=today)
        assert (seen(out) if out.exists() else None) == was
        told = [json.loads(line) for line in result.stdout.splitlines()]
        return {each["participant"] or each["source"]: each for each in told}, result

    return of_folder


@pytest.fixture
def written(run, write):
    """A batch of three, as it was five months ago, with a card that is not asked for again."""
    for id_ in ("IIM-001", "IIM-002", "IIM-003"):
        write(f"{id_}.yaml")
    options = ("--out", "out", "--workers", 1, "--format", "json", "--format", "table")
    result = run("batch", "patients", *options, today=BEFORE)
    assert result.exit_code == ExitCode.WRITTEN


def test_of_an_empty_folder_everybody_is_new_and_the_folder_is_not_made(ahead, write, tmp_path):
    write("IIM-001.yaml")
    told, result = ahead()
    assert result.exit_code == ExitCode.WRITTEN
    assert told["IIM-001"]["would_be"] == "new"
    assert told["IIM-001"]["written"] == ["IIM-001.json"]
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("written")
def test_each_is_told_what_would_become_of_their_papers(ahead, write, tmp_path):
    write("IIM-001.yaml", USUAL.format(id="IIM-001") + WITHDRAWN)
    write("IIM-002.yaml", USUAL.format(id="IIM-002").replace("dose_mg: 25", "dose_mg: 300"))
    (tmp_path / "patients" / "IIM-003.yaml").unlink()
    write("IIM-004.yaml")
    told, result = ahead()
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert {who: each["would_be"] for who, each in told.items()} == {
        "IIM-001": "withdrawn",
        "IIM-002": "refused",
        "IIM-003": "not in the source",
        "IIM-004": "new",
    }
    assert told["IIM-001"]["recalled"] == ["IIM-001.json", "IIM-001.table"]
    assert told["IIM-001"]["without_successor"] == []  # what was asked for once is made again
    assert told["IIM-001"]["written"] == ["IIM-001.table", "IIM-001.json"]
    assert told["IIM-002"]["recalled"] == ["IIM-002.json", "IIM-002.table"]
    assert told["IIM-003"]["left"] == 1


@pytest.mark.usefixtures("written")
def test_what_somebody_must_do_is_said_in_sentences(run, write, tmp_path):
    write("IIM-001.yaml", USUAL.format(id="IIM-001").replace("dose_mg: 25", "dose_mg: 20"))
    write("IIM-002.yaml", USUAL.format(id="IIM-002").replace("dose_mg: 25", "dose_mg: 300"))
    (tmp_path / "patients" / "IIM-003.yaml").unlink()
    command = ("batch", "patients", "--out", "out", "--workers", 1, "--format", "json", "--check")
    command += ("--accept-past", WRONG)
    whole, quiet = run(*command).stdout, run(*command, "--quiet").stdout
    said = " ".join(whole.split())
    for sentence in (
        "IIM-001: what is past would be altered, 77 days before 2026-11-23 altered, the first "
        "2026-04-30: 25 mg prednisone to 20 mg prednisone.",
        "IIM-001: revision 2 would replace revision 1, issued 2026-06-20, other from 2026-04-30 "
        "on, recall IIM-001.json, IIM-001.table. dose: prednisone 25 mg to prednisone 20 mg; past "
        "days: 77 days before 2026-11-23 altered, the first 2026-04-30: 25 mg prednisone to 20 mg "
        "prednisone, accepted by the pharmacist, typed wrongly.",
        "IIM-002: the paper of revision 1 no longer fits its data, and nothing takes its place: "
        "IIM-002.json, IIM-002.table.",
        "IIM-003: in the folder but not in the source; revision 1 would stay as it is "
        "(IIM-003.json, IIM-003.table).",
        "Nothing was written to out; without --check: 1 json, 1 table.",
    ):
        assert sentence in said
    assert quiet.startswith("IIM-001: what is past")
    assert "Would be" not in quiet


@pytest.mark.usefixtures("written")
def test_what_changes_from_today_on_alters_no_day_that_is_past(ahead, write):
    text = USUAL.format(id="IIM-001")
    write("IIM-001.yaml", text + "events: [{type: flare, date: 2026-06-20}]\n")
    told, _ = ahead(today=BEFORE)
    assert told["IIM-001"]["would_be"] == "revised"
    assert told["IIM-001"]["past_altered"] is None
    told, _ = ahead(today="2026-08-01")
    assert told["IIM-001"]["past_altered"]["first"] < "2026-08-01"


@pytest.mark.usefixtures("written")
def test_other_tablets_of_the_same_dose_alter_a_day_too(ahead, write):
    write("IIM-001.yaml", USUAL.format(id="IIM-001").replace("[20, 5", "[10, 5"))
    told, _ = ahead("--accept-past", WRONG)
    assert told["IIM-001"]["past_altered"]["first"] == "2026-04-30"
    assert told["IIM-001"]["past_altered"]["was"] == "25 mg as 1 x 20 mg and 1 x 5 mg"
    assert told["IIM-001"]["past_altered"]["now"] == "25 mg as 2 x 10 mg and 1 x 5 mg"
    told, _ = ahead()
    assert told["IIM-001"]["would_be"] == "refused"
    assert "the past is another on 2026-04-30" in told["IIM-001"]["refused"][0]


@pytest.mark.usefixtures("written")
def test_what_it_says_is_what_the_batch_then_does(write, tmp_path):
    """The batch is the same decision, and then writes it."""
    write("IIM-001.yaml", USUAL.format(id="IIM-001").replace("dose_mg: 25", "dose_mg: 20"))
    write("IIM-002.yaml", BAD)
    write("IIM-005.yaml")
    (tmp_path / "out" / "IIM-005.json").mkdir()
    (tmp_path / "out" / "IIM-003.json").unlink()
    with Pool.of(workers=1) as pool:
        asked = Asked(
            source=tmp_path / "patients",
            out=tmp_path / "out",
            outputs=(PLAN,),
            today=date(2026, 11, 23),
            accepted=WRONG,
        )
        said = list(runs.ahead(asked, pool=pool))
        done = list(runs.batch(asked, pool=pool))
    of_source = [each.outcome for each in said if each.fate != "not in the source"]
    assert [each.as_dict() for each in of_source] == [each.as_dict() for each in done]
    assert [each.fate.value for each in said] == [
        "revised",
        "refused",
        "unchanged",
        "refused",
        "not in the source",
    ]


@pytest.mark.usefixtures("written")
def test_what_an_ended_run_left_undone_is_neither_mended_nor_in_the_way(ahead, tmp_path):
    out = tmp_path / "out"
    staged = out / keeping.STAGED
    staged.mkdir(parents=True)
    (out / "IIM-001.json").rename(staged / "IIM-001.json")
    (out / "manifest.json").unlink()
    ledger = out / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes() + b"{half a line")
    for name in ("summary.csv", "summary.xlsx", "tablets.csv", "index.html"):
        (out / name).unlink()
    told, result = ahead()
    assert result.exit_code == ExitCode.WRITTEN
    assert {each["would_be"] for each in told.values()} == {"unchanged"}


@pytest.mark.usefixtures("written")
def test_a_folder_that_another_run_writes_is_refused_as_the_batch_would_be(ahead, tmp_path):
    with OpenFolder(tmp_path / "out") as out, lock.held(out):
        _, result = ahead()
    assert result.exit_code == ExitCode.REFUSED
    assert "is being written by another run of taper" in result.stderr


def test_a_table_is_checked_row_by_row(ahead, tmp_path):
    header = "participant,protocol,drug,dose_mg,infusion_1,infusion_2\n"
    row = "{},iimpact,prednisone,{},2026-01-31,2026-04-30\n"
    table = tmp_path / "site.csv"
    table.write_text(header + row.format("A1", 25) + row.format("A2", 300), encoding="utf-8")
    told, result = ahead(source="site.csv")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert [each["would_be"] for each in told.values()] == ["new", "refused"]
    assert not (tmp_path / "out").exists()


def test_the_paper_of_two_rows_with_one_id_is_named_once(run, tmp_path):
    header = "participant,protocol,drug,dose_mg,infusion_1,infusion_2\n"
    row = "A1,iimpact,prednisone,{},2026-01-31,2026-04-30\n"
    table, options = tmp_path / "site.csv", ("--out", "out", "--workers", 1, "--format", "json")
    table.write_text(header + row.format(25), encoding="utf-8")
    assert run("batch", table, *options).exit_code == ExitCode.WRITTEN
    table.write_text(header + row.format(25) + row.format(20), encoding="utf-8")
    for word in ("--check", "--quiet"):
        said = run("batch", table, *options, word)
        both = " ".join((said.stdout + said.stderr).split())
        assert both.count("no longer fits its data") == 1, both


# What lies beside participants -----------------------------------------------------------------


@pytest.mark.parametrize("command", ["batch", "check", "quantities"])
def test_a_protocol_and_a_regimen_beside_participants_are_passed_over(run, write, command: str):
    """They are known for what they are, said once, and nobody is refused for them."""
    write("IIM-001.yaml", USUAL.format(id="IIM-001").replace("iimpact", "ours.yaml"))
    write("IIM-002.yaml", USUAL.format(id="IIM-002").replace("iimpact", "ours.yaml"))
    write("ours.yaml", PROTOCOL)
    rows = "regimen: {kind: steps, steps: [{mg: 5, days: 7}]}\n"
    head = "id: own\ntitle: Own\nstatus: looked-up\nsources: [{citation: ours}]\n"
    write("own.yml", head + rows)
    more = ("--out", "out", "--workers", 1, "--format", "json") if command == "batch" else ()
    result = run(command, "patients", *more)
    assert result.exit_code == ExitCode.WRITTEN
    if command == "check":
        assert result.stderr == ""
        assert f"{Path('patients/ours.yaml')}: a protocol in order" in result.stdout
    else:
        assert result.stderr == (
            "patients: passed over, as no participant's file: ours.yaml (a protocol) and own.yml "
            "(a regimen).\n"
        )


def test_a_mapping_and_a_name_that_goes_on_behind_yaml_are_passed_over_and_said(batch, write):
    """Not every system shows the whole name, and whoever looks for a participant must find none."""
    write("IIM-001.yaml")
    write("IIM-002.yaml.txt", USUAL.format(id="IIM-002"))
    write("map.yaml", "columns: {record_id: participant, gc: drug}\nothers: ignore\n")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stderr == (
        "patients: passed over, as no participant's file: map.yaml (a mapping).\n"
        "patients: passed over, as the name does not end in .yaml: IIM-002.yaml.txt.\n"
    )


def test_what_of_a_folder_is_not_read_is_named_in_one_sentence(batch, run, write, tmp_path):
    """A participant's file in a folder within it, or hidden, must not vanish without a word."""
    write("IIM-001.yaml")
    write("IIM-001.yaml.1.bak")  # as an event keeps it
    for name in ("IIM-002.json", "IIM-003.yaml~", ".IIM-004.yaml", "a", "b", "c", "d", "e"):
        write(name, "x")
    (tmp_path / "patients" / "papers").mkdir()
    for name in ("old", "protocols"):
        (tmp_path / "patients" / name).mkdir()
    write("IIM-009.yaml", folder="patients/old")
    write("ours.yaml", PROTOCOL, folder="patients/protocols")
    told = (
        "patients: passed over, as folders in it are not read: old (with IIM-009.yaml) and papers; "
        "as the name does not end in .yaml: IIM-003.yaml~, IIM-002.json, a, b, c, d and 1 more; as "
        "hidden: .IIM-004.yaml.\n"
    )
    assert batch("--check").stderr == told
    assert batch("--format", "json").stderr == told
    assert run("quantities", "patients").stderr == told
    assert run("check", "patients").stderr == (
        "patients: passed over, as the name does not end in .yaml: IIM-003.yaml~, IIM-002.json, a, "
        "b, c, d and 1 more; as hidden: .IIM-004.yaml.\n"
    )


def test_what_a_batch_wrote_beside_its_participants_is_not_named(run, write, tmp_path):
    write("IIM-001.yaml")
    command = ("batch", "patients", "--format", "json", "--workers", 1, "--out")
    for out in ("patients/out", "patients"):
        assert [run(*command, out).stderr for _ in range(2)] == ["", ""]
    write("IIM-002.yaml.txt")
    assert "IIM-002.yaml.txt" in run(*command, "patients").stderr


def test_whoever_claims_an_id_or_a_steroid_is_never_passed_over(batch, write):
    write("IIM-001.yaml")
    write("IIM-002.yaml", PROTOCOL + "participant: IIM-002\n")
    write("IIM-003.yaml", PROTOCOL + "steroid: none\n")
    write("IIM-004.yaml", "- not keys\n")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert "passed over" not in result.stderr
    assert "refused              3" in result.stdout


def test_a_folder_of_protocols_alone_has_nobody_to_plan(batch, write):
    write("ours.yaml", PROTOCOL)
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "patients: folder is without a participant's file; allowed: a folder with a YAML file a "
        "participant.\n"
    )
