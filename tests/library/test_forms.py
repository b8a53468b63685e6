"""A protocol and a participant may be given in many forms, and each gives the same plan."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from library.given import PARTICIPANT, PARTICIPANT_TEXT, PROTOCOL, PROTOCOL_TEXT, TODAY

import taper


@pytest.fixture
def files(tmp_path, monkeypatch) -> Path:
    """A folder with both files, which is the current one."""
    (tmp_path / "IIM-001.yaml").write_text(PARTICIPANT_TEXT, encoding="utf-8")
    (tmp_path / "my-trial.yaml").write_text(PROTOCOL_TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def forms_of(name: str, files: Path) -> dict[str, object]:
    """Every form in which that file may be given."""
    data, read = {
        "IIM-001.yaml": (PARTICIPANT, taper.read_participant),
        "my-trial.yaml": (PROTOCOL, taper.read_protocol),
    }[name]
    text = (files / name).read_text(encoding="utf-8")
    forms = {
        "a path as text": name,
        "a path": Path(name),
        "an absolute path": files / name,
        "YAML text": text,
        "a dict": data,
        "a model": read(files / name),
    }
    if isinstance(forms["a model"], taper.Trial):
        forms["the model of the file alone"] = forms["a model"].protocol
    return forms


def test_every_form_of_a_participant_gives_the_same_plan(files):
    plans = {
        form: taper.plan("iimpact", given, today=TODAY)
        for form, given in forms_of("IIM-001.yaml", files).items()
    }
    assert {form: plan.to_dict() for form, plan in plans.items()} == dict.fromkeys(
        plans, plans["a path"].to_dict()
    )


def test_every_form_of_a_protocol_gives_the_same_plan(files):
    plans = {
        form: taper.plan(given, PARTICIPANT, today=TODAY)
        for form, given in forms_of("my-trial.yaml", files).items()
    }
    assert {form: plan.to_dict() for form, plan in plans.items()} == dict.fromkeys(
        plans, plans["a path"].to_dict()
    )


@pytest.mark.parametrize("id_", ["iimpact", "iimpact-2025-design"])
def test_a_shipped_protocol_and_its_models_give_the_same_plan(id_):
    trial = taper.read_protocol(id_)
    plans = [taper.plan(given, PARTICIPANT, today=TODAY) for given in (id_, trial, trial.protocol)]
    assert [plan.to_dict() for plan in plans] == [plans[0].to_dict()] * 3


def test_the_warning_of_an_unverified_regimen_is_not_lost_with_a_model():
    """The model has the rule and no longer the id; the rule is that sheet's all the same."""
    unverified = next(
        id_
        for id_ in ("medrol-dose-pack", "bsr-pmr-2010-fast", "eular-pmr-2015", "semira")
        if taper.read_protocol(_by(id_)).unverified_regimen
    )
    protocol = taper.read_protocol(_by(unverified)).protocol
    plan = taper.plan(protocol, PARTICIPANT, today=TODAY)
    assert "regimen-unverified" in [finding.code for finding in plan.findings]


def _by(regimen: str) -> dict[str, object]:
    return {**PROTOCOL, "taper": {**PROTOCOL["taper"], "regimen": regimen}}


@pytest.mark.parametrize("today", ["2026-05-01", date(2026, 5, 1)], ids=["text", "date"])
def test_today_is_text_or_a_date(today):
    assert taper.plan("iimpact", PARTICIPANT, today=today).today == date(2026, 5, 1)


def test_a_dict_holds_numbers_and_dates_as_python_has_them():
    steroid = {
        "drug": "prednisone",
        "dose_mg": Decimal("25.0"),
        "strengths": [20, {"mg": "5", "split": 2}, Fraction(5, 2), Decimal("1")],
    }
    infusions = [
        {"number": 1, "date": date(2026, 1, 31), "missed": False},
        {"number": "2", "date": date(2026, 4, 30)},
    ]
    told = taper.plan(
        "iimpact", {**PARTICIPANT, "steroid": steroid, "infusions": infusions}, today=TODAY
    )
    typed = taper.plan(
        "iimpact",
        PARTICIPANT_TEXT.replace(
            "25, strengths: [20, 5,", "25.0, strengths: [20, {mg: 5, split: 2},"
        ),
        today=TODAY,
    )
    assert told.to_dict() == typed.to_dict()


# What a string is ------------------------------------------------------------------------------


def test_a_string_with_a_line_break_is_text(files):
    (files / "a: b\nc: d").write_text(PARTICIPANT_TEXT, encoding="utf-8")
    with pytest.raises(taper.Refusal, match=r"^the participant: a \(line 1\) is an unknown key"):
        taper.plan("iimpact", "a: b\nc: d", today=TODAY)


def test_a_string_that_begins_with_a_brace_is_text():
    flow = "{participant: IIM-001, protocol: iimpact, steroid: none}"
    assert taper.plan("iimpact", flow, today=TODAY).state == "not-on-steroid"


def test_the_id_of_a_shipped_protocol_is_no_path(files):
    (files / "iimpact").write_text(PROTOCOL_TEXT, encoding="utf-8")
    assert taper.read_protocol("iimpact").protocol.id == "iimpact"
    for path in ("./iimpact", Path("iimpact"), files / "iimpact"):
        assert taper.read_protocol(path).protocol.id == "my-trial"


def test_one_line_that_is_neither_is_the_path_of_a_file():
    with pytest.raises(taper.Refusal, match=r"participant: IIM-001: the file is missing"):
        taper.plan("iimpact", "participant: IIM-001", today=TODAY)


# Which protocol counts -------------------------------------------------------------------------


def test_the_protocol_given_counts_whichever_the_participant_names():
    who = {**PARTICIPANT, "protocol": "iimpact-2025-design"}
    assert taper.plan("iimpact", who, today=TODAY).protocol.id == "iimpact"


def test_a_participant_need_not_name_the_protocol_that_is_given():
    who = {key: value for key, value in PARTICIPANT.items() if key != "protocol"}
    assert taper.plan("iimpact", who, today=TODAY) == taper.plan(
        "iimpact", PARTICIPANT, today=TODAY
    )


def test_without_a_protocol_the_one_counts_that_the_participant_names(files):
    names_it = PARTICIPANT_TEXT.replace("iimpact", "my-trial.yaml")
    folder = files / "elsewhere"
    folder.mkdir()
    (folder / "IIM-001.yaml").write_text(names_it.replace("my-", "../my-"), encoding="utf-8")
    beside = [names_it, Path("elsewhere", "IIM-001.yaml")]
    named = [taper.plan(None, who, today=TODAY).protocol.id for who in (*beside, PARTICIPANT)]
    assert named == ["my-trial", "my-trial", "iimpact"]


# What is refused -------------------------------------------------------------------------------


def refused(*path_and_value: object) -> str:
    """What is said of the participant with that value at that place."""
    *path, value = path_and_value
    who = {**PARTICIPANT, "steroid": dict(PARTICIPANT["steroid"])}
    here = who
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    with pytest.raises(taper.Refusal) as refusal:
        taper.plan("iimpact", who, today=TODAY)
    return str(refusal.value)


@pytest.mark.parametrize("dose", [7.5, 25.0, float("nan")])
def test_a_float_is_refused_as_a_dose(dose):
    assert refused("steroid", "dose_mg", dose) == (
        f"IIM-001: steroid.dose_mg is the float {dose}; allowed: the same number as text, int or "
        "Decimal; a float need not be what was typed."
    )


def test_a_float_is_a_strength_only_as_it_would_be_typed():
    assert "strengths[1].mg is '0.30000000000000004'" in refused(
        "steroid", "strengths", [{"mg": 0.1 + 0.2}]
    )


def test_nothing_in_a_dict_is_read_by_a_guess():
    said = [
        refused("steroid", "dose_mg", None),
        refused("steroid", "dose_mg", True),
        refused("steroid", "dose_mg", Fraction(1, 3)),
        refused("steroid", "dose_mg", Decimal("NaN")),
        refused("steroid", "dose_mg", 10**9999),
        refused("steroid", "since", datetime(2026, 1, 1, tzinfo=UTC)),
        refused("steroid", "drug", b"prednisone"),
        refused("infusions", {1: "2026-01-31"}),
    ]
    assert [sentence.partition(";")[0] for sentence in said] == [
        "IIM-001: steroid.dose_mg is None",
        "IIM-001: steroid.dose_mg is 'true'",
        "IIM-001: steroid.dose_mg is of type Fraction and no short decimal",
        "IIM-001: steroid.dose_mg is of type Decimal and no short decimal",
        "IIM-001: steroid.dose_mg is of type int and no short decimal",
        "IIM-001: steroid.since is of type datetime",
        "IIM-001: steroid.drug is of type bytes",
        "IIM-001: infusions is with a key of type int",
    ]


def test_every_problem_of_a_dict_is_carried_by_the_refusal():
    with pytest.raises(taper.Refusal) as refusal:
        taper.plan(
            "iimpact",
            {**PARTICIPANT, "steroid": {"drug": "prednison", "dose_mg": 7.5}, "weigth_kg": 70},
            today=TODAY,
        )
    assert {problem.field for problem in refusal.value.problems} == {
        "steroid.drug",
        "steroid.dose_mg",
        "weigth_kg",
    }


def test_a_refusal_goes_to_another_process_and_back_with_its_problems():
    with pytest.raises(taper.Refusal) as refusal:
        taper.plan("iimpact", {"participant": "IIM-001"}, today=TODAY)
    back = pickle.loads(pickle.dumps(refusal.value))
    assert (str(back), back.problems) == (str(refusal.value), refusal.value.problems)


def test_what_could_name_a_person_is_refused_and_never_repeated():
    said = refused("name", {"first": "Zoltan", "age": 41.5})
    assert "IIM-001: name is present" in said
    assert "Zoltan" not in said
    assert "41.5" not in said


def test_the_name_of_a_visit_is_read_from_a_dict_as_from_a_file():
    visits = [{"name": "Visit 5", "months": 4}]
    trial = taper.read_protocol({**PROTOCOL, "visits": visits})
    who = {**PARTICIPANT, "visits": [{"name": "Visit 5", "date": "2026-06-03"}]}
    marked = taper.plan(trial, who, today=TODAY).to_dict()["visits"]
    assert [each["name"] for each in marked] == ["Visit 5"]


def test_a_dict_that_holds_itself_is_refused():
    who = dict(PARTICIPANT)
    who["contact"] = {"site": who}
    with pytest.raises(taper.Refusal, match="nested more than 20 levels deep"):
        taper.plan("iimpact", who, today=TODAY)


@pytest.mark.parametrize("given", [5, b"participant: IIM-001", ["a"], None])
def test_what_is_no_form_of_a_file_is_refused(given):
    with pytest.raises(
        taper.Refusal, match="the path of a file, its YAML text, a dict, or a model"
    ):
        taper.plan("iimpact", given, today=TODAY)


def test_a_text_is_refused_with_its_lines():
    text = PARTICIPANT_TEXT.replace("25,", "25 mg,")
    with pytest.raises(taper.Refusal, match=r"IIM-001: steroid\.dose_mg \(line 3\) is '25 mg'"):
        taper.plan("iimpact", text, today=TODAY)


def test_a_text_that_no_file_could_hold_is_refused():
    for text in ("participant: \ud800\n", "participant: \0\n", f"# {'x' * 2**20}\n"):
        with pytest.raises(taper.Refusal):
            taper.plan("iimpact", text, today=TODAY)
