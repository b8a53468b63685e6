"""How tests ask the page: a form as it is typed, and what of the answer they look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from taper.web.form import packed, unpacked

TODAY = date(2026, 5, 20)
HOST = "127.0.0.1:8765"
SAMPLES = Path(__file__).parents[2] / "sample_patients"
FORM: Mapping[str, str] = {
    "participant": "IIM-001",
    "protocol": "iimpact",
    "drug": "prednisone",
    "dose_mg": "25",
    "strengths": "20, 5, 2.5, 1",
    "infusion_1": "2026-01-31",
    "infusion_2": "2026-04-30",
    "site": "Harbor Point Rheumatology",
    "phone": "555-0142",
    "locale": "en_US",
    "today": "2026-05-20",
}
"""The first sample participant, as somebody types it."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def loose(self) -> str:
        """The page without what keeps dates and doses in one piece."""
        return re.sub(r'<span class="whole">([^<]*)</span>', r"\1", self.html)

    @property
    def text(self) -> str:
        """What stands on the page, on one line."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.loose)).split())

    def beside(self, field: str) -> str:
        """What is said to be wrong with a field."""
        return unescape(self.loose.split(f'id="mistake-{field}"')[1].split(">")[1].split("<")[0])

    @property
    def json(self) -> Any:
        return self.response.get_json(force=True)

    @property
    def data(self) -> bytes:
        return self.response.data

    def hidden(self, name: str) -> str:
        """What a hidden field carries along."""
        found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.html)
        (value,) = {*found}  # more than one form may carry it
        return unescape(value)

    def carried(self) -> dict[str, str]:
        """Every hidden field, which the next press sends."""
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', self.html)
        return {name: unescape(value) for name, value in found}

    def file(self, name: str) -> str:
        """A file that the form carries along."""
        return unpacked(self.hidden(name))


@dataclass(frozen=True)
class Page:
    """Who asks."""

    client: Client

    def get(self, path: str = "/", **headers: str) -> Answer:
        return Answer(self.client.get(path, headers={"Host": HOST, **headers}))

    def press(self, action: str = "show", path: str = "/", **fields: str) -> Answer:
        """Press a button of the form."""
        return self.post(path, {**FORM, "action": action, **fields})

    def post(self, path: str, data: Any, **headers: str) -> Answer:
        return Answer(self.client.post(path, data=data, headers={"Host": HOST, **headers}))

    def preview(self, **fields: str) -> Any:
        """What is shown while somebody types."""
        return self.post("/preview", {**FORM, **fields}).json

    def choose(self, path: str, field: str, files: Mapping[str, str], **typed: str) -> Answer:
        """Choose files, by their names, and press the button that opens them."""
        chosen = [(BytesIO(text.encode()), name) for name, text in files.items()]
        return self.post(path, {**typed, field: chosen})

    def file(self, output: str, **fields: str) -> Answer:
        return self.press(path="/papers/save", output=output, **fields)

    def ask(self, path: str, data: Any, **headers: str) -> Answer:
        """Ask as a program does."""
        return Answer(self.client.post(path, json=data, headers={"Host": HOST, **headers}))


OWN = """\
id: own
title: Our own trial
version: "1"
status: draft
sources: [ours]
infusions: [{number: 1, months: 0}, {number: 2, months: 3}]
visits: [{name: Visit 5, months: 4}, {name: Visit 6, months: 5}]
equivalence: us-label
market: US
taper: {after_infusion: 2, target_mg: 5, drug: prednisone, regimen: ese-es-2024-fast}
flare: {action: hold, max_flares: 2}
"""
"""A protocol of one's own, with visits, that tapers in prednisone."""
SHEET = """\
id: ours
title: Our taper
status: looked-up
sources: [{citation: section 6.3 of our protocol}]
start_mg: {from: 10, up_to: 40}
suggested_target_mg: 5
regimen:
  kind: steps
  entry: join
  steps: [{mg: 25, days: 14}, {mg: 15, days: 14}, {mg: 10, days: 14}, {mg: 5, days: 7}]
"""
"""A regimen of one's own."""
WITH_SHEET = OWN.replace("ese-es-2024-fast", "regimens/ours.yaml")
"""The protocol with that, which lies in a folder beside it."""
CARRIED: Mapping[str, str] = {"own": packed(OWN), "own_name": "own.yaml", "protocol": "own.yaml"}
"""The fields by which a form carries it along, and chooses it."""


def sample(name: str) -> str:
    """A sample participant's file, as text."""
    (path,) = SAMPLES.glob(f"{name}*.yaml")
    return path.read_text(encoding="utf-8")


def carrying(text: str) -> dict[str, str]:
    """The field by which a form carries a file that was opened."""
    return {"base": packed(text)}
