"""A protocol tried before anybody is enrolled: what becomes of every baseline, with these tablets.

Each baseline that the tablets make is planned as a participant's would be, without any event, and
what is counted is counted from the first taper day on. The infusions are given as planned; of all
days for the first of them one is taken on which the window is shortest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise

from taper.doses import dose, tablets
from taper.doses.tablets import Stock
from taper.errors import Refusal
from taper.planning.explored import Exploration, Explored, Question
from taper.planning.explored_sets import ExploredSets
from taper.planning.plan import Day, Kind, Plan, Step
from taper.planning.prescription import AS_BASELINE
from taper.planning.schedule import schedule
from taper.trial.infusions import due
from taper.trial.participant import Participant
from taper.trial.protocol import Eligibility, TaperRule
from taper.trial.rows import WEEKDAYS, mean
from taper.trial.rules import Trial
from taper.trial.strengths import in_a_file
from taper.trial.timed import FOUR_YEARS

MOST_BASELINES = 400
"""More rows than anybody reads: tablets that make more doses between the bounds are refused."""


def explore(trial: Trial, question: Question) -> Exploration:
    """What becomes of every baseline between the bounds.

    Raises `Refusal` where the protocol prescribes no taper or names no bounds and none were given,
    where it goes by weight and none was given, and where the tablets make too many doses.
    """
    rule = _rule_of(trial, question)
    windows = [_starts(trial, rule, day) for day in FOUR_YEARS]
    lengths = [(rule.complete_within.end(start) - start).days for start in windows]
    window_days = min(lengths), max(lengths)
    first = FOUR_YEARS[lengths.index(window_days[0])]
    anybody = replace(
        trial, protocol=trial.protocol.model_copy(update={"eligibility": Eligibility()})
    )
    bounds = trial.protocol.eligibility
    return Exploration(
        protocol=trial.protocol.id,
        question=question,
        target_mg=rule.target_mg,
        window=rule.complete_within,
        window_days=window_days,
        eligible_mg=(bounds.min_mg, bounds.max_mg),
        baselines=tuple(
            _explored(anybody, question, mg, first, window_days)
            for mg in _baselines(trial, rule, question)
        ),
    )


def explore_sets(trial: Trial, question: Question, stocks: Sequence[Stock]) -> ExploredSets:
    """The same for each set of tablets; what is refused of one is said of its tablets."""
    found = []
    for stock in stocks:
        try:
            found.append(explore(trial, replace(question, stock=stock)))
        except Refusal as refusal:
            raise refusal.at(f"{trial.protocol.id} with {tablets.as_read(stock)}") from refusal
    return ExploredSets(tuple(found))


def taper_asked_of(trial: Trial, drug: str, weight_kg: Fraction | None) -> TaperRule:
    """The protocol's taper; raises `Refusal` where it cannot be asked with that drug and weight."""
    who, rule = trial.protocol.id, trial.protocol.taper
    if rule is None:
        read = "none, as the protocol prescribes none"
        raise Refusal.of(who, "taper", read, "a protocol that prescribes a taper")
    if drug not in trial.table:
        read = f"{drug}, which table {trial.table.id} has no value for"
        known = dose.join(sorted(trial.table.mg_per_5_prednisone), "or")
        raise Refusal.of(who, "the drug", read, known)
    if weight_kg is None and rule.regimen.needs_weight:
        allowed = "a weight in kg (--weight-kg), as the regimen goes by weight"
        raise Refusal.of(who, "the weight", "missing", allowed)
    return rule


def _rule_of(trial: Trial, question: Question) -> TaperRule:
    """The protocol's taper, where this question can be put to it: it is in the drug asked of."""
    rule = taper_asked_of(trial, question.drug, question.weight_kg)
    if rule.drug not in (AS_BASELINE, question.drug):
        who, told = trial.protocol.id, f"{rule.drug}, the drug of the taper"
        raise Refusal.of(who, "the drug", question.drug, told)
    return rule


def _starts(trial: Trial, rule: TaperRule, first_infusion: date) -> date:
    """The first taper day, where every infusion is given as planned."""
    infusion = trial.protocol.infusion(rule.after_infusion)
    assert infusion is not None  # a protocol without it is refused
    return infusion.planned(first_infusion) + timedelta(days=rule.offset_days)


# Baselines --------------------------------------------------------------------------------------


def _baselines(trial: Trial, rule: TaperRule, question: Question) -> list[Fraction]:
    """Every dose between the bounds that the tablets make, mg of the drug."""
    least, most = _bounds(trial, rule, question)
    named = [trial.table.from_prednisone(mg, question.drug) for mg in (least, most)]
    who = trial.protocol.id
    if named[1] > dose.MAX_MG:
        read = f"up to {dose.text(most)} mg, which are {dose.text(named[1])} mg {question.drug}"
        raise Refusal.of(who, "the baselines", read, f"at most {dose.MAX_MG} mg {question.drug}")
    tablets.refuse_too_fine(who, "the tablets", named[1], question.stock)
    made = _makeable(named[0], named[1], question.stock)
    found = list(islice(made, MOST_BASELINES + 1))
    if len(found) > MOST_BASELINES:
        read = f"{dose.text(least)} to {dose.text(most)} mg, of which these tablets make more"
        allowed = f"at most {MOST_BASELINES} (--from and --to, or tablets with larger steps)"
        raise Refusal.of(who, "the range of baselines", read, allowed)
    if not found:
        read = f"{dose.text(least)} to {dose.text(most)} mg, of which these tablets make none"
        raise Refusal.of(
            who, "the range of baselines", read, "bounds between which they make a dose"
        )
    return found


def _bounds(trial: Trial, rule: TaperRule, question: Question) -> tuple[Fraction, Fraction]:
    """The least and the most baseline, mg prednisone; the least is else the first over target."""
    own = trial.protocol.eligibility
    least = own.min_mg if question.least_mg is None else question.least_mg
    most = own.max_mg if question.most_mg is None else question.most_mg
    if most is None:
        allowed = "one there, or --to with the most mg prednisone to look at"
        raise Refusal.of(trial.protocol.id, "eligibility.max_mg", "missing", allowed)
    if least is None:
        per_mg = trial.table.ratio(question.drug)
        over = tablets.above(rule.target_mg / per_mg, question.stock)
        least = over * per_mg
    if least > most:
        read = f"{dose.text(least)} to {dose.text(most)} mg"
        raise Refusal.of(
            trial.protocol.id, "the range of baselines", read, "a --from of at most --to"
        )
    return least, most


def _makeable(least: Fraction, most: Fraction, stock: Stock) -> Iterator[Fraction]:
    mg = tablets.at_least(least, stock)
    while mg <= most:
        if mg:
            yield mg
        mg = tablets.above(mg, stock)


# One of them ------------------------------------------------------------------------------------


def _explored(
    trial: Trial, question: Question, mg: Fraction, first: date, window: tuple[int, int]
) -> Explored:
    prednisone = trial.table.to_prednisone(mg, question.drug)
    try:
        plans = [_planned(trial, question, mg, day) for day in _days_to_try(trial, first)]
    except Refusal as refusal:
        return Explored(mg, prednisone, refused=str(refusal).removeprefix(f"{_who(mg)}: "))
    plan = max(plans, key=_days_to_target)
    days = _days_to_target(plan)
    printed = list(plan.days())
    taken = [day.tablets for day in printed]
    in_ml = question.stock.solution is not None
    return Explored(
        dose_mg=mg,
        prednisone_mg=prednisone,
        days_to_target=days,
        spare_days=(window[0] - days, window[1] - days),
        cumulative_mg=sum((_prednisone(plan, day) for day in _tapering(plan)[:days]), Fraction(0)),
        largest_drop_mg=_largest_drop(plan),
        most_tablets=None if in_ml else max(each.pieces for each in taken),
        strengths_mg=tuple(sorted({t.strength_mg for each in taken for t in each}, reverse=True)),
    )


def _days_to_try(trial: Trial, first: date) -> list[date]:
    """Where doses fall on some days of the week only, all seven: the slowest of them counts."""
    rule = trial.protocol.taper
    waits = rule is not None and rule.change_on is not None
    return [first + timedelta(days=i) for i in range(len(WEEKDAYS) if waits else 1)]


def _who(mg: Fraction) -> str:
    return f"baseline-{dose.text(mg)}"


def _planned(trial: Trial, question: Question, mg: Fraction, first: date) -> Plan:
    """The plan of somebody with this baseline; raises `Refusal` where there is none."""
    strengths = [in_a_file(each) for each in question.stock]
    planned = due(trial.protocol, first)
    who = Participant.model_validate(
        {
            "participant": _who(mg),
            "protocol": trial.protocol.id,
            "steroid": {"drug": question.drug, "dose_mg": dose.text(mg), "strengths": strengths},
            "infusions": [{"number": str(i.number), "date": str(i.planned)} for i in planned],
            "weight_kg": None if question.weight_kg is None else dose.text(question.weight_kg),
        }
    )
    assert who.steroid is not None  # two lines above
    plan, _ = schedule(trial, who, who.steroid, first)
    return plan


def _tapering(plan: Plan) -> list[Day]:
    return [day for day in plan.days() if day.date >= plan.taper_start]


def _prednisone(plan: Plan, day: Day) -> Fraction:
    return plan.prednisone_equivalent(day.dose_mg, day.step.drug)


def _days_to_target(plan: Plan) -> int:
    """The days before the first from which every dose is at or under the target."""
    over = (
        i for i, day in enumerate(_tapering(plan), 1) if _prednisone(plan, day) > plan.target_mg
    )
    return max(over, default=0)


def _largest_drop(plan: Plan) -> Fraction:
    """The largest fall from step to step, the baseline's own among them; 0 where none falls."""
    steps = (step for step in plan.steps if step.kind is not Kind.RUN_IN)
    heights = [plan.baseline.prednisone_mg, *(_height(plan, step) for step in steps)]
    return max((above - below for above, below in pairwise(heights)), default=Fraction(0))


def _height(plan: Plan, step: Step) -> Fraction:
    mg = mean(step.daily_mg) if step.is_by_mean else step.highest_mg
    return plan.prednisone_equivalent(mg, step.drug)
