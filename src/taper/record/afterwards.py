"""What is taken after the last printed day, in words for staff and for other systems. Pure."""

from __future__ import annotations

from taper.doses import dose
from taper.planning.plan import After, Instruction

_AFTER = {
    Instruction.CONTINUE: "keep taking {dose} until the study team says otherwise",
    Instruction.NO_TABLETS: "take nothing, and call the study team before you take any",
    Instruction.DO_NOT_REDUCE: "keep taking {dose}, and do not reduce until you are told",
    Instruction.KEEP_TAKING: "keep taking {dose}, do not stop suddenly, and call the study team",
}


def in_words(after: After) -> str:
    """The instruction with its doses, those of a cycle from the day that it begins on."""
    doses = dose.join([f"{dose.text(mg)} mg" for mg in after.pattern_mg])
    in_turn = " in turn, day after day" if len(after.pattern_mg) > 1 else ""
    since = f" from {after.first_day}" if after.first_day else ""
    return _AFTER[after.instruction].format(dose=f"{after.drug} {doses}{in_turn}{since}")
