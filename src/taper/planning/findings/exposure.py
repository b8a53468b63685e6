"""Findings about the time at a dose, the days before the anchor included."""

from __future__ import annotations

from collections.abc import Iterator

from taper.doses import dose
from taper.planning.findings.case import Case, finding, info, warning
from taper.planning.findings.weighed import BONE, HPA, PJP
from taper.planning.labels import EMERGENCY_CARD, Finding, Severity

_ADVICE = (
    (PJP, Severity.CAUTION, "consider prophylaxis of Pneumocystis pneumonia"),
    (BONE, Severity.INFO, "assess bone health"),
)


def hpa_suppression(case: Case) -> Iterator[Finding]:
    """Long enough over the physiologic dose for the adrenals to be suppressed (§8.4.1)."""
    threshold, reached = case.threshold(HPA), case.hpa_reached
    if reached:
        yield warning(
            HPA,
            f"Over the physiologic dose for {threshold.days} days or more"
            f"{reached.assumed}: the steroid must not be stopped suddenly.",
            source=threshold.source,
            about=reached.day,
        )


def prophylaxis(case: Case) -> Iterator[Finding]:
    """Long at a dose that calls for prophylaxis or bone protection (§8.4.3, §8.4.4)."""
    for code, severity, advice in _ADVICE:
        reached = case.day_reached(code)
        if reached:
            threshold = case.threshold(code)
            mg, days = threshold.figures["dose_mg"], threshold.days
            yield finding(
                severity,
                code,
                f"{dose.text(mg)} mg prednisone-equivalent or more for {days} days"
                f"{reached.assumed}: {advice}. {threshold.disagreement or ''}".strip(),
                source=threshold.source,
                about=reached.day,
            )


def emergency_card(case: Case) -> Iterator[Finding]:
    """A participant who should carry a steroid emergency card (§8.4.2)."""
    reached = case.hpa_reached
    if reached:
        yield info(
            EMERGENCY_CARD,
            f"The participant should carry a steroid emergency card{reached.assumed}, which "
            "--document emergency prints.",
            case.threshold(HPA).source,
            about=reached.day,
        )
