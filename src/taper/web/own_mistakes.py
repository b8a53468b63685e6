"""What is wrong in a form that stands for no participant's file, each sentence beside its field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from taper.errors import Problem, TaperError
from taper.web.mistakes import Mistakes
from taper.web.status import pass_on_a_fault

_OPTION = re.compile(r"--[a-z-]+")


def beside(wrong: TaperError, fields: Mapping[str, str], into: Mistakes | None = None) -> Mistakes:
    """Each ground of a refusal; `fields` are the form's, by what the sentences call them."""
    pass_on_a_fault(wrong)
    found = Mistakes({}, [], []) if into is None else into
    for ground in wrong.grounds:
        if isinstance(ground, Problem):
            named, said = ground.field, f"{ground.read}; allowed: {ground.allowed}."
        else:
            option = _OPTION.match(str(ground))
            named, said = option[0] if option else "", str(ground)
        _put(found, fields.get(named), said if named in fields else str(ground))
    return found


def _put(found: Mistakes, field: str | None, said: str) -> None:
    if field is None:
        found.others.append(said)
        return
    assert isinstance(found.beside, dict)  # made by whoever began it
    found.beside.setdefault(field, []).append(said)
