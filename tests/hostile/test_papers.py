"""What a person typed is printed as it was typed or refused, on every paper; it opens nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from outloud.model import Document as Heard
from pdf.papers import LARGE, PAPERS, printed
from proving import PROVE

import taper
from taper import sources
from taper.errors import Refusal, TaperError
from taper.paper.documents import Paper
from taper.paper.pages import templates_dir
from taper.paper.press import typeface
from taper.planning.plan import Plan
from taper.planning.planner import make_plan

TODAY = date(2026, 5, 20)

# One for each way in: markup, styles, templates, addresses, entities, formats.
TYPED = {
    "title": "{{7*7}} {% include '/etc/passwd' %} {# no #} <h1>T</h1>",
    "source": "</p><link rel=stylesheet href=http://127.0.0.1:9/x.css> S",
    "site": "</footer><style>*{display:none} @import 'http://127.0.0.1:9/x';</style> &lt;b&gt;",
    "phone": "<img src=http://127.0.0.1:9/x.png onerror=alert(1)> url(file:///etc/passwd)",
    "waiver": "<a href='file:///etc/passwd' rel=attachment>W</a> {{ c.__class__ }}",
    "reason": "<svg><image href='file:///etc/hostname'/></svg> %(x)s ${x}",
    "version": "1<!-- -->{{1}}",
}

PARTICIPANT = """\
participant: IIM-001
protocol: trial.yaml
steroid: {{drug: prednisone, dose_mg: 30, strengths: [20, 10, 5, 2.5]}}
infusions:
  - {{number: 1, date: 2026-01-31}}
  - {{number: 2, date: 2026-04-30}}
eligibility_waived: {waiver}
events:
  - {{type: set-dose, date: 2026-05-18, dose_mg: 20, days: 7, reason: {reason}}}
contact:
  site: {site}
  phone: {phone}
"""
PROTOCOL = """\
id: trial
title: {title}
version: {version}
status: illustrative
sources: [{source}]
infusions:
  - {{number: 1, months: 0}}
  - {{number: 2, months: 3, window_days: 7}}
eligibility: {{max_mg: 25}}
equivalence: us-label
market: US
taper:
  after_infusion: 2
  offset_days: 14
  target_mg: 15
  complete_within: {{months: 4}}
  maintenance_days: 7
  regimen: ese-es-2024-fast
flare: {{action: hold, max_flares: 2}}
"""

PATIENT = {LARGE, Paper.CALENDAR}
SHOWN = {
    "title": PATIENT | {Paper.PHARMACY, Paper.INVESTIGATOR},
    "site": set(PAPERS),
    "phone": set(PAPERS),
    "version": set(PAPERS),
    "waiver": {Paper.PHARMACY, Paper.INVESTIGATOR},
    "reason": {Paper.INVESTIGATOR},
}
"""What is printed where; the rest is kept in the plan, which rides along."""


def write(folder: Path, **typed: str) -> Path:
    """A participant and a protocol in whose every text somebody typed something."""
    quoted = {
        name: json.dumps(text, ensure_ascii=not text.isprintable())
        for name, text in {**TYPED, **typed}.items()
    }
    (folder / "trial.yaml").write_text(PROTOCOL.format(**quoted), encoding="utf-8")
    path = folder / "IIM-001.yaml"
    path.write_text(PARTICIPANT.format(**quoted), encoding="utf-8")
    return path


def planned(folder: Path, **typed: str) -> Plan:
    return plan_of(write(folder, **typed))


def plan_of(path: Path) -> Plan:
    participant = sources.participant(path)
    trial = sources.trial(participant.protocol, path.parent, participant.participant)
    return make_plan(trial, participant, TODAY)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture
def said(tmp_path: Path) -> Callable[[bytes], str]:
    """All that stands on a paper and within its pages, as another program reads it."""

    def read(data: bytes) -> str:
        path = tmp_path / "paper.pdf"
        path.write_bytes(data)
        heard = Heard(str(path))
        lines = []
        for page in heard.pages:
            for line in heard.content(page.index).lines:
                left, low, right, high = line.bbox
                assert 0 <= left < right <= page.width
                assert 0 <= low < high <= page.height
                lines.append(line.text)
        heard.close()
        return squeezed("".join(lines))

    return read


@pytest.mark.parametrize("kind", PAPERS)
def test_what_was_typed_stands_on_the_paper_as_it_was_typed(said, tmp_path, kind):
    """§10.6.1."""
    shown = said(printed(planned(tmp_path), kind))
    shown = re.sub(r"\[\d\]", "", shown)  # the number of a source, in the cell beside the text
    for name, kinds in SHOWN.items():
        if kind in kinds:
            assert squeezed(TYPED[name]) in shown, name


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("☐", "U+2610 BALLOT BOX"),
        ("😀", "U+1F600 GRINNING FACE"),
        ("ก", "U+0E01 THAI CHARACTER KO KAI"),
    ],
)
def test_what_the_font_lacks_is_refused_by_its_name_on_every_paper(tmp_path, kind, character, name):
    """§10.6.2."""
    plan = planned(tmp_path, site=f"Ward {character} 3")
    with pytest.raises(Refusal, match=f"IIM-001: the printed text is .*{re.escape(name)}"):
        printed(plan, kind)


@pytest.mark.parametrize("field", TYPED)
@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u200b", "\u200f", "\u2066", "\ufeff", "\x07", "\x85", "\u2028", "\ue000"],
    ids=ascii,
)
def test_what_nobody_sees_is_refused_when_it_is_read(tmp_path, field, character):
    """§5.1.7."""
    with pytest.raises(Refusal, match=f"U\\+{ord(character):04X}") as refused:
        planned(tmp_path, **{field: f"a{character}b"})
    assert str(refused.value).isprintable()


# A diary is a calendar with boxes, of the same templates.
@pytest.mark.parametrize("kind", [kind for kind in PAPERS if PROVE or "diary" not in kind])
@pytest.mark.parametrize("word", ["W", "Ward "], ids=["one word", "many words"])
def test_what_is_too_long_for_its_place_is_refused_or_stands_there_whole(
    said, tmp_path, kind, word
):
    """§10.5.4."""
    site, phone = (word * 200)[:199] + "x", ("1" * 199) + "2"
    plan = planned(tmp_path, site=site, phone=phone)
    made = printed_or_refused(plan, kind)
    if isinstance(made, bytes):
        assert squeezed(site + "," + phone) in said(made)
    else:
        assert re.match(r"IIM-001: .* was refused when it was read back: .*\.$", made)


def printed_or_refused(plan: Plan, kind: str) -> bytes | str:
    try:
        return printed(plan, kind)
    except TaperError as refused:
        return str(refused)


WATCHED = """
import json, sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from hostile.test_papers import plan_of
from pdf.papers import PAPERS, PLANS, printed

plan = plan_of(Path(sys.argv[1]))
printed(PLANS["provisional"], "wallet")  # loads the libraries, each from wherever it lies
seen, kinds = [], ("open", "socket", "subprocess", "os", "urllib", "http", "shutil")
watched = True

def watch(event, args):
    if watched and event.split(".")[0] in kinds:
        seen.append([event, str(args[0]) if args else ""])

sys.addaudithook(watch)
for kind in PAPERS:
    if "diary" not in kind:  # a calendar with boxes, of the same templates
        printed(plan, kind)
Path(sys.argv[1]).read_text()  # the watch was awake
watched = False
print(json.dumps(seen))
"""


def test_a_paper_opens_nothing_but_templates_the_font_and_its_own_code(tmp_path):
    """§10.6.3."""
    source = Path(taper.__file__).parents[1]
    folders = [str(source), str(Path(__file__).parents[1])]
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, str(write(tmp_path)), *folders],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    seen = json.loads(ran.stdout)
    own = (templates_dir(), typeface.font_dir(), source, *map(Path, (sys.prefix, sys.base_prefix)))
    *others, last = [
        (event, what)
        for event, what in seen
        if event not in ("open", "os.listdir") or not any(map(Path(what).is_relative_to, own))
    ]
    assert others == []
    assert last == ("open", str(tmp_path / "IIM-001.yaml"))
    assert any(what.endswith("calendar.html") for _, what in seen)
