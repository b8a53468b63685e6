"""The page of regimens: several drawn over each other for one participant, and every baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from taper import sources
from taper.doses import dose, tablets
from taper.drawing import baselines as baselines_drawn
from taper.drawing import regimens as regimens_drawn
from taper.errors import Refusal, TaperError
from taper.operations.trying import comparing, exploring
from taper.planning.comparison import Answer, Question
from taper.planning.explored import Exploration
from taper.planning.explored_words import fit_said, row_of, together, window_said
from taper.planning.plan import Plan
from taper.sources.diseases import ANY, DISEASES, is_for
from taper.sources.drugs import drug_names
from taper.web import form as forms
from taper.web.at import At
from taper.web.brought import File, participant_brought
from taper.web.calendar import Choice, protocols
from taper.web.carried import answered
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.planned import planned
from taper.web.reply import Reply, page
from taper.web.speech import languages, rendered
from taper.web.status import REFUSED

COMPARE, EXPLORE = "compare", "explore"
NAMED = "regimen_"
"""Before the id of a regimen: the field that chooses it."""
USUAL: Form = {"target_mg": "5", "window_months": "4", "disease": ANY, "protocol": "iimpact"}
_QUESTION = ("start_mg", "target_mg", "window_months", "weight_kg", "start")
_EXPLORED = {
    "drug": "explored_drug",
    "strengths": "explored_strengths",
    "least_mg": "least_mg",
    "most_mg": "most_mg",
    "weight_kg": "explored_kg",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one regimen: its number in the drawing and its figures, which it may lack."""

    number: int
    name: str
    title: str
    days: str = ""
    mg: str = ""
    steps: str = ""
    drop: str = ""
    fit: str = ""
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The regimens beside each other, what must be known of them, and their drawing."""

    start: str
    target: str
    window: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    drawing: str


@dataclass(frozen=True, slots=True)
class Explored:
    """Every baseline of a protocol, what they say together, and their drawing."""

    protocol: str
    drug: str
    strengths: str
    target: str
    window: str
    rows: tuple[tuple[str, ...], ...]
    in_ml: bool
    said: tuple[str, ...]
    drawing: str


@dataclass(frozen=True, slots=True)
class Come:
    """What came of what was typed on the page; `of` is the form that it was typed in."""

    of: str = ""
    mistakes: Mistakes = field(default_factory=lambda: Mistakes({}, [], []))
    compared: Compared | None = None
    explored: Explored | None = None


def first_page(at: At) -> Reply:
    """The page before anybody has typed."""
    return page(_html(USUAL, at, Come()))


def opened_page(form: Form, files: Sequence[File], at: At) -> Reply:
    """The page with what a participant's file says of the question."""
    try:
        text, carried = participant_brought(files, {}, at)
    except TaperError as wrong:
        return _unopened(form, at, wrong)
    return answered(_filled_in, {**carried, "base": text}, at, form)


def _filled_in(of_file: Form, at: At, form: Form) -> Reply:
    try:
        asked = _of_participant(of_file, at)
    except TaperError as wrong:
        return _unopened(form, at, wrong)
    return compared_page({**form, **asked}, at)


def _unopened(form: Form, at: At, wrong: TaperError) -> Reply:
    found = beside(wrong, {"participant": "file"})
    return page(_html({**USUAL, **form}, at, Come(COMPARE, found)), REFUSED)


def compared_page(form: Form, at: At) -> Reply:
    """The page with the regimens that were chosen, or those that fit."""
    try:
        come = Come(COMPARE, compared=_compared(form))
    except TaperError as wrong:
        come = Come(COMPARE, beside(wrong, {each: each for each in _QUESTION}))
    return _answered(form, at, come)


def explored_page(form: Form, at: At) -> Reply:
    """The page with every baseline of a protocol."""
    try:
        come = Come(EXPLORE, explored=_explored(form))
    except TaperError as wrong:
        come = Come(EXPLORE, beside(wrong, _EXPLORED))
    return _answered(form, at, come)


def _answered(form: Form, at: At, come: Come) -> Reply:
    return page(_html({**USUAL, **form}, at, come), 422 if come.mistakes else 200)


def _html(form: Form, at: At, come: Come) -> str:
    return rendered(
        "regimens.html",
        at.code,
        at=at,
        form=form,
        come=come,
        mistakes=come.mistakes,
        protocols=[each for each in protocols(at.offered) if _has_taper(each)],
        regimens=[_choice(each) for each in sources.regimen_ids()],
        diseases=DISEASES,
        drugs=sorted({*drug_names().values()}),
        languages=languages(),
    )


def _choice(id_: str) -> Choice:
    return Choice(id_, sources.regimen_sheet(id_)["title"])


def _has_taper(choice: Choice) -> bool:
    try:
        return sources.trial(choice.value).protocol.taper is not None
    except Refusal:
        return False


# For one participant --------------------------------------------------------------------------


def _of_participant(of_file: Form, at: At) -> dict[str, str]:
    """The question that a participant's plan answers: doses in mg prednisone, window, first day."""
    typed = planned(of_file, at.today)
    plan, rule = typed.plan, typed.trial.protocol.taper
    if not isinstance(plan, Plan) or rule is None:
        raise Refusal.of(plan.participant, "participant", "one without a taper", "one with a taper")
    weight, months = typed.participant.weight_kg, rule.complete_within.months
    return {
        "start_mg": dose.text(plan.baseline.prednisone_mg),
        "target_mg": dose.text(plan.target_mg),
        "start": plan.taper_start.isoformat(),
        "window_months": "" if months is None else str(months),  # weeks are no months: it is asked
        "weight_kg": "" if weight is None else dose.text(weight),
        "participant": plan.participant,
    }


def _compared(form: Form) -> Compared:
    asked = comparing.question_of(
        start_mg=form.get("start_mg", ""),
        target_mg=form.get("target_mg", ""),
        window_months=form.get("window_months", ""),
        weight_kg=form.get("weight_kg") or None,
        start=form.get("start") or None,
    )
    chosen = [id_ for id_ in sources.regimen_ids() if form.get(f"{NAMED}{id_}")]
    found = comparing.Found() if chosen else comparing.fitting(_sheets(form), asked)
    sheets = map(sources.regimen_sheet, chosen)
    every = [(sheet, comparing.answer(sheet["id"], sheet, asked)) for sheet in sheets]
    every += found.fitting
    answers = [each for _, each in every]
    return Compared(
        start=dose.text(asked.start_mg),
        target=dose.text(asked.target_mg),
        window=window_said(asked.window, asked.window_days),
        rows=tuple(_rows(every, asked)),
        notes=(*comparing.notes(every, asked), *found.said()),
        drawing=regimens_drawn.as_svg(answers, asked) if answers else "",
    )


def _sheets(form: Form) -> list[Mapping[str, Any]]:
    """The shipped regimens for the disease that was chosen; all of them for any."""
    sheets = [sources.regimen_sheet(each) for each in sources.regimen_ids()]
    wanted = form.get("disease", ANY)
    return sheets if wanted == ANY else [each for each in sheets if is_for(each, wanted)]


def _rows(every: list[tuple[Mapping[str, Any], Answer]], asked: Question) -> Iterator[Row]:
    number = 0
    for sheet, answer in every:
        figures = answer.figures
        if figures is None:
            yield Row(0, answer.name, sheet["title"])
            continue
        number += 1
        yield Row(
            number,
            answer.name,
            sheet["title"],
            str(figures.days),
            dose.text(figures.mg),
            str(figures.steps),
            dose.text(figures.largest_drop_mg),
            fit_said(figures),
            figures.reached(asked.start).isoformat() if asked.start else "",
        )


# Every baseline -------------------------------------------------------------------------------


def _explored(form: Form) -> Explored:
    given = {key: form.get(key) or None for key in _EXPLORED.values()}
    typed = given["explored_strengths"]
    stock = None if typed is None else _strengths(typed)
    found = exploring.explore(
        form.get("protocol", ""),
        drug=given["explored_drug"],
        strengths=stock,
        least_mg=given["least_mg"],
        most_mg=given["most_mg"],
        weight_kg=given["explored_kg"],
    )
    return _shown(found)


def _strengths(typed: str) -> list[Any]:
    return forms.strengths_in(typed, "taper.explore", "strengths")


def _shown(found: Exploration) -> Explored:
    in_ml = found.question.stock.solution is not None
    return Explored(
        protocol=found.protocol,
        drug=found.question.drug,
        strengths=tablets.as_read(found.question.stock),
        target=dose.text(found.target_mg),
        window=window_said(found.window, found.window_days),
        rows=tuple(tuple(row_of(each, in_ml=in_ml)) for each in found.baselines),
        in_ml=in_ml,
        said=tuple(together(found)),
        drawing=baselines_drawn.as_svg(found),
    )
