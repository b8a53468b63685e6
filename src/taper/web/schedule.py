"""The page of steps that somebody else wrote: looked at, and a calendar of them that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper import sources
from taper.doses import dose
from taper.doses.solutions import strength_text
from taper.errors import Refusal, TaperError
from taper.exports import answers
from taper.exports.answers import checked as for_programs
from taper.operations.checking import schedule
from taper.operations.checking.schedule import CALENDAR, CheckedSchedule
from taper.operations.pharmacy.at_hand import DEFAULT_MARKET, read_drug
from taper.paper.pages.finding_lines import most_urgent_first
from taper.paper.pages.words import Words
from taper.planning.labels import Finding
from taper.planning.plan import Plan
from taper.sources.drugs import drug_names
from taper.sources.fhir import Contradiction, DatedDose
from taper.sources.written import read_apart
from taper.trial.fields import parse_date
from taper.web.at import At
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.reply import JSON, Reply, page
from taper.web.result import Sheet, narrow_of, sheet_of
from taper.web.speech import banners_of, languages, rendered, said
from taper.wording.quoting import shown
from taper.wording.severity import MOST_URGENT_FIRST

FIELDS = ("steps", "drug", "start", "strengths", "market", "today")
USUAL: Form = {"market": DEFAULT_MARKET}
_LOCALE = "en_US"
_WHAT = "what was pasted"
_BESIDE: Mapping[str, str] = {
    "--drug": "drug",
    "--start": "start",
    "--strengths": "strengths",
    "--market": "market",
    "--today": "today",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Days on which the same is taken, where they are no plan."""

    first: str
    last: str
    days: int
    drug: str
    dose: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The steps as a plan shows them: chart, tablets, and what a clinician must see."""

    banners: tuple[str, ...]
    sheet: Sheet
    narrow: Sheet
    quantities: tuple[tuple[str, str, str], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of the steps: `planned` where somebody could follow them, else `runs` and why.

    `counted_from` is the day from which days without a date were counted.
    """

    contradictions: tuple[Contradiction, ...]
    days: int
    counted_from: str
    sums: tuple[tuple[str, str], ...]
    planned: Planned | None
    runs: tuple[Run, ...]
    why_no_plan: str


def first_page(at: At) -> Reply:
    """The page before anybody has pasted."""
    return page(_html(USUAL, at, _nothing()))


def checked_page(form: Form, at: At) -> Reply:
    """The page with what came of the steps."""
    return _answered(form, at, lambda checked: page(_html(form, at, _nothing(), checked)))


def calendar(form: Form, at: At, to_keep: bool) -> Reply:
    """The calendar of the steps as a PDF, or the page with why there is none."""

    def printed(checked: CheckedSchedule) -> Reply:
        if checked.plan is None:
            why = f"none, as {checked.why_no_plan}"
            raise Refusal.of(_WHAT, "the calendar", why, "days that somebody could follow")
        data = schedule.as_pdf(checked.plan, _today(form, at))
        return Reply(200, "application/pdf", data, CALENDAR, to_keep)

    return _answered(form, at, printed)


def data(form: Form, at: At) -> Reply:
    """The same for another program, as `taper check-schedule --format json` gives it."""

    def dumped(checked: CheckedSchedule) -> Reply:
        its = checked.schedule, checked.contradictions, checked.plan, checked.sums_mg
        body = answers.dumped(for_programs.as_data(*its, checked.why_no_plan))
        return Reply(200, JSON, body.encode(), CALENDAR.replace(".pdf", ".json"), to_keep=True)

    return _answered(form, at, dumped)


def _answered(form: Form, at: At, do: Callable[[CheckedSchedule], Reply]) -> Reply:
    try:
        return do(_checked(form, at))
    except TaperError as wrong:
        return page(_html(form, at, _mistakes(wrong)), 422)


def _nothing() -> Mistakes:
    return Mistakes({}, [], [])


def _mistakes(wrong: TaperError) -> Mistakes:
    """What is wrong with the steps beside them, anything else beside its own field."""
    found = beside(wrong, _BESIDE)
    if not found.others:
        return found
    return Mistakes({**found.beside, "steps": found.others}, [], [])


def _checked(form: Form, at: At) -> CheckedSchedule:
    """The steps that were pasted, looked at; raises `TaperError`."""
    steps = form.get("steps", "")
    if not steps:
        raise Refusal.of(_WHAT, "the text", "missing", "steps, such as: prednisone 20 mg 7 days")
    drug, start = form.get("drug"), _date(form, "start")
    named = read_drug("taper", "--drug", drug) if drug else None
    written = read_apart(steps.encode("utf-8", "surrogatepass"), _WHAT, named, start)
    market = form.get("market") or DEFAULT_MARKET
    stocks = schedule.stocks_of(written, form.get("strengths") or None, market)
    return schedule.check(written, stocks, _today(form, at))


def _today(form: Form, at: At) -> date:
    return _date(form, "today") or at.today


def _date(form: Form, key: str) -> date | None:
    typed = form.get(key)
    if not typed:
        return None
    try:
        return parse_date(typed)
    except ValueError as allowed:
        raise Refusal.of("taper", f"--{key}", shown(typed), str(allowed)) from None


# What is shown --------------------------------------------------------------------------------


def _html(form: Form, at: At, mistakes: Mistakes, checked: CheckedSchedule | None = None) -> str:
    words = said(at.code, _LOCALE)
    return rendered(
        "schedule.html",
        at.code,
        at=at,
        form={**USUAL, "today": at.today.isoformat(), **form},
        fields=FIELDS,
        mistakes=mistakes,
        looked=None if checked is None else _looked(checked, words),
        drugs=sorted({*drug_names().values()}),
        markets=sources.market_ids(),
        languages=languages(),
    )


def _looked(checked: CheckedSchedule, words: Words) -> Looked:
    found = sorted(checked.contradictions, key=lambda each: MOST_URGENT_FIRST.index(each.severity))
    plan = checked.plan
    return Looked(
        contradictions=tuple(found),
        days=checked.days_with_a_dose,
        counted_from="" if plan is None else _counted_from(checked, plan, words),
        sums=tuple((drug, dose.text(mg)) for drug, mg in checked.sums_mg.items()),
        planned=None if plan is None else _planned(plan, words),
        runs=() if plan is not None else tuple(map(_run, checked.schedule.runs())),
        why_no_plan=checked.why_no_plan,
    )


def _counted_from(checked: CheckedSchedule, plan: Plan, words: Words) -> str:
    is_dated = checked.schedule.days[0].date is not None
    return "" if is_dated else words.language.full_date(plan.taper_start)


def _planned(plan: Plan, words: Words) -> Planned:
    sheet = sheet_of(plan, words)
    return Planned(
        banners=banners_of(plan, words),
        sheet=sheet,
        narrow=narrow_of(sheet, plan, words),
        quantities=tuple(_quantities(plan)),
        findings=tuple(most_urgent_first(plan.findings)),
    )


def _quantities(plan: Plan) -> Iterator[tuple[str, str, str]]:
    for each in plan.quantities:
        unit = "mL" if each.in_ml else ""
        amount = f"{dose.text(Fraction(each.tablets))} {unit}".strip()
        yield each.drug, f"{strength_text(each.strength_mg, in_ml=each.in_ml)} mg", amount


def _run(days: list[DatedDose]) -> Run:
    first = days[0]
    mg = f"{dose.text(first.dose_mg)} mg"
    return Run(_when(first), _when(days[-1]), len(days), first.drug, mg)


def _when(day: DatedDose) -> str:
    return f"day {day.day}" if day.date is None else day.date.isoformat()
