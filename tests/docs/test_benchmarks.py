"""What the benchmarks compare is the same: another way to print the same words."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import date
from html import unescape
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from benchmarks import naive
from benchmarks.site import TODAY, write_folder
from taper.operations.plans.one import plan_file
from taper.paper import documents
from taper.paper.documents import Issue, Paper


def words_of(html: str) -> Counter[str]:
    body = html.split("<body", 1)[1].partition(">")[2]
    return Counter(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_naive_calendar_says_what_ours_says(tmp_path: Path):
    """Word for word: less content would make it faster, more would make it slower."""
    for path in sorted(write_folder(tmp_path / "site", 4).iterdir()):
        plan = plan_file(path, today=date.fromisoformat(TODAY))
        ours = documents.as_html(Issue.of(plan, date.fromisoformat(TODAY)), Paper.CALENDAR)
        assert words_of(naive.html(plan)) == words_of(ours)
