"""The page of numbers: doses as one of another drug by every table, in tablets; tablets to give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from taper import sources
from taper.doses.conversion import Conversion, Taken, about_taken, cited, doubts, lacking
from taper.doses.tablets import combine
from taper.errors import Refusal, TaperError
from taper.operations.pharmacy import converting, making
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_market, read_name
from taper.sources.drugs import Named, drug_names
from taper.web.at import At
from taper.web.brought import File, participant_brought
from taper.web.by_protocol import regimens
from taper.web.carried import answered
from taper.web.form import Form
from taper.web.handed_out import USUAL as USUAL_TERMS
from taper.web.handed_out import HandedOut, handed_out
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.reply import Reply, page
from taper.web.speech import languages, rendered
from taper.wording.converted import (
    about,
    agreement,
    asked,
    asked_for,
    checked,
    measured,
    other_figures,
)
from taper.wording.tablets import in_stock, in_tablets

ROWS = range(1, 5)
"""The doses of a day that have fields."""
CONVERT, HAND_OUT = "convert", "hand-out"
USUAL: Form = {"drug_1": "", "to": "prednisone", "market": DEFAULT_MARKET, **USUAL_TERMS}


@dataclass(frozen=True, slots=True)
class Line:
    """What one table says, and the tablets of that; of a table that lacks a drug only which."""

    table: str
    title: str
    dose: str = ""
    figures: str = ""
    checked: str = ""
    tablets: str = ""
    refused: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """The doses as one of another drug; `least` and `most` are the same where the tables agree."""

    asked: str
    drug: str
    least: str
    most: str
    agreement: tuple[str, ...]
    lines: tuple[Line, ...]
    unmade: tuple[str, ...]
    at_hand: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Come:
    """What came of what was typed on the page; `of` is the form that it was typed in."""

    of: str = ""
    mistakes: Mistakes = field(default_factory=lambda: Mistakes({}, [], []))
    converted: Converted | None = None
    handed_out: HandedOut | None = None


def first_page(at: At) -> Reply:
    """The page before anybody has typed."""
    return page(_html({**USUAL, "today": at.today.isoformat()}, at, Come()))


def converted_page(form: Form, at: At) -> Reply:
    """The page with the doses by every table."""
    return _answered(form, at, _converted(form))


def handed_out_page(form: Form, files: Sequence[File], at: At) -> Reply:
    """The page with the tablets to hand out to the participant of a file.

    Those that were chosen now take the place of those that were open, an empty one too.
    """
    if not files:
        return answered(_handed_out, form, at)
    try:
        text, carried = participant_brought(files, form, at)
    except TaperError as wrong:
        found = beside(wrong, {"participant": "file"})
        return _answered({**form, "base": ""}, at, Come(HAND_OUT, found))
    return answered(_handed_out, {**form, **carried, "base": text}, at)


def _handed_out(form: Form, at: At) -> Reply:
    mistakes, answer = handed_out(form, at.today)
    return _answered(form, at, Come(HAND_OUT, mistakes, handed_out=answer))


def _answered(form: Form, at: At, come: Come) -> Reply:
    filled = {**USUAL, "today": at.today.isoformat(), **form}
    return page(_html(filled, at, come), 422 if come.mistakes else 200)


def _html(form: Form, at: At, come: Come) -> str:
    return rendered(
        "numbers.html",
        at.code,
        at=at,
        form=form,
        come=come,
        mistakes=come.mistakes,
        rows=ROWS,
        drugs=sorted({*drug_names().values()}),
        markets=sources.market_ids(),
        regimens=regimens(form),
        languages=languages(),
    )


# A conversion ---------------------------------------------------------------------------------


def _converted(form: Form) -> Come:
    found = Mistakes({}, [], [])
    taken = tuple(_taken(form, found))
    target = _target(form, found)
    if found or target is None:
        return Come(CONVERT, found)
    try:
        market = read_market(form.get("market") or DEFAULT_MARKET)
        return Come(
            CONVERT, converted=_by_every(taken, target, form.get("strengths") or None, market)
        )
    except TaperError as wrong:
        fields = {"drug": "drug_1", "--strengths": "strengths", "--market": "market"}
        return Come(CONVERT, beside(wrong, fields))


def _taken(form: Form, found: Mistakes) -> Iterator[Taken]:
    """Each dose of the day that was typed; what is wrong with one stands beside it."""
    filled = [n for n in ROWS if form.get(f"dose_{n}") or form.get(f"drug_{n}")]
    for n in filled or [1]:
        fields = {"dose": f"dose_{n}", "drug": f"drug_{n}", "route": f"route_{n}"}
        way = form.get(f"route_{n}", "")
        typed = form.get(f"dose_{n}", "") + (f":{way}" if way else "")
        try:
            yield from converting.taken_of([typed, form.get(f"drug_{n}", "")], None)
        except TaperError as wrong:
            beside(wrong, fields, found)


def _target(form: Form, found: Mistakes) -> Named | None:
    try:
        return read_name(converting.WHO, "--to", form.get("to", ""))
    except Refusal as wrong:
        beside(wrong, {"--to": "to"}, found)
        return None


def _by_every(
    taken: tuple[Taken, ...], target: Named, strengths: str | None, market: str
) -> Converted:
    answers, tables = converting.by_every(taken, target), converting.all_tables()
    lines = [_line(each, target, strengths, market) for each in answers]
    needed = [figure.drug for figure in answers[0].figures]
    titles = {each.id: each.table.title for each in tables}
    doses = sorted(each.dose_mg for each in answers)
    return Converted(
        asked=asked(taken),
        drug=asked_for(answers[0]),
        least=about(doses[0]),
        most=about(doses[-1]),
        agreement=tuple(agreement(answers, tables)),
        lines=(
            *lines,
            *(
                Line(id_, titles[id_], lacks=", ".join(drugs))
                for id_, drugs in lacking(needed, tables)
            ),
        ),
        unmade=tuple(dict.fromkeys(each.refused for each in lines if each.refused)),
        at_hand=_at_hand(target, strengths, market),
        sources=tuple(f"{each.by.id}: {cited(each.figures)}" for each in answers),
        notes=(*(f"{said}." for said in measured(taken)), *dict.fromkeys(_notes(taken, answers))),
    )


def _line(answer: Conversion, target: Named, strengths: str | None, market: str) -> Line:
    tablets, refused = _in_tablets(answer, target, strengths, market)
    return Line(
        table=answer.by.id,
        title=answer.by.table.title,
        dose=about(answer.dose_mg),
        figures=other_figures(answer),
        checked=checked(answer.status),
        tablets=tablets,
        refused=refused,
    )


def _in_tablets(
    answer: Conversion, target: Named, strengths: str | None, market: str
) -> tuple[str, str]:
    """The tablets of the dose, or why there are none; raises `Refusal` of what was typed."""
    try:
        stock, _ = making.at_hand(target, strengths, market)
        making.refuse_unmakeable(answer.dose_mg, target.drug, stock)
    except Refusal as wrong:
        if strengths is not None and wrong.problems[0].field == "--strengths":
            raise
        return "", f"{wrong.problems[0].read}; allowed: {wrong.problems[0].allowed}."
    return in_tablets(combine(answer.dose_mg, stock)), ""


def _at_hand(target: Named, strengths: str | None, market: str) -> str:
    try:
        stock, whose = making.at_hand(target, strengths, market)
    except Refusal:
        return ""
    return f"{in_stock(stock)} ({whose})"


def _notes(taken: tuple[Taken, ...], answers: list[Conversion]) -> Iterator[str]:
    for each in answers:
        yield from doubts(each.by, each.figures)
    for each in answers:
        yield f"{each.by.id}: {each.by.table.caveat}"
    for each in answers:
        yield from about_taken(taken, each.by)
