"""A protocol and a participant of one's own."""

from __future__ import annotations

OURS = """\
id: ours
title: Our trial
version: "1"
status: draft
sources: [section 6.3]
infusions: [{number: 1, months: 0}]
taper:
  after_infusion: 1
  target_mg: 5
  regimen: {kind: steps, steps: [{mg: 15, days: 14}, {mg: [10, 5], days: 3}, {mg: 5, days: 7}]}
"""
NO_TAPER = """\
participant: A1
protocol: {protocol}
steroid: {{drug: prednisone, dose_mg: 20, strengths: [20, 5, 2.5, 1]}}
infusions: [{{number: 1, date: 2026-01-31}}]
"""
