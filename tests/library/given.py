"""One participant and one protocol, in every form in which a program may hand them over."""

from __future__ import annotations

from typing import Any

TODAY = "2026-05-01"

PARTICIPANT: dict[str, Any] = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "steroid": {"drug": "prednisone", "dose_mg": 25, "strengths": [20, 5, 2.5, 1]},
    "infusions": [{"number": 1, "date": "2026-01-31"}, {"number": 2, "date": "2026-04-30"}],
}
PARTICIPANT_TEXT = """\
participant: IIM-001
protocol: iimpact
steroid: {drug: prednisone, dose_mg: 25, strengths: [20, 5, 2.5, 1]}
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}
"""
PROTOCOL: dict[str, Any] = {
    "id": "my-trial",
    "title": "A trial with a prescribed taper",
    "version": "1.0",
    "status": "draft",
    "sources": ["protocol of the trial, section 7"],
    "infusions": [{"number": 1, "months": 0}, {"number": 2, "months": 3, "window_days": 7}],
    "market": "US",
    "taper": {"after_infusion": 2, "target_mg": 5, "regimen": "ese-es-2024-fast"},
    "flare": {"action": "hold"},
}
PROTOCOL_TEXT = """\
id: my-trial
title: A trial with a prescribed taper
version: "1.0"
status: draft
sources: ["protocol of the trial, section 7"]
infusions:
  - {number: 1, months: 0}
  - {number: 2, months: 3, window_days: 7}
market: US
taper: {after_infusion: 2, target_mg: 5, regimen: ese-es-2024-fast}
flare: {action: hold}
"""
