"""taper: steroid-taper calendars computed exactly.

    import taper

    plan = taper.plan("iimpact", "IIM-001.yaml", today="2026-05-01")
    plan.records()  # a dict a day
    taper.pdf(plan)  # the calendar

`taper.api` explains each function. Importing this costs nothing: whatever is asked for first is
imported then. Names that are not listed in `__all__` may move without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taper.api import (
        check,
        compare,
        convert,
        export,
        pdf,
        plan,
        read_participant,
        read_protocol,
        tablets,
        verify,
    )
    from taper.doses.conversion import Conversion
    from taper.errors import EnvironmentLacking, Problem, Refusal, TaperError
    from taper.operations.checking.files import Checked
    from taper.operations.programs.planned import Day, Plan, Records
    from taper.operations.verifying.verdict import Proof, Verdict, Verified
    from taper.planning.comparison import Answer, Figures
    from taper.planning.entered import Entered
    from taper.planning.labels import Finding, ProtocolLabel, Severity
    from taper.planning.plan import After, Baseline, Instruction, Kind, Quantity, State, Step
    from taper.trial.participant import Participant
    from taper.trial.protocol import Protocol
    from taper.trial.rules import Trial

__version__ = "0.2.0"

__all__ = [
    "After",
    "Answer",
    "Baseline",
    "Checked",
    "Conversion",
    "Day",
    "Entered",
    "EnvironmentLacking",
    "Figures",
    "Finding",
    "Instruction",
    "Kind",
    "Participant",
    "Plan",
    "Problem",
    "Proof",
    "Protocol",
    "ProtocolLabel",
    "Quantity",
    "Records",
    "Refusal",
    "Severity",
    "State",
    "Step",
    "TaperError",
    "Trial",
    "Verdict",
    "Verified",
    "__version__",
    "check",
    "compare",
    "convert",
    "export",
    "pdf",
    "plan",
    "read_participant",
    "read_protocol",
    "tablets",
    "verify",
]

_ROOMS = {
    "doses.conversion": ("Conversion",),
    "errors": ("EnvironmentLacking", "Problem", "Refusal", "TaperError"),
    "operations.checking.files": ("Checked",),
    "operations.programs.planned": ("Day", "Plan", "Records"),
    "operations.verifying.verdict": ("Proof", "Verdict", "Verified"),
    "planning.comparison": ("Answer", "Figures"),
    "planning.entered": ("Entered",),
    "planning.labels": ("Finding", "ProtocolLabel", "Severity"),
    "planning.plan": (
        "After",
        "Baseline",
        "Instruction",
        "Kind",
        "Quantity",
        "State",
        "Step",
    ),
    "trial.participant": ("Participant",),
    "trial.protocol": ("Protocol",),
    "trial.rules": ("Trial",),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """A name of `__all__` that is asked for the first time; from then on it is simply here."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
