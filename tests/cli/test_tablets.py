"""`taper tablets` and `taper products`, and the proof of every strength set that is shipped.

The proof: for every set of tablets on any sheet and every multiple of its grain up to 100 mg,
`combine` chooses what a program that weighs every count of every strength chooses.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import gcd

import pytest

from taper import sources
from taper.doses import dose
from taper.doses.evidence import Status
from taper.doses.tablets import Stock, Strength, at_least, at_most, can_make, combine, stock
from taper.errors import ExitCode
from taper.sources.drugs import drug_facts
from taper.sources.preparations import forms_of

F = Fraction
MOST_MG = 100
NO_TABLETS = {"solution", "granules", "injection", "modified-release"}
"""Forms that are no tablets, and one that must not be mixed with plain ones."""
ELEVEN = ",".join(map(str, range(1, 12)))
Best = tuple[int, int, int, tuple[int, ...]]
"""Strengths with a broken tablet, pieces, different strengths, parts of each (negated)."""


# Every strength set that is shipped ------------------------------------------------------------


def shipped() -> dict[str, Stock]:
    """What each market has of each drug: whole, with its sheet's splits, and other forms."""
    sets: dict[str, set[Strength]] = {}
    for market in sources.market_ids():
        for drug, strengths in sources.market(market).items():
            sets[f"{market} {drug}"] = {Strength(mg) for mg in strengths}
        for each in sources.products(market):
            offered = {o.strength for o in each.strengths}
            whole = {Strength(strength.mg) for strength in offered}
            form = f"{market} {each.drug} {each.form}"
            sets.setdefault(f"{form}, the unverified too", set()).update(whole)
            sets.setdefault(f"{form}, as its sheet splits it", set()).update(offered)
    named: dict[Stock, str] = {}
    for name, strengths in sets.items():
        named.setdefault(stock(strengths), name)
    return {name: strengths for strengths, name in named.items()}


def in_grains(strengths: Stock) -> tuple[Fraction, list[int]]:
    """The grain, mg, and the smallest part of each strength in grains."""
    parts = [strength.mg / strength.split for strength in strengths]
    denominator = 4 * 10_000  # quarters of what has at most 4 decimals
    whole = [int(part * denominator) for part in parts]
    common = gcd(*whole)
    return F(common, denominator), [part // common for part in whole]


def weighed(strengths: Stock, amounts: int, parts: list[int]) -> list[Best | None]:
    """The best way of every amount in grains, weighing each count of each strength.

    The smallest strength first. Every part of the order is a sum, or compares the larger strength
    first, so that the best way of a rest stays best whatever larger tablets are put before it.
    """
    best: list[Best | None] = [(0, 0, 0, ())] + [None] * amounts
    for strength, part in reversed(list(zip(strengths, parts, strict=True))):
        longer: list[Best | None] = []
        for amount in range(amounts + 1):
            found: Best | None = None
            for count in range(amount // part + 1):
                rest = best[amount - count * part]
                if rest is not None:
                    whole, broken = divmod(count, strength.split)
                    broken = min(broken, 1)
                    way = (
                        rest[0] + broken,
                        rest[1] + whole + broken,
                        rest[2] + min(count, 1),
                        (-count, *rest[3]),
                    )
                    found = way if found is None or way < found else found
            longer.append(found)
        best = longer
    return best


def counts_of(mg: Fraction, strengths: Stock) -> tuple[Fraction, ...] | None:
    """How many tablets of each strength `combine` chooses, None where it refuses."""
    try:
        chosen = {taken.strength_mg: taken.count for taken in combine(mg, strengths)}
    except ValueError:
        return None
    return tuple(chosen.get(strength.mg, F(0)) for strength in strengths)


SHIPPED = shipped()


@pytest.mark.parametrize("name", SHIPPED)
def test_every_dose_of_every_shipped_set_is_made_the_best_way(name: str):
    """§7.1.1, §7.1.2, §7.1.3, §7.1.4, §7.1.5."""
    strengths = SHIPPED[name]
    grain, parts = in_grains(strengths)
    best = weighed(strengths, int(MOST_MG / grain), parts)
    for amount, way in enumerate(best):
        made = counts_of(amount * grain, strengths)
        assert can_make(amount * grain, strengths) is (way is not None)
        expected = way and tuple(
            F(-count, strength.split) for count, strength in zip(way[3], strengths, strict=True)
        )
        assert made == expected, f"{dose.text(amount * grain)} mg"
        if made is not None:
            assert sum(n * s.mg for n, s in zip(made, strengths, strict=True)) == amount * grain


@pytest.mark.parametrize("name", SHIPPED)
def test_the_nearest_below_and_above_are_the_nearest(name: str):
    """§6.4.17."""
    strengths = SHIPPED[name]
    grain, parts = in_grains(strengths)
    best = weighed(strengths, int(MOST_MG / grain), parts)
    makeable = [amount for amount, way in enumerate(best) if way is not None]
    for amount in range(0, makeable[-1] + 1):
        below = max(m for m in makeable if m <= amount)
        above = min(m for m in makeable if m >= amount)
        assert at_most(amount * grain, strengths) == below * grain
        assert at_least(amount * grain, strengths) == above * grain


def test_the_shipped_sets_are_those_of_all_sheets():
    assert len(SHIPPED) > 25
    assert any(strength.split == 4 for strengths in SHIPPED.values() for strength in strengths)
    assert any(grain < F(1, 2) for grain, _ in map(in_grains, SHIPPED.values()))


def test_the_weighing_agrees_with_trying_every_way():
    """The program above against one with no idea in it at all, on small doses."""
    strengths = stock([Strength(F(5), 2), Strength(F(4), 4), Strength(F(3)), Strength(F(1))])
    grain, parts = in_grains(strengths)
    most = int(12 / grain)
    tried: dict[int, Best] = {}
    for counts in product(*(range(most // part + 1) for part in parts)):
        amount = sum(n * part for n, part in zip(counts, parts, strict=True))
        taken = [F(n, s.split) for n, s in zip(counts, strengths, strict=True)]
        broken = sum(n.denominator > 1 for n in taken)
        way = (
            broken,
            sum(int(n) for n in taken) + broken,
            sum(n > 0 for n in taken),
            tuple(-n for n in counts),
        )
        if amount <= most and (amount not in tried or way < tried[amount]):
            tried[amount] = way
    assert dict(enumerate(weighed(strengths, most, parts))) == {
        amount: tried.get(amount) for amount in range(most + 1)
    }


# taper tablets ---------------------------------------------------------------------------------


@pytest.fixture
def tablets(run):
    """`taper tablets` with these words."""
    return lambda *words: run("tablets", *words, today=None)


def refused(result, *named: str, code: ExitCode = ExitCode.REFUSED) -> None:
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for name in named:
        assert name in result.stderr


def made(result) -> str:
    """`1×5 3×1` of the JSON that was answered."""
    assert result.exit_code == ExitCode.WRITTEN, result.stderr
    return " ".join(
        f"{t['count']}×{t['strength_mg']}" for t in json.loads(result.stdout)["tablets"]
    )


def test_the_json_has_the_keys_of_the_contract(tablets):
    result = tablets("8", "prednisone", "--strengths", "5,2.5,1", "--format", "json")
    assert json.loads(result.stdout) == {
        "drug": "prednisone",
        "dose_mg": "8",
        "tablets": [{"strength_mg": "5", "count": "1"}, {"strength_mg": "1", "count": "3"}],
    }


@pytest.mark.parametrize(
    ("mg", "strengths", "answer"),
    [
        ("40", "25,20", "2×20"),
        ("17.5", "5:2,20:4", "3.5×5"),
        ("15", "20:4", "0.75×20"),
        ("2.5", "5:2", "0.5×5"),
        ("0.75", "0.5,0.25", "1×0.5 1×0.25"),
        ("7", "1, 5", "1×5 2×1"),
    ],
)
def test_a_dose_of_given_tablets(tablets, mg, strengths, answer):
    assert made(tablets(mg, "prednisone", "--strengths", strengths, "--format", "json")) == answer


def test_without_strengths_the_whole_tablets_of_the_market(tablets):
    """§5.2.3."""
    assert made(tablets("7.5", "prednisone", "--format", "json")) == "1×5 1×2.5"
    assert made(tablets("7.5", "prednisolone", "--market", "uk", "--format", "json")) == "1×5 1×2.5"
    refused(tablets("7.5", "prednisone", "--market", "DE"), "the nearest are 7 mg and 8 mg")


def test_the_text_is_what_is_taken_and_from_what(tablets):
    said = tablets("8", "Deltasone", "--strengths", "5:2,20:4,1").stdout
    assert said.splitlines() == [
        "8 mg prednisone: 1 of 5 mg, 3 of 1 mg",
        "Tablets at hand (as given): 20 (quarters), 5 (halves) and 1 mg",
    ]


def test_a_dose_that_cannot_be_made_names_the_nearest_below_and_above(tablets):
    """§7.1.1."""
    refused(tablets("8.2", "prednisone"), "the nearest are 8 mg and 8.5 mg")
    refused(tablets("0.5", "prednisone", "--strengths", "5,1"), "the nearest is 1 mg")
    solution = tablets("14", "prednisolone", "--strengths", "3/mL:0.5")
    refused(solution, "steps of 0.5 mL of a solution of 3 mg per mL of prednisolone can make")


@pytest.mark.parametrize(
    "typed", ["1e1", "-5", "NaN", "\u0665", "\uff15", "12,5", "20mg", ".5", "", "100000", "0"]
)
def test_what_is_no_dose_is_answered_as_a_dose(tablets, typed):
    refused(tablets(typed, "prednisone"), "dose is ", "a plain decimal above 0")


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "5:3",
        "5:0",
        "5:",
        ":2",
        "",
        "5,",
        "5,5",
        "5,5:2",
        "-5",
        "1e1",
        "\u0665",
        "5mg",
        "5;1",
        ELEVEN,
    ],
)
def test_strengths_that_are_none(tablets, typed):
    refused(tablets("5", "prednisone", "--strengths", typed), "--strengths is ", "halved")


@pytest.mark.parametrize(
    ("words", "named", "code"),
    [
        (("5", "prednisoline"), "did you mean", ExitCode.REFUSED),
        (("5", "florinef"), "mineralocorticoid", ExitCode.REFUSED),
        (("5", "hydrocortisone", "--market", "DE"), "unverified", ExitCode.REFUSED),
        (("5", "paramethasone"), "no checked tablets", ExitCode.REFUSED),
        (("5",), "DOSE DRUG", ExitCode.USAGE),
        ((), "DOSE DRUG", ExitCode.USAGE),
        (("5", "prednisone", "5", "cortisone"), "DOSE DRUG", ExitCode.USAGE),
        (("5", "prednisone", "--market", "XX"), "US", ExitCode.USAGE),
        (("5", "prednisone", "--strength", "5"), "did you mean --strengths?", ExitCode.USAGE),
        (("5", "prednisone", "--format", "xml"), "table or json", ExitCode.USAGE),
    ],
)
def test_other_bad_input(tablets, words, named, code):
    refused(tablets(*words), named, code=code)


# taper products --------------------------------------------------------------------------------


@pytest.fixture
def products(run):
    """`taper products` with these words."""
    return lambda *words: run("products", *words, today=None)


def test_products_as_json_are_the_sheets(products):
    listed = json.loads(products("--format", "json").stdout)
    assert {each["market"] for each in listed} == set(sources.market_ids())
    forms = {each["form"] for each in listed}
    known = {"tablet", *(form for d in drug_facts() for form in forms_of(d))}
    assert forms == (known - NO_TABLETS) | {"solution"}
    for each in listed:
        assert each["source"]
        if each["form"] == "solution":
            assert all(strength.keys() == {"mg_per_ml", "status"} for strength in each["strengths"])
        elif each["form"] != "tablet":
            assert {strength["split"] for strength in each["strengths"]} == {1}


def test_one_market_and_one_drug(products):
    listed = json.loads(
        products("--market", "UK", "--drug", "Prednisolone", "--format", "json").stdout
    )
    assert {(each["market"], each["drug"]) for each in listed} == {("UK", "prednisolone")}
    assert len(listed) == 7


def test_what_is_never_split_and_what_is_not_verified_is_marked(products):
    rows = [" ".join(line.split()) for line in products("--market", "UK").stdout.splitlines()]
    assert any(row.startswith("prednisolone gastro-resistant 1* never ") for row in rows)
    assert any(row.startswith("prednisolone tablet (2.5) no ") for row in rows)
    german = " ".join(products("--market", "DE").stdout.split())
    assert "1, 5: halves" in german
    assert "20, 50: quarters" in german


def test_every_unverified_strength_is_marked_in_the_text(products):
    """As many marks as there are such figures on the sheets."""
    table = products().stdout.partition("In brackets")[0]
    offered = [
        o for market in sources.market_ids() for p in sources.products(market) for o in p.strengths
    ]
    assert table.count("*") == sum(o.status is Status.UNVERIFIED for o in offered)
    unsure = sum(o.status is Status.HIGH_CONFIDENCE for o in offered)
    assert sum(part[:1].isdigit() for part in table.split("(")) == unsure


@pytest.mark.parametrize("words", [(), ("--market", "DE"), ("--drug", "dexamethasone")])
def test_no_line_is_wider_than_80_columns(products, words):
    assert max(len(line) for line in products(*words).stdout.splitlines()) <= 80


@pytest.mark.parametrize(
    ("words", "named", "code"),
    [
        (("--market", "UKK"), "did you mean UK?", ExitCode.USAGE),
        (("--drug", "budesonide"), "liver", ExitCode.REFUSED),
        (("--drug", "paramethasone"), "no sheet lists a tablet", ExitCode.REFUSED),
        (("--drug", "deflazacort", "--market", "JP"), "the JP sheet lists no", ExitCode.REFUSED),
    ],
)
def test_no_such_products(products, words, named, code):
    refused(products(*words), named, code=code)


def test_the_tablets_of_each_time_of_a_divided_day_are_said(run):
    """§7.4.2, §7.4.3: as near to its share as they make."""
    command = ("tablets", "30", "prednisone", "--times", "evening:1, Morning:2")
    shown = run(*command, today=None).stdout.splitlines()
    assert [" ".join(line.split()) for line in shown[1:3]] == [
        "morning 20 mg, 1 of 20 mg",
        "evening 10 mg, 1 of 10 mg",
    ]
    answer = json.loads(run(*command, "--format", "json", today=None).stdout)
    assert [(each["time"], each["dose_mg"]) for each in answer["times"]] == [
        ("morning", "20"),
        ("evening", "10"),
    ]
    wrong = run("tablets", "30", "prednisone", "--times", "noon:1", today=None)
    assert wrong.exit_code == ExitCode.USAGE
    assert "--times is 'noon:1'; allowed: times of the day" in wrong.stderr
