"""What a protocol names: sheets, a drug, and files beside it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from cases import read
from spec.protocol_file.own import HEAD, with_taper

from taper import sources
from taper.errors import Refusal
from taper.sources import checking

SHIPPED = Path(sources.__file__).parents[1] / "data"
TAPER = "taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-fast}\n"

# The sheets and the drug that a protocol names ----------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "equivalence: us-lable",
            "equivalence (line 7) is 'us-lable'; allowed: one of axelrod, bnf, de-label or "
            "us-label (did you mean us-label?).",
        ),
        # a list of physiologic doses is for warnings and never for a conversion
        (
            "equivalence: hpa",
            "equivalence (line 7) is 'hpa'; allowed: one of axelrod, bnf, de-label or us-label.",
        ),
        ("market: XX", "market (line 7) is 'XX'; allowed: one of AU, CA, DE, JP, NZ, UK or US."),
    ],
)
def test_an_unknown_table_or_market_is_refused_with_those_there_are(refused, line, message):
    """§3.1.6."""
    assert refused(f"{HEAD}{line}\n") == [f"p.yaml: {message}"]


def test_a_taper_may_be_given_in_one_drug_under_any_of_its_names(trial):
    """§4.4.4."""
    assert trial(
        with_taper("ese-es-2024-fast", more="  drug: Deltasone\n")
    ).protocol.taper.drug == ("prednisone")


def test_a_taper_in_an_unknown_drug_is_refused(refused):
    """§4.4.4."""
    [message] = refused(with_taper("ese-es-2024-fast", more="  drug: aspirin\n"))
    assert message.startswith("p.yaml: taper.drug (line 11) is 'aspirin'; allowed: one of ")


def test_a_taper_in_a_drug_that_its_table_lacks_is_refused(refused):
    """§4.4.4."""
    [message] = refused(with_taper("ese-es-2024-fast", more="  drug: deflazacort\n"))
    assert message.startswith(
        "p.yaml: taper.drug (line 11) is 'deflazacort'; allowed: as-baseline, or one of table "
        "us-label: prednisone, "
    )


# What a reference may be --------------------------------------------------------------------------


def test_a_protocol_is_a_shipped_id_or_a_path_relative_to_the_participant_file(tmp_path):
    """§4.1.6."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.yaml").write_text(HEAD, encoding="utf-8")
    assert sources.trial("sub/own.yaml", beside=tmp_path).protocol.id == "p"
    assert sources.trial("../sub/own.yaml", beside=tmp_path / "sub").protocol.id == "p"
    assert sources.trial(str(tmp_path / "sub" / "own.yaml")).protocol.id == "p"


def test_without_a_participant_file_a_path_is_relative_to_the_current_folder(tmp_path, monkeypatch):
    """§4.1.6."""
    (tmp_path / "own.yaml").write_text(HEAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert sources.trial("own.yaml").protocol.id == "p"


def test_the_name_of_the_file_and_the_id_may_differ(tmp_path):
    (tmp_path / "renamed").write_text(HEAD, encoding="utf-8")
    assert sources.trial("renamed", beside=tmp_path).protocol.id == "p"


def test_a_shipped_id_wins_over_a_file_of_that_name(tmp_path):
    """§4.1.6."""
    (tmp_path / "iimpact").write_text(HEAD, encoding="utf-8")
    assert sources.trial("iimpact", beside=tmp_path).protocol.id == "iimpact"


def test_a_shipped_id_beside_another_sheet_of_that_name_is_refused(tmp_path):
    """§4.1.6: the hospital's own table lay there, and the shipped example was planned."""
    beside = tmp_path / "iimpact.yaml"
    beside.write_text(HEAD, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        sources.trial("IIMPACT", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "IIM-001: protocol is 'iimpact', which is shipped, and iimpact.yaml with other content "
        "lies beside it; allowed: iimpact.yaml for that file; for the shipped one, no file of "
        "that name there."
    )
    assert sources.trial("iimpact.yaml", beside=tmp_path).protocol.id == "p"
    beside.write_bytes((SHIPPED / "protocols" / "iimpact.yaml").read_bytes())
    assert sources.trial("iimpact", beside=tmp_path).protocol.id == "iimpact"


def test_a_shipped_regimen_beside_another_sheet_of_that_name_is_refused(tmp_path):
    """§4.1.6."""
    own, sheet = tmp_path / "own.yaml", tmp_path / "ese-es-2024-fast.yml"
    own.write_text(HEAD + TAPER, encoding="utf-8")
    shipped = (SHIPPED / "regimens" / "ese-es-2024-fast.yaml").read_text(encoding="utf-8")
    sheet.write_text(shipped, encoding="utf-8")
    assert sources.trial("own.yaml", beside=tmp_path).regimen_id == "ese-es-2024-fast"
    sheet.write_text(shipped.replace("days: 7", "days: 9"), encoding="utf-8")
    with pytest.raises(Refusal, match=r"taper.regimen is 'ese-es-2024-fast', which is shipped"):
        sources.trial("own.yaml", beside=tmp_path)
    ((problem,),) = (file.problems for file in checking.check([own]))
    assert problem.field == "taper.regimen"


def test_a_file_of_another_kind_beside_a_shipped_id_is_no_other_sheet(tmp_path):
    """§4.1.6: a protocol may well be called as the regimen that it names."""
    own = tmp_path / "ese-es-2024-fast.yaml"
    own.write_text(HEAD + TAPER, encoding="utf-8")
    assert sources.trial(own.name, beside=tmp_path).regimen_id == "ese-es-2024-fast"
    (tmp_path / "iimpact.yaml").write_text("participant: A-01\nsteroid: none\n", encoding="utf-8")
    assert sources.trial("iimpact", beside=tmp_path).protocol.id == "iimpact"
    (tmp_path / "iimpact.yaml").write_text("- no sheet\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"iimpact.yaml with other content lies beside it"):
        sources.trial("iimpact", beside=tmp_path)


def test_a_file_that_changed_is_read_again(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(HEAD, encoding="utf-8")
    before = sources.trial("own.yaml", beside=tmp_path)
    own.write_text(HEAD.replace("A trial", "Another trial"), encoding="utf-8")
    assert sources.trial("own.yaml", beside=tmp_path).protocol_sha256 != before.protocol_sha256


def test_an_unknown_id_is_answered_with_the_one_that_was_meant(tmp_path):
    """§4.1.6."""
    with pytest.raises(Refusal) as refusal:
        sources.trial("impact", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "IIM-001: protocol is 'impact'; allowed: a path to a file, or one of iimpact, "
        "iimpact-2025-design, ssc-ucmsc or ulsc-phase1 (did you mean iimpact?)."
    )


def test_a_missing_file_is_said_of_the_participant_who_names_it(tmp_path):
    """§1.1.4."""
    with pytest.raises(Refusal) as refusal:
        sources.trial("own.yaml", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "IIM-001: protocol is 'own.yaml', which is missing; allowed: a file that can be read."
    )


def test_what_is_wrong_in_the_file_is_said_of_the_file(tmp_path):
    (tmp_path / "own.yaml").write_text(HEAD.replace("draft", "final"), encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        sources.trial("own.yaml", beside=tmp_path, who="IIM-001")
    assert str(refusal.value) == (
        "own.yaml: status (line 4) is 'final'; allowed: draft, illustrative or approved."
    )


def test_every_golden_case_can_be_read(case_files: list[Path]):
    assert case_files
    for path in case_files:
        data = sources.read(path).data
        assert read(data["protocol"], data["participant"])


@pytest.fixture
def case_files() -> list[Path]:
    return sorted((Path(__file__).parents[2] / "golden" / "cases").glob("*.yaml"))


@pytest.mark.parametrize("id_", sources.burst_ids())
def test_a_rescue_may_be_the_id_of_a_shipped_burst(tmp_path: Path, id_: str):
    """§4.6.4."""
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + f"flare: {{action: rescue, rescue: {id_}}}\n")
    flare = sources.trial(str(path)).protocol.flare
    assert flare is not None
    published = sources.burst_sheet(id_)["rescue"]
    assert [(str(row.days), row.mg) for row in flare.rescue] == [
        (row["days"], Fraction(row["mg"])) for row in published
    ]


def test_a_burst_that_nobody_ships_is_refused_with_the_near_one(refused):
    """§4.6.4."""
    (said,) = refused(HEAD + "flare: {action: rescue, rescue: aramis-option-3}\n")
    assert said.startswith("p.yaml: flare.rescue (line 7) is 'aramis-option-3'; allowed: the doses")
    assert "aramis-option-1 or aramis-option-2" in said
