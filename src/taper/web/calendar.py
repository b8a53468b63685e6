"""The calendar's page: what was typed, what is wrong with it, and the plan that comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from taper import sources
from taper.errors import Problem, TaperError
from taper.planning.plan import Plan
from taper.sources.drugs import drug_names
from taper.web import by_protocol
from taper.web import form as forms
from taper.web.at import At
from taper.web.brought import File, participant_brought
from taper.web.carried import answered
from taper.web.form import Form
from taper.web.mistakes import Mistakes, mistakes
from taper.web.planned import SURE, Typed, planned, said_of
from taper.web.reply import JSON, Reply, page
from taper.web.result import Result, result
from taper.web.speech import languages, locales, rendered
from taper.web.status import REFUSED, pass_on_a_fault

FILE = "file"
"""The field in which a participant's file is chosen."""
USUAL: Form = {"protocol": "iimpact", "drug": "prednisone", "locale": "en_US"}
"""What stands in a form that nobody has typed into."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen, and what it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of what was typed: mistakes, or a plan; of who takes no steroid neither."""

    mistakes: Mistakes = field(default_factory=Mistakes)
    result: Result | None = None
    no_steroid: str = ""
    typed: Typed | None = None
    sure: str = ""
    """What is to be ticked as right, and is where there are no mistakes."""


def shown(form: Form, at: At, *, pressed: bool) -> Shown:
    """What is shown of a form."""
    try:
        typed = planned(form, at.today)
        issue = typed.issue()
        if issue is None:
            return Shown(no_steroid=typed.plan.participant, typed=typed)
        sure = said_of(typed.doubts)
        return Shown(result=result(typed, issue, at.code), typed=typed, sure=sure)
    except TaperError as wrong:
        return refused(wrong, form, pressed=pressed)


def refused(wrong: TaperError, form: Form, *, pressed: bool) -> Shown:
    """What is wrong, and what would have to be ticked."""
    doubted = [each for each in wrong.grounds if isinstance(each, Problem) and each.field == SURE]
    sure = " ".join(f"{each.read}." for each in doubted)
    return Shown(mistakes(wrong, form, pressed=pressed), sure=sure)


# Pages ----------------------------------------------------------------------------------------


def first_page(at: At) -> Reply:
    """The page before anybody has typed."""
    form = {**USUAL, "today": at.today.isoformat()}
    return page(html(form, at, Shown(Mistakes()), is_fresh=True))


def filled_page(form: Form, at: At) -> Reply:
    """The page with what was typed and what came of it, for who pressed a button."""
    come = shown(form, at, pressed=True)
    return page(html(form, at, come), 422 if come.mistakes else 200)


def opened_page(given: Form, at: At, files: Sequence[File]) -> Reply:
    """The page of a participant's file that was opened.

    Its protocol and regimens may be chosen with it; what was opened of them before stays.
    """
    kept = {key: given[key] for key in forms.BROUGHT if key in given}
    today = {"today": at.today.isoformat()}
    try:
        text, carried = participant_brought(files, given, at)
        form = with_file({**today, **kept, **carried}, text)
    except TaperError as wrong:
        pass_on_a_fault(wrong)
        said = [str(each) for each in wrong.grounds]
        come = Shown(Mistakes({FILE: said}, [], []))
        return answered(_unopened, {**USUAL, **today, **given}, at, come)
    return answered(filled_page, form, at)


def _unopened(form: Form, at: At, come: Shown) -> Reply:
    """The page with whatever was typed before, of which nothing is lost."""
    return page(html(form, at, come), REFUSED)


def with_file(form: Form, text: str) -> dict[str, str]:
    """The form as a file fills it, to go on from; raises `Refusal` where the file is none."""
    fields = forms.fields_of(text.encode(), forms.UNNAMED)
    return {**form, **fields, "base": text}


def preview(form: Form, at: At) -> Reply:
    """What changes while somebody types, as data for the page's script.

    Where the protocol changed it asks for the fields of that one too.
    """
    come = shown(form, at, pressed=False)
    answer: dict[str, object] = {
        "mistakes": come.mistakes.beside,
        "result": rendered("_result.html", at.code, at=at, come=come, form=form, is_fresh=False),
    }
    if form.get("with_fields"):
        answer["fields"] = rendered(
            "_of_protocol.html", at.code, form=form, mistakes=Mistakes(), **by_protocol.fields(form)
        )
    return Reply(200, JSON, json.dumps(answer).encode())


def html(
    form: Form,
    at: At,
    come: Shown,
    *,
    is_fresh: bool = False,
    done: str = "",
    is_another: bool = False,
    of_event: Mapping[str, str] | None = None,
) -> str:
    """The whole page; `done` is the event that was just taken over.

    `of_event` is what is wrong with one, by its fields; `is_another` is said of a calendar that
    somebody has not looked at, and wanted a file of.
    """
    return rendered(
        "calendar.html",
        at.code,
        at=at,
        form=form,
        come=come,
        mistakes=come.mistakes,
        is_fresh=is_fresh,
        done=done,
        is_another=is_another,
        of_event=of_event or {},
        protocols=protocols(at.offered),
        drugs=sorted({*drug_names().values()}),
        locales=locales(form.get("locale", "")),
        languages=languages(),
        **by_protocol.fields(form),
    )


# What can be chosen ---------------------------------------------------------------------------


def protocols(offered: Mapping[str, bytes]) -> list[Choice]:
    """The protocols: those that the server was told of first."""
    own = [name for name in offered if by_protocol.trial_of(name) is not None]
    return [Choice(id_, _title(id_)) for id_ in (*own, *sources.protocol_ids())]


def _title(id_: str) -> str:
    trial = by_protocol.trial_of(id_)
    return f"{trial.protocol.title} ({trial.protocol.status})" if trial else id_


def tapers(typed: Typed) -> bool:
    """Whether there are days to print."""
    return isinstance(typed.plan, Plan)
