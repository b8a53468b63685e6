"""§11.9: tablets of a trial that nobody has begun, by month and strength, and what they cost."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import cases
import pytest
from spec.build import PROTOCOL, table

from taper.doses import tablets
from taper.errors import ExitCode, Refusal
from taper.operations.trying.forecasting import read_baselines
from taper.pharmacy.assumed import Assumed, Days, parse_baselines, parse_days, parse_share
from taper.pharmacy.forecast import forecast, one_trial, refuse_unanswerable
from taper.pharmacy.terms import Pack, Tablet
from taper.trial.protocol import Eligibility

FIRST = dt.date(2026, 1, 1)
DOWN = table(("10", 14), ("7.5", 14), ("5", 7))
"""From 10 mg: 14 days of the run-in, then 7.5 mg for 14 days, and 5 mg, kept for 28."""
TRIAL = cases.read_trial(
    {
        **PROTOCOL,
        "infusions": [{"number": 1, "months": 0}],
        "taper": {
            "after_infusion": 1,
            "target_mg": "5",
            "complete_within": {"months": 2},
            "regimen": DOWN,
        },
    }
)
LATE = {**PROTOCOL, "taper": {**PROTOCOL["taper"], "after_infusion": 2}}
"""Whose taper follows infusion 2, three months after the first."""
ASSUMED = Assumed(
    n=2,
    seed=1,
    trials=1,
    first=FIRST,
    enrol_days=1,
    baselines=parse_baselines("10"),
    drug="prednisone",
    stock=tablets.whole_stock([Fraction(5), Fraction(5, 2)]),
)
FIVE, HALF = Tablet("prednisone", Fraction(5)), Tablet("prednisone", Fraction(5, 2))


def test_what_the_engine_plans_is_counted_by_month_and_strength():
    """§11.9.1: two who begin on 1 January. In it each takes 14 days of 10 mg, 14 of 7.5 and 3 of 5.

    That is 2 × 14 + 14 + 3 tablets of 5 mg and 14 of 2.5 mg; 5 mg go on into February.
    """
    demand = one_trial(TRIAL, ASSUMED, 0)
    assert demand[0, FIVE] == 2 * (2 * 14 + 14 + 3)
    assert demand[0, HALF] == 2 * 14
    assert demand[1, FIVE] == 2 * 25
    assert (1, HALF) not in demand


def test_tablets_go_on_to_the_end_of_the_trial_where_that_is_said():
    """§11.9.1: 1 March is day 59."""
    demand = one_trial(TRIAL, replace(ASSUMED, until_days=59), 0)
    assert [demand[month, FIVE] for month in (1, 2)] == [2 * 28, 2]
    early = one_trial(TRIAL, replace(ASSUMED, until_days=20), 0)
    assert early == {(0, FIVE): 2 * (2 * 14 + 7), (0, HALF): 2 * 7}
    assert one_trial(cases.read_trial(LATE), replace(ASSUMED, until_days=20), 0) == {}


def test_the_same_seed_gives_the_same_trial_and_another_another():
    """§11.9.3."""
    drawn = replace(ASSUMED, baselines=parse_baselines("uniform:7:12"), n=5, enrol_days=90)
    assert one_trial(TRIAL, drawn, 3) == one_trial(TRIAL, drawn, 3)
    assert one_trial(TRIAL, drawn, 3) != one_trial(TRIAL, drawn, 4)
    assert one_trial(TRIAL, drawn, 3) != one_trial(TRIAL, replace(drawn, seed=2), 3)


def test_flares_and_delays_come_from_what_is_stated():
    """§11.9.1: who holds 7.5 mg for a flare takes more of 2.5 mg."""
    flaring = replace(ASSUMED, flares=Fraction(1), flare_days=Days(14, 14), n=20)
    calm = replace(ASSUMED, n=20)
    assert sum(one_trial(TRIAL, flaring, 0).values()) > sum(one_trial(TRIAL, calm, 0).values())
    two = cases.read_trial({**PROTOCOL, "taper": {**PROTOCOL["taper"], "after_infusion": 2}})
    late = replace(ASSUMED, delay=Days(31, 31), stock=tablets.whole_stock([Fraction(1)]))
    assert min(month for month, _ in one_trial(two, late, 0)) == 4
    assert min(month for month, _ in one_trial(two, replace(late, delay=Days(0, 0)), 0)) == 3


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [("10,15,20", 10, 20), ("uniform:7:8", 7, 8), ("normal:20:1", 15, 25)],
)
def test_start_doses_are_made_of_the_tablets_and_within_eligibility(typed, least, most):
    """§11.9.1: what lies outside is drawn again."""
    drawn = replace(ASSUMED, baselines=parse_baselines(typed))
    by = Random(1)
    bounds = Eligibility(min_mg=Fraction(5), max_mg=Fraction(20))
    doses = [drawn.baseline(by, bounds, lambda mg: mg) for _ in range(50)]
    assert all(mg % Fraction(5, 2) == 0 and least - 1 <= mg <= min(most, 20) for mg in doses)


def test_a_distribution_outside_eligibility_is_refused():
    """§11.9.1."""
    with pytest.raises(Refusal, match="gives doses within the eligibility"):
        replace(ASSUMED, baselines=parse_baselines("40")).baseline(
            Random(1), Eligibility(max_mg=Fraction(25)), lambda mg: mg
        )


@pytest.mark.parametrize(
    "typed", ["", "x", "uniform:20:10", "normal:20", "-5", "10;20", "uniform:1"]
)
def test_other_distributions_are_refused(typed):
    """§11.9.1."""
    with pytest.raises(ValueError, match="uniform:10:25"):
        parse_baselines(typed)


def test_days_and_shares_are_read_as_they_are_stated():
    """§11.9.1."""
    assert (parse_days("7"), parse_days("0:7")) == (Days(7, 7), Days(0, 7))
    assert parse_share("0.15") == Fraction(3, 20)
    for parse, typed in ((parse_days, "7:0"), (parse_days, "a"), (parse_share, "1.5")):
        with pytest.raises(ValueError, match="such as"):
            parse(typed)


def test_what_suffices_is_the_least_that_is_enough_in_so_many_trials():
    """§11.9.2: of 1, 2, … 20 tablets 10 are enough in half of the trials, 16 in 80, 19 in 95."""
    demands = [{(0, FIVE): count} for count in range(1, 21)]
    made = forecast(ASSUMED, "p", demands)
    (whole,) = made.whole
    assert (whole.mean, whole.levels) == (Fraction(21, 2), (10, 16, 19))
    assert [each.month for each in made.months] == [0]


def test_packs_are_whole_and_cost_what_is_in_them_where_the_price_is_given():
    """§11.9.2."""
    demands = [{(0, FIVE): 31, (0, HALF): 10}]
    packs = [Pack(Fraction(5), 30)]
    made = forecast(ASSUMED, "p", demands, packs, {Fraction(5): Fraction("0.12")})
    five, half = (each for each in made.stocked if each.level == 95)
    assert (five.packs, five.in_packs, five.cost) == (2, 60, Fraction("7.2"))
    assert (half.packs, half.in_packs, half.cost) == (None, 10, None)
    assert made.cost(95) is None
    priced = forecast(
        ASSUMED, "p", demands, packs, {Fraction(5): Fraction(1), Fraction(5, 2): Fraction(2)}
    )
    assert priced.cost(95) == 80


def test_a_pack_of_the_drug_goes_before_one_of_any_drug():
    """§7.2.3."""
    packs = [Pack(Fraction(5), 30), Pack(Fraction(5), 100, "prednisone")]
    made = forecast(ASSUMED, "p", [{(0, FIVE): 40}], packs)
    assert {(each.packs, each.in_packs) for each in made.stocked} == {(1, 100)}


def test_a_protocol_without_taper_has_no_tablets():
    """§11.9.1."""
    without = cases.read_trial({key: each for key, each in PROTOCOL.items() if key != "taper"})
    with pytest.raises(Refusal, match="prescribes none"):
        refuse_unanswerable(without, ASSUMED)


def test_start_doses_of_a_table_are_drawn_each_alike(tmp_path):
    """§11.9.1: other columns do not matter; a row without a dose does."""
    path = tmp_path / "baselines.csv"
    path.write_text("participant,dose_mg\nA,10\nB,12.5\n")
    assert read_baselines(path).numbers == (10, Fraction(25, 2))
    path.write_text("participant,dose_mg\nA,10\nB,\n")
    with pytest.raises(Refusal, match="row 3: dose_mg is empty"):
        read_baselines(path)
    path.write_text("participant,mg\nA,10\n")
    with pytest.raises(Refusal, match="column 'dose_mg' is missing"):
        read_baselines(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dose_mg\n10,5\n", "row 2: the row is of 2 cells"),
        ("dose_mg,dose_mg\n10,20\n", "column 'dose_mg' is there twice"),
        ("dose_mg,drug\n10,Prednisone\n3,dexamethasone\n", "row 3: drug is 'dexamethasone'"),
        ("drug,dose_mg\nDecortin,10\ndexamethasone,3\n", "^.* row 3: drug is 'dexamethasone'"),
    ],
)
def test_a_table_that_may_mean_other_doses_is_refused(tmp_path, text, said):
    """§11.9.1: 10,5 was 10, of two columns the last was read, and 3 mg dexamethasone was 3 mg."""
    path = tmp_path / "baselines.csv"
    path.write_text(text)
    with pytest.raises(Refusal, match=said):
        read_baselines(path)


@pytest.mark.parametrize("typed", ["12,5", "20,12,5", "uniform:10:12,5"])
def test_a_comma_in_doubt_is_refused_with_both_readings(typed):
    """§5.1.10."""
    with pytest.raises(
        ValueError, match=r"a point in one number \(12\.5\), a space after .*'12, 5'"
    ):
        parse_baselines(typed)


def test_commas_in_no_doubt_are_between_doses():
    """§5.1.10."""
    for typed in ("10,15,20", "5,10", "12, 5", "12.5,5.5", "10,50", "20,10,5", "25,5", "7.5,5"):
        assert len(parse_baselines(typed).numbers) == typed.count(",") + 1
    for typed in ("7,5", "5,5", "20,2,5", "17,5", "112,5"):
        with pytest.raises(ValueError, match="a point in one number"):
            parse_baselines(typed)


# As it is typed ----------------------------------------------------------------------------------

ASKED = ("--n", "3", "--baseline", "10,20", "--trials", "4", "--workers", "1")


def run(*words: str):
    from typer.testing import CliRunner

    from taper.cli import app

    return CliRunner().invoke(app, ["forecast", *words, "--today", "2026-11-23"])


def test_the_command_tells_what_it_assumed_and_what_suffices():
    """§11.9.1, §11.9.2."""
    done = run("iimpact", *ASKED, "--packs", "5:100", "--prices", "5:0.1", "--flares", "0.5")
    assert done.exit_code == ExitCode.WRITTEN, done.stderr
    said = " ".join(done.stdout.split())
    assert "4 trials of 3 participants by iimpact, seed 1." in said
    assert "Flares: 50 % of participants, of 14 days." in said
    assert "no price" in said
    data = json.loads(run("iimpact", *ASKED, "--format", "json").stdout)
    assert data["assumed"]["baseline"] == "10,20"
    assert min(each["month"] for each in data["months"]) >= 4
    assert data["cost"] == {"50": None, "80": None, "95": None}


def test_start_doses_that_nobody_may_begin_with_are_named():
    """§11.9.1: 100 was in no trial, without a word."""
    done = run("iimpact", *ASKED[:3], "10,100,60,100", *ASKED[4:])
    assert done.stderr == (
        "--baseline: 3 of 4 start doses (60 and 100 mg) are outside what the protocol lets in, and "
        "never drawn.\n"
    )


def test_a_form_that_is_no_plain_tablet_is_not_counted_as_one():
    """§11.9.1."""
    done = run("iimpact", *ASKED, "--drug", "Rayos")
    assert done.exit_code == ExitCode.REFUSED
    assert "--drug is 'Rayos', and Rayos is prednisone in delayed-release tablets" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--n", "0"), "--n is '0'; allowed: a whole number from 1 to 10000"),
        (("--baseline", "high"), "--baseline is 'high'; allowed: mg prednisone"),
        (("--flares", "2"), "--flares is '2'; allowed: a share from 0 to 1"),
        (("--delay", "-1"), "--delay is '-1'; allowed: days from 0"),
        (("--prices", "5"), "--prices is '5'; allowed: the price of one tablet"),
        (("--packs", "x"), "--packs is 'x'; allowed: each strength once"),
        (("--until", "6"), "--until is '6'; allowed: one time after infusion 1"),
        (("--until", "6m,8m"), "--until is '6m,8m'; allowed: one time after infusion 1"),
        (("--dask", "here"), "--dask is 'here'; allowed: local"),
        (("--dask", "tls://h:1"), "--workers is given with --dask tls://h:1; allowed"),
    ],
)
def test_what_is_typed_wrong_is_one_sentence(words, said):
    at = ASKED.index(words[0]) if words[0] in ASKED else len(ASKED)
    done = run("iimpact", *ASKED[:at], *words, *ASKED[at + 2 :])
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr
