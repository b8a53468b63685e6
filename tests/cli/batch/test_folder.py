"""`taper batch`: a folder of participants, refused ones among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cli.batch.folders import BAD, names, planned

from taper.errors import EnvironmentLacking, ExitCode, Obstacle, Problem
from taper.folder.outcomes import Outcome
from taper.operations.plans.outputs import Format, Output
from taper.sources.claims import Claimant, without_clashes
from taper.sources.tables import CellProblem

WITHOUT_STEROID = "participant: IIM-009\nprotocol: iimpact\nsteroid: none\n"


def test_every_participant_is_written_under_their_own_name(batch, write, tmp_path):
    write("b.yaml", id="IIM-002")
    write("a.yml", id="IIM-001")
    result = batch("--format", "json", "--format", "table")
    assert result.exit_code == ExitCode.WRITTEN
    assert names(tmp_path / "out") == [
        "IIM-001.json",
        "IIM-001.table",
        "IIM-002.json",
        "IIM-002.table",
    ]


def test_there_is_one_line_a_participant_and_a_summary(batch, write):
    write("IIM-001.yaml")
    write("IIM-009.yaml", WITHOUT_STEROID)
    result = batch("--format", "json")
    assert result.stdout.splitlines() == [
        "Participant      State                  Start       Target      Warnings",
        "IIM-001          tapering               2026-05-14  2026-08-20  2",
        "IIM-009          not-on-steroid         -           -           1",
        "",
        "State           Participants",
        "--------------  ------------",
        "tapering                   1",
        "not-on-steroid             1",
        "all                        2",
        "",
        "Written to out: 2 json.",
    ]
    assert result.stderr == ""


def test_only_yaml_of_the_folder_itself_is_a_participant(batch, write, tmp_path):
    write()
    write("notes.txt", "nothing")
    write("table.csv", "nothing")
    write(".hidden.yaml", "nothing")
    (tmp_path / "patients" / "protocols").mkdir()
    (tmp_path / "patients" / "protocols" / "p.yaml").write_text("nothing")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.WRITTEN
    assert names(tmp_path / "out") == ["IIM-001.json"]


def test_what_is_called_yaml_and_is_no_file_is_refused_and_not_passed_over(batch, write, tmp_path):
    write()
    (tmp_path / "patients" / "folder.yaml").mkdir()
    (tmp_path / "patients" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert names(tmp_path / "out") == ["IIM-001.json"]
    assert {line.split(":")[0] for line in result.stderr.splitlines()} == {
        "patients/folder.yaml",
        "patients/gone.yaml",
    }


def test_one_who_is_refused_never_stops_the_others(batch, write, tmp_path):
    for name in ("IIM-001.yaml", "IIM-003.yaml"):
        write(name)
    write("IIM-002.yaml", BAD)
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert names(tmp_path / "out") == ["IIM-001.json", "IIM-003.json"]
    assert "BAD-1            refused\n" in result.stdout
    assert "refused              1\n" in result.stdout
    assert {line.split(":")[0] for line in result.stderr.splitlines()} == {"BAD-1 (IIM-002.yaml)"}


@dataclass(frozen=True)
class Failing(Output):
    """A plan in JSON that cannot even be named for one participant."""

    error: Exception = field(default_factory=KeyError)

    def name(self, participant: str) -> str:
        if participant == "IIM-001":
            raise self.error
        return super().name(participant)


def test_a_fault_met_with_one_never_stops_the_others(write, tmp_path):
    write("IIM-001.yaml")
    folder = write("IIM-002.yaml").parent
    first, second = planned(folder, tmp_path / "out", Failing(Format.JSON))
    ((ground, sentence),) = first.refusals()
    assert sentence.startswith("taper itself failed (KeyError in test_folder.py")
    assert not first.is_named_in(ground)
    assert (second.refused, second.written) == ((), ("IIM-002.json",))
    assert names(tmp_path / "out") == ["IIM-002.json"]


def test_a_file_that_cannot_be_written_concerns_no_other(batch, write, tmp_path):
    write("IIM-001.yaml")
    write("IIM-002.yaml")
    (tmp_path / "out" / "IIM-001.json").mkdir(parents=True)
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert result.stderr == (
        "IIM-001.yaml: out/IIM-001.json cannot be written: a folder of that name is in the way.\n"
    )
    assert (tmp_path / "out" / "IIM-002.json").is_file()


def test_what_the_machine_lacks_is_said_once_and_ends_the_batch(write, tmp_path):
    write("IIM-001.yaml")
    folder = write("IIM-002.yaml").parent
    lacking = EnvironmentLacking("Pango is missing.")
    with pytest.raises(EnvironmentLacking) as said:
        planned(folder, tmp_path / "out", Failing(Format.JSON, error=lacking))
    assert said.value is lacking
    assert not (tmp_path / "out").exists()


def test_a_folder_without_participants_is_refused(batch, write, tmp_path):
    write("notes.txt", "nothing")
    result = batch()
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == (
        "patients: folder is without a YAML file; allowed: a folder with a YAML file a "
        "participant.\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("folder", ["missing", "patients/IIM-001.yaml"])
def test_a_folder_that_is_none_is_refused(run, write, folder):
    write()
    result = run("batch", folder, "--out", "out")
    assert result.exit_code == ExitCode.REFUSED
    assert len(result.stderr.splitlines()) == 1


def test_an_out_that_is_a_file_is_said_once(batch, write, tmp_path):
    write("IIM-001.yaml")
    write("IIM-002.yaml")
    (tmp_path / "out").write_text("mine")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr == "out cannot be written: out is a file, not a folder.\n"
    assert (tmp_path / "out").read_text() == "mine"


def test_only_who_takes_no_steroid_leaves_nothing_to_write_and_nobody_refused(batch, write):
    write("IIM-009.yaml", WITHOUT_STEROID)
    result = batch("--format", "html")
    assert result.exit_code == ExitCode.WRITTEN
    assert result.stdout.endswith("Written to out: nothing.\n")


# Two files with one id ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IIM-001", "IIM-001"),
        ("iim-001", "IIM-001"),
        ("001", "1"),
        ("IIM-1", "IIM-001"),
        ("S01-2", "S1-02"),
    ],
)
def test_two_files_with_one_id_are_both_refused_before_anything_is_written(
    batch, write, tmp_path, one, other
):
    """§5.1.3."""
    write("a.yaml", id=one)
    write("b.yaml", id=other)
    write("c.yaml", id="IIM-777")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.SOME_REFUSED
    assert names(tmp_path / "out") == ["IIM-777.json"]
    refused = result.stderr.splitlines()
    assert len(refused) == 2
    assert all("a.yaml" in line and "b.yaml" in line for line in refused)


@pytest.mark.parametrize(
    ("one", "other"), [("IIM-100", "IIM-1"), ("1.10", "1.1"), ("A-0", "A-00x"), ("10", "1")]
)
def test_ids_that_differ_otherwise_are_two(one, other):
    both = [Claimant(Path("a.yaml"), one), Claimant(Path("b.yaml"), other)]
    assert without_clashes(both) == both


def test_ids_in_two_unicode_forms_are_one():
    """§5.1.2."""
    both = [Claimant(Path("a.yaml"), "Zo\u00eb"), Claimant(Path("b.yaml"), "Zoe\u0308")]
    assert all(source.refused for source in without_clashes(both))


def test_a_file_that_is_refused_still_holds_its_id(batch, write, tmp_path):
    """Its older copy beside it is in order, but is not what was last decided."""
    write("IIM-001.yaml", write().read_text().replace("25", "-25"))
    write("IIM-001 copy.yaml", id="IIM-001")
    result = batch("--format", "json")
    assert result.exit_code == ExitCode.REFUSED
    assert not (tmp_path / "out").exists()


def changed_meanwhile(write):
    """What happens to a file between the reading of all and the planning of each."""

    def when_all_are_read(doing: str, *_: int) -> None:
        if doing == "planning":
            write(id="IIM-002")

    return when_all_are_read


def test_a_file_is_planned_as_it_was_read_first(write, tmp_path):
    changed = changed_meanwhile(write)
    (outcome,) = planned(write().parent, tmp_path / "out", progress=changed)
    assert (outcome.participant, outcome.refused) == ("IIM-001", ())


def test_a_long_file_that_changes_hands_while_it_is_read_is_refused(write, tmp_path, monkeypatch):
    monkeypatch.setattr("taper.sources.claims.MOST_PACKED", 0)
    (outcome,) = planned(write().parent, tmp_path / "out", progress=changed_meanwhile(write))
    ((_, sentence),) = outcome.refusals()
    assert "IIM-002, and was IIM-001 a moment ago" in sentence


# What is said of whom -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "who"),
    [
        ("IIM-001.yaml", "IIM-001.yaml"),
        ("IIM-001.yaml", "IIM-001"),
        ("IIM-001.yaml", "patients/IIM-001.yaml"),
        ("a.yaml", "IIM-001 (a.yaml)"),
        ("a.yaml", "patients/a.yaml"),
    ],
)
def test_a_sentence_that_names_its_file_is_told_as_it_is(source, who):
    assert Outcome(source, "IIM-001").is_named_in(Problem(who, "dose", "0", "more"))


@pytest.mark.parametrize(
    ("source", "ground"),
    [
        ("a.yaml", Problem("IIM-001", "dose", "0", "more")),
        ("IIM-001.yaml", Problem("own.yaml", "dose", "0", "more")),
        ("own.yaml", Problem("her-own.yaml", "dose", "0", "more")),  # it ends like the file
        ("IIM.yaml", Problem("IIM-001", "dose", "0", "more")),  # and begins like it
        ("IIM-001.yaml", Obstacle("out/IIM-001.json cannot be written: the disk is full.")),
    ],
)
def test_any_other_is_told_after_the_name_of_the_file(source, ground):
    assert not Outcome(source, "IIM-001").is_named_in(ground)


def test_a_problem_of_a_cell_names_its_row_whichever_row_the_participant_begins_in():
    problem = CellProblem("site.csv row 5", "dose", "0", "more", row=5, column="dose")
    assert Outcome("site.csv row 3").is_named_in(problem)


def test_the_last_of_several_sentences_says_what_becomes_of_the_calendar_there_is():
    grounds = (Problem("A", "dose", "0", "more"), Obstacle("The disk is full."))
    assert [sentence for _, sentence in Outcome("a.yaml", "A", grounds, left=2).refusals()] == [
        "A: dose is 0; allowed: more.",
        "The disk is full. The calendar of revision 2 is left as it was.",
    ]
