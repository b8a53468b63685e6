"""A protocol of one's own, and what is said of it."""

from __future__ import annotations

HEAD = """id: p
title: A trial
version: "1"
status: draft
sources: [own]
infusions: [{number: 1, months: 0}]
"""
TAPER = "taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-fast}\n"


def with_taper(regimen: str, target: str = "5", more: str = "") -> str:
    return f"{HEAD}taper:\n  after_infusion: 1\n  target_mg: {target}\n  regimen: {regimen}\n{more}"
