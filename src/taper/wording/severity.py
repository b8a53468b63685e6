"""How urgently something must be seen: one scale for plans and for what somebody else wrote."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How urgently a clinician must see a finding."""

    INFO = "info"
    CAUTION = "caution"
    WARNING = "warning"


MOST_URGENT_FIRST = (Severity.WARNING, Severity.CAUTION, Severity.INFO)
