"""The code on a paper, and the page for a phone that checks it."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date

import pytest
from proving import PROVE

from taper.errors import Refusal
from taper.signing import codes, making, page
from taper.signing.keys import Signer

PLAN = "0123456789abcdef" * 4
DAY = date(2026, 11, 23)
NODE = shutil.which("node") if PROVE else None


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> making.Made:
    return making.new_key(tmp_path_factory.mktemp("keys") / "trial.key")


@pytest.fixture(scope="module")
def signed(made) -> str:
    return codes.code("IIM-001", PLAN, 2, DAY, "calendar", Signer(made.private)).text


def test_a_code_says_whose_it_is_of_which_plan_and_is_read_again():
    text = codes.code("IIM-001", PLAN, None, DAY, "wallet").text
    assert text.startswith(f"TAPER1/IIM-001/{PLAN[:32]}/-/2026-11-23/wallet/")
    read = codes.read(f" {text[:40]}\n{text[40:]} ")
    assert (read.participant, read.revision, read.issued, read.document, read.key) == (
        "IIM-001",
        None,
        DAY,
        "wallet",
        None,
    )


def test_a_signed_code_is_that_of_its_key_alone(made, signed):
    read = codes.read(signed)
    assert read.is_of(frozenset({made.key}))
    assert not read.is_of(frozenset({"0" * 64, made.key[:16] + "0" * 48}))
    assert not read.is_of(frozenset())
    assert len(signed) < 220


def test_another_revision_with_its_check_word_is_not_what_was_signed(made, signed):
    told = codes.read(signed)
    forged = codes.Code("IIM-001", PLAN, 3, DAY, "calendar", told.key, told.signature)
    assert not codes.read(forged.text).is_of(frozenset({made.key}))


@pytest.mark.parametrize(
    "text", ["", "TAPER1/", "TAPER1/../x", "x" * 10_000, "TAPER1/a/b/c/d/e/f", "take 40 mg"]
)
def test_what_is_no_code_is_refused_and_not_repeated(text):
    with pytest.raises(Refusal, match=r"the code is no code of a paper; allowed: the text") as no:
        codes.read(text)
    assert "40 mg" not in str(no.value)


def test_a_misread_letter_is_found(signed):
    with pytest.raises(Refusal, match="misread"):
        codes.read(signed.replace("IIM-001", "IIM-002"))
    with pytest.raises(Refusal, match="without a date"):
        codes.read(signed.replace("2026-11-23", "2026-13-23"))


# The page -----------------------------------------------------------------------------------------


def test_the_page_is_one_file_that_asks_nobody(made):
    html = page.html([made.key])
    assert f'["{made.key}"]' in html
    assert "default-src 'none'" in html
    assert "http://" not in html
    assert "https://" not in html
    assert "PRIVATE" not in html


def test_the_page_reads_a_code_by_the_very_grammar_of_taper(made):
    grammar = json.dumps(codes.FORM.replace("?P<", "?<"))
    assert f'const FORM = new RegExp("^(?:" + {grammar} + ")$");' in page.html([made.key])
    assert "\\" not in grammar  # a class such as \\d is not the same in both languages


def test_the_page_checks_by_the_browsers_ed25519_what_taper_signs(made):
    html = page.html([made.key])
    assert '"raw", bytes(key), {name: "Ed25519"}, false, ["verify"]' in html
    assert 'words.encode("taper-code/1\\n" + said)' in html
    assert not [word for word in ("fetch(", "import(", "XMLHttp", "WebSocket") if word in html]


if NODE:  # with `make prove`, where it is there: what a browser runs the script with

    def test_the_page_says_of_a_code_what_taper_says(made, signed):
        told = codes.read(signed)
        forged = codes.Code("IIM-001", PLAN, 3, DAY, "calendar", told.key, told.signature).text
        plain = codes.code("IIM-001", PLAN, 2, DAY, "calendar").text
        other = codes.Code("IIM-001", PLAN, 2, DAY, "calendar", "0" * 16, told.signature).text
        asked = [signed, forged, plain, other, signed.replace("IIM", "IIN"), "x"]
        script = page.html([made.key]).split("<script>")[1].split("document.getElementById")[0]
        program = (
            f"{script}\n(async () => {{ for (const each of {json.dumps(asked)}) "
            "console.log((await judged(each)).split(/[.:]/)[0]); })();"
        )
        ran = subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True)
        assert ran.stdout.split("\n")[:-1] == [
            "SIGNED by a known key",
            "FORGED",
            "NOT PROVED",
            "NOT PROVED",
            "NOT CHECKED",
            "NOT CHECKED",
        ]
