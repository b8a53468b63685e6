"""`taper regimens`: what is shipped, and a regimen for a protocol that prescribes none."""

from __future__ import annotations

import json

import pytest
from cli.sheets.own import OURS

from taper import sources
from taper.errors import ExitCode
from taper.wording.layout import WIDTH

# Regimens -----------------------------------------------------------------------------------------


def test_every_regimen_is_listed(shown):
    lines = shown("regimens").splitlines()
    first_words = {line.split(" ")[0] for line in lines}
    assert set(sources.regimen_ids()) <= first_words
    assert any(
        line.startswith("Not usable before numbers that the source leaves") for line in lines
    )


@pytest.mark.parametrize("id_", sources.regimen_ids())
def test_a_regimen_is_shown_with_its_sources_and_the_range_beside_the_choice(shown, id_: str):
    sheet = sources.regimen_sheet(id_)
    text = shown("regimens", id_)
    said = " ".join(text.split())
    assert sheet["status"] in said
    assert sheet["evidence_grade"] in said
    for source in sheet["sources"]:
        assert f"- {source['citation']}" in said
    for left_open in sheet.get("needs", []):
        assert left_open in said
    if "verify" in sheet:
        assert f"Check against {sheet['verify']}" in said
    beside = text[text.index("Published  ") :].splitlines()[2:]
    divided = beside and [(line[:39], line[39:]) for line in beside]
    published = " ".join(" ".join(left for left, _ in divided).split())
    assert all(" ".join(each.split()) in published for each in sheet["published"])


def test_the_list_of_regimens_names_the_flare_bursts(shown):
    text = " ".join(shown("regimens").split())
    for id_ in sources.burst_ids():
        assert f"For flare.rescue: {id_}, looked-up" in text


def test_regimens_as_json_are_the_sheets(shown):
    assert json.loads(shown("regimens", "--format", "json"))[0] == dict(
        sources.regimen_sheet(sources.regimen_ids()[0])
    )
    one = json.loads(shown("regimens", "semira", "--format", "json"))
    assert one == dict(sources.regimen_sheet("semira"))


def test_the_regimens_for_a_disease_are_those_for_it_and_those_for_any(shown):
    """§4.4.12."""
    found = json.loads(shown("regimens", "--for", "Myositis", "--format", "json"))
    assert {"myositis"} < {disease for sheet in found for disease in sheet["for"]}
    assert all({"myositis", "any"} & set(sheet["for"]) for sheet in found)
    assert {"etg-myositis", "etg-myositis-whole", "ese-es-2024-fast"} <= {s["id"] for s in found}
    listed = shown("regimens", "--for", "myositis")
    assert "hhe-myositis-slow" in listed
    assert "giacta-26-week" not in listed
    assert "For             myositis\n" in shown("regimens", "etg-myositis")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--for", "myositus"], "--for is 'myositus'; allowed: any, anca-vasculitis, "),
        (["semira", "--for", "any"], "--for lists regimens, and one was named; allowed: one of "),
    ],
)
def test_what_regimens_cannot_be_listed_for_is_one_sentence(run, words, sentence):
    result = run("regimens", *words, today=None)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr.startswith(sentence)


def test_a_sheet_for_an_unknown_disease_is_refused(run, tmp_path):
    """§4.4.12."""
    sheet = (
        "id: ours\ntitle: Ours\nfor: [gout]\nstatus: looked-up\nsources: [{citation: c}]\n"
        "regimen: {kind: bands, bands: [{above_mg: 0, decrease_mg: 5, every_days: 7}]}\n"
    )
    (tmp_path / "ours.yaml").write_text(sheet, encoding="utf-8")
    result = run("check", "ours.yaml", today=None)
    assert result.exit_code == ExitCode.REFUSED
    assert "for[1] (line 3) is 'gout'; allowed: any, anca-vasculitis, " in result.stderr


EVERYTHING = [
    ["regimens", "--for", "myositis"],
    ["regimens", "compare", "--from", "25", "--to", "5", "--weight", "70"],
    ["protocols"],
    *(["protocols", id_] for id_ in sources.protocol_ids()),
    *(["protocols", id_, "--first-infusion", "2026-01-31"] for id_ in sources.protocol_ids()),
    ["regimens"],
    *(["regimens", id_] for id_ in sources.regimen_ids()),
    ["regimens", "compare", *sources.regimen_ids(), "--from", "60", "--to", "5", "--weight", "71"],
    ["regimens", "compare", *sources.regimen_ids(), "--from", "1000", "--to", "0"],
    [
        "regimens",
        "compare",
        "ese-es-2024-slow",
        "--from",
        "25",
        "--to",
        "5",
        "--start",
        "2026-05-14",
    ],
    ["--help"],
    *([*command, "--help"] for command in (["protocols"], ["regimens"], ["event"], ["check"])),
    ["regimens", "compare", "--help"],
]


@pytest.mark.parametrize("words", EVERYTHING, ids=" ".join)
def test_nothing_is_wider_than_a_terminal(shown, words: list[str]):
    assert max(map(len, shown(*words).splitlines())) <= WIDTH


def test_help_names_the_commands_of_regimens(shown):
    helped = shown("regimens", "--help")
    assert "List the regimens, show one, or compare them." in helped
    assert "compare" in helped


# A regimen for a protocol that prescribes none ----------------------------------------------------


@pytest.mark.parametrize("protocol", ["ulsc-phase1", "ssc-ucmsc"])
def test_a_protocol_without_a_taper_says_so_in_one_sentence_and_offers_regimen(plan, protocol):
    """§4.1.7."""
    result = plan(protocol=protocol)
    assert (result.exit_code, result.stdout) == (ExitCode.REFUSED, "")
    assert result.stderr == (
        f"A1: protocol is {protocol}, which prescribes no taper; allowed: a regimen chosen with "
        "--regimen ID (taper regimens lists them), or a protocol that prescribes a taper.\n"
    )


@pytest.mark.parametrize(("regimen", "target"), [("ese-es-2024-fast", "5"), ("combivas", "0")])
def test_a_chosen_regimen_takes_the_usual_rules_and_says_that_it_was_chosen(plan, regimen, target):
    """§4.1.7, §8.2.4."""
    document = json.loads(plan("--regimen", regimen, "--format", "json").stdout)
    assert document["anchor"] == {"infusion": 1, "date": "2026-01-31"}
    assert document["taper_start"] == "2026-02-14"
    assert document["target_mg"] == target
    assert document["protocol"]["status"] == "illustrative"
    first = document["findings"][0]
    assert (first["code"], first["severity"]) == ("regimen-chosen", "warning")
    assert first["text"] == (
        f"Protocol ulsc-phase1 prescribes no taper: regimen {regimen} was chosen, from 14 days "
        f"after infusion 1 down to {target} mg prednisone a day, within 4 months."
    )
    assert first["source"] == sources.regimen_sheet(regimen)["sources"][0]["citation"]


def test_a_chosen_regimen_that_was_not_published_for_that_dose_says_so(plan):
    """§8.2.5."""
    said = " ".join(plan("--regimen", "cobra").stdout.split())
    assert "is outside the published start doses of cobra, 60 mg." in said


def test_a_chosen_regimen_is_no_part_of_any_approval(plan, tmp_path):
    """§4.1.8."""
    (tmp_path / "approved.yaml").write_text(
        OURS[: OURS.index("taper:")].replace("status: draft", "status: approved")
        + "approval: {document: D, version: '1', date: 2026-01-01, role: sponsor}\n",
        encoding="utf-8",
    )
    words = ["--regimen", "ese-es-2024-fast", "--format", "json"]
    document = json.loads(plan(*words, protocol="approved.yaml").stdout)
    assert document["protocol"]["status"] == "illustrative"
    assert "protocol-not-approved" in [finding["code"] for finding in document["findings"]]


@pytest.mark.parametrize(
    ("words", "protocol", "code", "sentence"),
    [
        (["--regimen", "combiva"], "ulsc-phase1", ExitCode.USAGE, "--regimen is 'combiva'; allo"),
        (
            ["--regimen", "combivas"],
            "iimpact",
            ExitCode.USAGE,
            "--regimen is 'combivas', and protocol iimpact prescribes its own taper; allowed: ",
        ),
        (
            ["--regimen", "eular-pmr-2015"],
            "ulsc-phase1",
            ExitCode.REFUSED,
            "ulsc-phase1: taper.regimen is 'eular-pmr-2015'; allowed: this regimen written in",
        ),
    ],
)
def test_a_regimen_that_cannot_be_chosen_is_one_sentence(plan, words, protocol, code, sentence):
    result = plan(*words, protocol=protocol)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
