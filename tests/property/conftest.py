"""How many participants a long comparison of the two planners had, printed at its end."""

from __future__ import annotations

import os
from collections import Counter

from _pytest.terminal import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter):
    people: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        people.update(dict(report.user_properties).get("people", {}))
    if people and os.environ.get("TAPER_PEOPLE"):
        terminalreporter.section("participants on whom the two planners agree")
        for rule, count in people.most_common():
            terminalreporter.write_line(f"{count:8} {rule}")
