"""The answers to programs: a request is read, the operation called, and its answer written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from taper.errors import Refusal, TaperError, UsageError
from taper.exports.answers import conversions, dumped
from taper.exports.answers import tablets as of_tablets
from taper.operations.checking.files import check as looked_at
from taper.operations.programs import numbers
from taper.operations.programs.planned import planned
from taper.sources.validation import model_of
from taper.sources.yaml import NO_LINES, Found, refusal
from taper.trial.fields import Record
from taper.web.api.asked import CheckAsked, ConvertAsked, PlanAsked, TabletsAsked
from taper.web.refusing import as_problem, as_problem_of
from taper.web.reply import JSON, Reply
from taper.web.status import pass_on_a_fault

Asked = TypeVar("Asked", bound=Record)
_BODY = "the body"
MOST_NESTED, MOST_DIGITS = 20, 60
"""No file is nested deeper than half of that, and no number that is meant is so long."""


def plan(body: bytes) -> Reply:
    """A plan, as `taper plan --format json` writes it."""

    def answer(asked: PlanAsked) -> str:
        made = planned(
            asked.protocol,
            asked.participant,
            today=asked.today,
            regimen=asked.regimen,
            revision=None,
        )
        return made.to_json()

    return _answered(body, "/api/plan", PlanAsked, answer)


def convert(body: bytes) -> Reply:
    """A conversion, as `taper convert --format json` writes it."""

    def answer(asked: ConvertAsked) -> str:
        doses = [(each.dose_mg, each.drug, each.route) for each in asked.doses]
        return dumped(
            conversions.conversion(numbers.converted(doses, to=asked.to, table=asked.table))
        )

    return _answered(body, "/api/convert", ConvertAsked, answer)


def tablets(body: bytes) -> Reply:
    """The tablets of a dose, as `taper tablets --format json` writes them."""

    def answer(asked: TabletsAsked) -> str:
        made = numbers.in_tablets(
            asked.dose_mg, asked.drug, strengths=asked.strengths, market=asked.market
        )
        return dumped(of_tablets.as_data(*made))

    return _answered(body, "/api/tablets", TabletsAsked, answer)


def check(body: bytes) -> Reply:
    """What each file is, and what is wrong with it."""

    def answer(asked: CheckAsked) -> str:
        return dumped({"files": looked_at(asked.files, asked.today).records()})

    return _answered(body, "/api/check", CheckAsked, answer)


# What was asked -------------------------------------------------------------------------------


def _answered(body: bytes, who: str, model: type[Asked], answer: Callable[[Asked], str]) -> Reply:
    try:
        return Reply(200, JSON, answer(_asked(body, who, model)).encode())
    except UsageError as wrong:
        return as_problem(422, str(wrong))
    except TaperError as wrong:
        pass_on_a_fault(wrong)
        return as_problem_of(wrong)


def _asked(body: bytes, who: str, model: type[Asked]) -> Asked:
    data = _data(body, who)
    found: list[Found] = []
    read = model_of(model, data, data, found)
    if found or read is None:
        raise refusal(who, found, NO_LINES)
    return read


def _data(body: bytes, who: str) -> Mapping[str, Any]:
    """The body as data, each number with the digits that it was written in."""
    try:
        if not body:
            raise _Unfit("missing")
        data = json.loads(
            body.decode(),  # of which JSON is made; by itself it would read UTF-16 too
            parse_int=_whole,
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )
        _refuse_too_deep(data)
        json.dumps(data, default=str, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as wrong:
        said = str(wrong) if isinstance(wrong, _Unfit) else "no JSON"
        raise Refusal.of(who, _BODY, said, "one JSON object in UTF-8, each key once") from None
    if not isinstance(data, dict):
        raise Refusal.of(who, _BODY, "no object", "one JSON object")
    return data


def _refuse_too_deep(data: object) -> None:
    """Raise for what is nested as no file and no question is."""
    level: list[object] = [data]
    for _ in range(MOST_NESTED):
        level = [
            inner for each in level for inner in _within(each) if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _Unfit(f"JSON nested more than {MOST_NESTED} deep")


def _within(data: object) -> Iterable[object]:
    if isinstance(data, dict):
        return data.values()
    return data if isinstance(data, list) else ()


class _Unfit(ValueError):
    """JSON that means nothing certain."""


def _whole(said: str) -> int:
    if len(said) > MOST_DIGITS:
        raise _Unfit(f"JSON with a number of {len(said)} digits")
    return int(said)


def _no_number(said: str) -> None:
    raise _Unfit(f"JSON with {said}, which is no number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise _Unfit("JSON with a key given twice")
    return data
