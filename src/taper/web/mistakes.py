"""What is wrong with what was typed, each beside its field, in the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from taper.errors import Ground, Problem, Refusal, TaperError
from taper.web import attended
from taper.web.attended import INFUSION
from taper.web.form import PLACES, Form, document_of
from taper.web.status import pass_on_a_fault

_FIELDS = {place: key for key, place in PLACES.items()}
_OTHERS = {
    "the past": "accepted",
    "accepted": "accepted",
    "today": "today",
    "regimen": "regimen",
    "right": "right",
}
"""Fields that stand for no place in the file."""
_ASKED = ("accepted", "right")
"""Of these an empty one is a question, and nothing that is still to come."""
_BY_PLACE = re.compile(r"(?:infusions|visits)\[([0-9]+)\]")
_BY_NUMBER = re.compile(r"infusions? \(?(?:number )?([0-9]+)")


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Sentences by the field that they stand beside, others, and the fields still to be filled."""

    beside: Mapping[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.beside or self.others or self.needed)


def mistakes(wrong: TaperError, form: Form, *, pressed: bool) -> Mistakes:
    """Where each ground of a refusal stands.

    Who still types is not told that an empty field is wrong, only that it is needed; once a button
    was `pressed` it is.
    """
    pass_on_a_fault(wrong)
    found = Mistakes({}, [], [])
    for ground in wrong.grounds:
        _place(ground, form, found, pressed=pressed)
    return found


def _place(ground: Ground, form: Form, found: Mistakes, *, pressed: bool) -> None:
    key = input_of(ground, form) if isinstance(ground, Problem) else None
    if not isinstance(ground, Problem) or key is None:
        found.others.append(str(ground))
    elif not form.get(key) and key not in _ASKED and not pressed:
        found.needed.append(key)
    else:
        beside = found.beside
        assert isinstance(beside, dict)  # made above
        beside.setdefault(key, []).append(f"{ground.read}; allowed: {ground.allowed}.")


def input_of(problem: Problem, form: Form) -> str | None:
    """The field of the form in which a problem is, None where no field has it."""
    named = problem.field
    if named in _OTHERS:
        return _OTHERS[named]
    by_place = _BY_PLACE.match(named)
    if by_place:
        return _nth(form, named.startswith("visits"), int(by_place[1]))
    by_number = _BY_NUMBER.match(named)
    if by_number:
        return f"{INFUSION}{by_number[1]}"
    while named and named not in _FIELDS:
        named = re.sub(r"(\[[0-9]+\]|\.[^.]*|[^.\[]*)$", "", named)
    return _FIELDS.get(named) or {"steroid": "drug", "infusions": f"{INFUSION}1"}.get(problem.field)


def _nth(form: Form, is_visit: bool, place: int) -> str | None:
    """The field of an infusion or a visit by its place in the file, None where there is none."""
    try:
        in_file = [each for each, _ in attended.in_data(document_of(form)[0].data)]
    except Refusal:
        in_file = attended.with_something(form)
    listed = [each.date_field for each in in_file if each.is_visit == is_visit]
    return listed[place - 1] if 0 < place <= len(listed) else None
