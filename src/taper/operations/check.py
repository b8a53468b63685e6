"""Files, texts and dicts looked at before anybody plans by them, for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from taper.errors import Refusal
from taper.operations.planned import Records
from taper.operations.totals import recomputed
from taper.sources import checking
from taper.sources.checking import Checked
from taper.sources.given import Written, path_of, written

_WHAT = "what was given"


def check(each_given: Iterable[Written]) -> Records[Checked]:
    """What each is, with every problem in it; a folder stands for every YAML file in it."""
    found = [checked for given in each_given for checked in _checked(given)]
    return Records.of(found, map(_as_dict, found))


def _checked(given: Written) -> Iterator[Checked]:
    path = path_of(given)
    if path is not None:
        yield from map(recomputed, checking.check([path]))
        return
    try:
        document, found = written(given, _WHAT)
    except Refusal as refused:
        yield Checked(None, None, refused.problems)
    else:
        yield recomputed(checking.checked(document, found), document)


def _as_dict(checked: Checked) -> dict[str, Any]:
    return {
        "path": None if checked.path is None else str(checked.path),
        "subject": None if checked.subject is None else checked.subject.value,
        "problems": [asdict(problem) for problem in checked.problems],
        "remark": checked.remark,
    }
