"""What is not answered, said in one sentence: as a page, or as `application/problem+json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from http import HTTPStatus

from taper.errors import Ground, Problem, TaperError
from taper.web.at import At
from taper.web.form import Form
from taper.web.reply import PROBLEM, Reply, page
from taper.web.speech import languages, rendered

MB = 1_000_000
NOTHING_WRITTEN = "Nothing was written."
PERHAPS_WRITTEN = "Whether it was written stands on the page of the participant."
WRITES = frozenset({"/site/recalled"})
"""What writes before it answers; a batch is written by a process of its own."""
_TYPED_AT: Mapping[str, str] = {
    "/": "/",
    "/open": "/",
    "/papers/show": "/",
    "/papers/save": "/",
    "/protocol": "/",
    "/numbers": "/numbers",
    "/numbers/quantities": "/numbers/quantities",
    "/regimens": "/regimens",
    "/regimens/explore": "/regimens/explore",
    "/schedule": "/schedule",
    "/schedule/calendar/show": "/schedule",
    "/schedule/calendar/save": "/schedule",
    "/schedule/json": "/schedule",
}
"""Of what is sent from a form, where that form is shown again."""
NOT_SENT = "what the pages of this server send, or the API as /openapi.json describes it"


def too_large(most: int) -> str:
    """Why a request of more bytes is not answered."""
    size = f"{most // 1000} kB" if most < MB else f"{most // MB} MB"
    return f"The request is larger than {size}; allowed: at most so much."


def of_a_fault(sentence: str, path: str) -> str:
    """What to say where no input is to blame: that too, whether anything was written."""
    return f"{sentence} {PERHAPS_WRITTEN if path in WRITES else NOTHING_WRITTEN}"


def as_page(at: At, status: int, sentence: str, typed: Form | None = None) -> Reply:
    """The sentence as a page, from which one goes on with what was `typed` at its path."""
    html = rendered(
        "refused.html",
        at.code,
        at=replace(at, path=""),
        said=sentence,
        typed=typed or {},
        typed_at=_TYPED_AT.get(at.path, ""),
        languages=languages(),
    )
    return page(html, status)


def as_problem(status: int, sentence: str, grounds: Iterable[Ground] = ()) -> Reply:
    """The same for a program: RFC 9457, with every problem found as data."""
    problems = [asdict(each) for each in grounds if isinstance(each, Problem)]
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "problems": problems,
    }
    return Reply(status, PROBLEM, json.dumps(body, ensure_ascii=False).encode())


def as_problem_of(wrong: TaperError, status: int = 422) -> Reply:
    """A refusal with its grounds."""
    return as_problem(status, str(wrong), wrong.grounds)
