"""What a protocol may not say."""

from __future__ import annotations

from fractions import Fraction

from oracle.reading import Fields, dose, duration, number, refuse, taken_dose
from oracle.rows import in_prednisone, row_cycle, row_days


def check_protocol(protocol: Fields) -> None:
    # §4.7: a protocol that can never reach its target is refused when it is loaded.
    taper, flare = protocol["taper"], protocol.get("flare") or {}
    target = dose(taper["target_mg"])
    check_regimen(protocol, taper["regimen"], target)
    # §4.6.7: `resume: regimen` with `regimen`, and only there.
    if (flare.get("resume") == "regimen") != ("regimen" in flare):
        refuse("resume: regimen without a regimen")
    if "regimen" in flare:
        rules = flare["regimen"].get("phases", [flare["regimen"]])
        if any("in" in rule for rule in rules):
            refuse("the regimen of a flare rule is in prednisone")
        check_regimen(protocol, flare["regimen"], target)


def check_regimen(protocol: Fields, regimen: Fields, target: Fraction) -> None:
    if regimen["kind"] != "phases":
        check_rule(protocol, regimen, target, is_last=True)
        return
    *others, last = regimen["phases"]
    for phase in others:
        # §4.14.2: each phase but the last is a `steps` or has `to_mg`; §4.14.6.
        if phase["kind"] == "linear" or (phase["kind"] != "steps" and "to_mg" not in phase):
            refuse("a phase that does not end")
        check_rule(protocol, phase, max(dose(phase.get("to_mg", 0)), target), is_last=False)
    check_rule(protocol, last, target, is_last=True)
    if "to_mg" in last:
        refuse("the last phase ends at the target")


def check_rule(protocol: Fields, rule: Fields, end: Fraction, *, is_last: bool) -> None:
    kind = rule["kind"]
    if kind == "bands":
        check_bands(rule["bands"], end)
    if kind in ("percent", "linear"):
        duration(rule["every_days"])
    if kind == "percent":
        check_percent(rule, end)
    if kind == "linear":
        check_window(protocol, duration(rule["every_days"]))
    if kind == "steps":
        for table in rule.get("tables", [rule]):
            check_table(table["steps"], end / in_prednisone(protocol, rule), is_last=is_last)


def check_bands(bands: list[Fields], end: Fraction) -> None:
    if min(dose(band["above_mg"]) for band in bands) > end:
        refuse("the lowest band ends above the target")
    for band in bands:
        taken_dose(band["decrease_mg"])
        duration(band["every_days"])


def check_percent(rule: Fields, end: Fraction) -> None:
    percent, minimum = number(rule["decrease_percent"]), rule.get("min_decrease_mg", 0)
    of_current = rule.get("of", "current") == "current"
    shrinks_for_ever = of_current and end == 0 and percent < 100
    if number(minimum) == 0 and (percent == 0 or shrinks_for_ever):
        refuse("the percentage never reaches the target")


def check_window(protocol: Fields, every: int) -> None:
    # §4.7.3, §4.10.1: months are as long as they are, at most 31 days.
    window = protocol["taper"].get("complete_within", {"months": 4})
    most = {"months": 31, "weeks": 7, "days": 1}
    if every > sum(most[unit] * duration(value) for unit, value in window.items()):
        refuse("an interval that does not fit into complete_within")


def check_table(rows: list[Fields], target: Fraction, *, is_last: bool) -> None:
    for row in rows:
        row_days(row)
    may_be_over = [may_exceed(row, target) for row in rows]
    if is_last and may_be_over[-1]:
        refuse("the table ends above the target")  # §4.7.4, §4.7.5
    # §4.7.7: a row over the target after one at it.
    if False in may_be_over and True in may_be_over[may_be_over.index(False) :]:
        refuse("the table leaves the target again")


def may_exceed(row: Fields, target: Fraction) -> bool:
    """Whether somebody, of whatever weight, can have a day of it over the target."""
    if "mg_per_kg" in row:
        return "max_mg" not in row or dose(row["max_mg"]) > target
    return row_cycle(row, Fraction(0)).highest > target
