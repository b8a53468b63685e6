"""What a protocol may not say."""

from __future__ import annotations

from fractions import Fraction

from oracle.ideal import row_cycle
from oracle.reading import Fields, dose, duration, number, refuse, taken_dose


def check_protocol(protocol: Fields) -> None:
    # §4.7: a protocol that can never reach its target is refused when it is loaded.
    taper = protocol["taper"]
    target, regimen = dose(taper["target_mg"]), taper["regimen"]
    kind = regimen["kind"]
    if kind == "bands":
        check_bands(regimen["bands"], target)
    if kind in ("percent", "linear"):
        duration(regimen["every_days"])
    if kind == "percent":
        check_percent(regimen, target)
    if kind == "steps":
        for table in regimen.get("tables", [regimen]):
            check_table(table["steps"], target)


def check_bands(bands: list[Fields], target: Fraction) -> None:
    if min(dose(band["above_mg"]) for band in bands) > target:
        refuse("the lowest band ends above the target")
    for band in bands:
        taken_dose(band["decrease_mg"])
        duration(band["every_days"])


def check_percent(regimen: Fields, target: Fraction) -> None:
    percent, minimum = number(regimen["decrease_percent"]), regimen.get("min_decrease_mg", 0)
    of_current = regimen.get("of", "current") == "current"
    shrinks_for_ever = of_current and target == 0 and percent < 100
    if number(minimum) == 0 and (percent == 0 or shrinks_for_ever):
        refuse("the percentage never reaches the target")


def check_table(rows: list[Fields], target: Fraction) -> None:
    if any("mg_per_kg" in row and "max_mg" not in row for row in rows):
        refuse("mg_per_kg without max_mg")
    for row in rows:
        duration(row["days"])
    highest = [
        dose(row["max_mg"]) if "mg_per_kg" in row else max(row_cycle(row, Fraction(0)))
        for row in rows
    ]
    if highest[-1] > target:
        refuse("the table ends above the target")
    # §4.7.7: a row over the target after one at it.
    at_target = [mg <= target for mg in highest]
    if False in at_target[at_target.index(True) :]:
        refuse("the table leaves the target again")
