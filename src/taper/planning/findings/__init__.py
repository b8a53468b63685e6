"""What a clinician must see in a plan (§8). Never raises, never prints.

Each rule is a generator of findings; thresholds are data (`taper.trial.rules.Trial.thresholds`).
Doses are compared as prednisone equivalents by the plan's own table, a cycle at its highest
day and, where it falls, at its mean too. The physiologic list has a figure for each drug; a level
is under it where its mean is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from taper.planning.findings import (
    changes,
    doses,
    entered,
    exposure,
    given,
    labels,
    rounding,
    typed,
)
from taper.planning.findings.case import AnyCase, Case
from taper.planning.labels import Finding
from taper.planning.plan import NotTapering
from taper.trial.participant import Participant
from taper.trial.rules import Trial

RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    labels.protocol_not_approved,
    labels.regimen_unverified,
    labels.equivalence_unverified,
    labels.start_outside_regimen,
    labels.strengths_assumed,
    entered.strength_not_marketed,
    labels.alternate_form,
    labels.provisional_anchor,
    labels.eligibility_waived,
    labels.started_in_past,
    labels.start_far_off,
    labels.infusion_out_of_window,
    entered.infusion_undated,
    labels.visit_out_of_window,
    entered.visit_undated,
    entered.visits_exchanged,
    entered.weight_implausible,
    labels.already_at_target,
    labels.overruns_window,
    typed.dose_in_text,
    typed.arm_in_text,
    entered.calendar_over,
    entered.flare_changes_nothing,
    rounding.rounded,
    rounding.row_cut,
    changes.large_drop,
    changes.large_rise,
    doses.below_physiologic,
    exposure.hpa_suppression,
    given.long_acting,
    given.replacement,
    given.usually_divided,
    given.split_tablets,
    given.many_tablets,
    given.strength_change,
    given.alternate_day,
    given.state,
    exposure.prophylaxis,
    exposure.emergency_card,
)
RULES_OF_WRITTEN: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    labels.equivalence_unverified,
    labels.strengths_assumed,
    changes.large_drop,
    changes.large_start,
    changes.large_rise,
    doses.below_physiologic,
    exposure.hpa_suppression,
    given.long_acting,
    given.replacement,
    given.usually_divided,
    given.split_tablets,
    given.many_tablets,
    given.strength_change,
    exposure.prophylaxis,
    exposure.emergency_card,
)
"""Those that look at doses and tablets alone: no protocol made the steps."""
RULES_WITHOUT_DAYS: tuple[Callable[[AnyCase], Iterator[Finding]], ...] = (
    labels.protocol_not_approved,
    labels.regimen_unverified,
    typed.dose_in_text,
    typed.arm_in_text,
)


def findings_of(case: Case) -> list[Finding]:
    """The findings of a plan, in the order of §8."""
    return [found for rule in RULES for found in rule(case)]


def findings_of_written(case: Case) -> list[Finding]:
    """The findings of steps that somebody else wrote, in the same order."""
    return [found for rule in RULES_OF_WRITTEN for found in rule(case)]


def findings_without_days(
    plan: NotTapering, trial: Trial, participant: Participant
) -> list[Finding]:
    """The findings of a participant without steroid, in the same order."""
    case = AnyCase(plan, trial, participant)
    return [found for rule in RULES_WITHOUT_DAYS for found in rule(case)]
