"""What a person types in the place of a file's values: drugs, strengths on one line, dates.

One grammar for the command line and the page, so that both read and refuse alike.
"""

from __future__ import annotations

import re
from typing import Any

from taper.doses import dose, tablets
from taper.doses.solutions import (
    SOLUTION_TYPED,
    STEP_ALLOWED,
    Solution,
    parse_mg_per_ml,
    parse_smallest_ml,
    prints_exactly,
    typed_parts,
)
from taper.doses.tablets import MAX_STRENGTHS, Stock, Strength
from taper.errors import Refusal
from taper.sources import shipped
from taper.sources.drugs import named
from taper.trial.strengths import in_a_file
from taper.wording.quoting import shown

STRENGTHS_ALLOWED = (
    f"1 to {MAX_STRENGTHS} different strengths above 0 in mg with commas between them, 5:2 for one "
    "that may be halved, 20:4 for one that may be quartered; or one solution, "
    f"{SOLUTION_TYPED} for 3 mg in 1 mL measured to 0.5 mL"
)
_SPLITS = {"1": 1, "2": 2, "4": 4}


def parse_drug(typed: object) -> str:
    """The drug of that name; raises `ValueError` with what is allowed."""
    return named(str(typed)).drug


def parse_strengths(typed: object) -> list[Any]:
    """Strengths as a participant's file has them; raises `ValueError` with what is allowed."""
    try:
        stock = read_strengths("", str(typed))
    except Refusal as wrong:
        (problem,) = wrong.problems
        raise ValueError(problem.allowed) from None
    return [in_a_file(each) for each in stock]


def read_strengths(who: str, typed: str) -> Stock:
    """A stock as it is typed: `5:2,20:4,1`; or a solution, `3/mL:0.5`."""
    solution = typed_parts(typed)
    if solution is not None:
        return tablets.stock([_solution(who, *solution)])
    if typed.count(",") < MAX_STRENGTHS:
        _refuse_decimals(who, typed)
    try:
        each = [_strength(part) for part in typed.split(",")]
    except (ValueError, KeyError):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED) from None
    if len(each) > MAX_STRENGTHS or len({strength.mg for strength in each}) < len(each):
        raise Refusal.of(who, "--strengths", shown(typed), STRENGTHS_ALLOWED)
    return tablets.stock(each)


def _solution(who: str, mg: str, smallest: str | None) -> Solution:
    if smallest is None:
        allowed = f"the smallest volume that is measured behind it, such as {SOLUTION_TYPED}"
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL"), allowed)
    try:
        made = Solution(parse_mg_per_ml(mg), parse_smallest_ml(smallest))
    except ValueError as allowed:
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL:{smallest}"), str(allowed)) from None
    if not prints_exactly(made.mg, made.smallest_ml):
        raise Refusal.of(who, "--strengths", shown(f"{mg}/mL:{smallest}"), STEP_ALLOWED)
    return made


_PAIR = re.compile(r"(?<![0-9.:])([0-9]+),(?=([0-9]+)(?![0-9.]))", re.ASCII)


def _refuse_decimals(who: str, typed: str) -> None:
    """Refuse `20,10,2,5`: 2 and 5 mg to taper, and 2.5 to whoever writes decimals with a comma.

    A pair is in doubt where the number with a point is a strength of some market, where its first
    number is none, or where it rises in a list that does not. A space says that there are two.
    """
    pairs = [(match[1], match[2]) for match in _PAIR.finditer(typed)]
    rises = [int(a) < int(b) for a, b in pairs]
    for (a, b), is_rising in zip(pairs, rises, strict=True):
        is_odd = _is_a_strength(f"{a}.{b}") or not _is_a_strength(a)
        if is_odd or (is_rising and not all(rises)):
            read = f"{shown(typed)}, in which {a},{b} is {a} and {b} mg, or {a}.{b} mg"
            allowed = (
                f"a point in one number ({a}.{b}), a space after the comma of two ('{a}, {b}')"
            )
            raise Refusal.of(who, "--strengths", read, allowed)


def _is_a_strength(text: str) -> bool:
    """Whether some market has a tablet of that strength, of any drug."""
    try:
        mg = dose.parse_positive(text)
    except ValueError:
        return False
    return any(
        offered.strength.mg == mg
        for id_ in shipped.market_ids()
        for product in shipped.products(id_)
        for offered in product.strengths
    )


def _strength(typed: str) -> Strength:
    mg, colon, split = typed.strip(" ").partition(":")
    return Strength(dose.parse_positive(mg), _SPLITS[split] if colon else 1)
