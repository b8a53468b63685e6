"""Papers forged by somebody who knows how ours are built: none of them is proved.

Each is written in the very form of ours and says that other libraries made it, so that nobody can
expect the bytes that are made here.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pdf import papers
from pdf.forging import Change, appended, changed, forged, object_of
from pdf.papers import paper
from pdf.plans import ISSUED

from taper.errors import Refusal
from taper.operations.verifying.papers import Now, verify_bytes
from taper.operations.verifying.verdict import Proof, Verdict, Verified
from taper.paper import documents
from taper.paper.documents import Issue, Paper
from taper.paper.proof import asked
from taper.paper.readback import contents, raster
from taper.paper.readback.boxes import Differs
from taper.paper.readback.form import Stream, form_of
from taper.record.changes import Replaced
from taper.record.plan_document import text_of

NAME = "provisional"
PLAN = papers.PLANS[NAME]
WALLET = documents.unread_pdf(Issue.of(PLAN, ISSUED), Paper.WALLET)
elsewhere = changed(b"/Creator (taper ", b"/Creator (taper 9.9, of old ")
"""The file says that other libraries made it."""


def judged(data: bytes, now: Now | None = None) -> Verified:
    return verify_bytes(data, "x.pdf", now)


def today(replaced: Replaced | None = None) -> Now:
    return Now("x.yaml", ISSUED, lambda: PLAN, lambda _: replaced)


# What proves --------------------------------------------------------------------------------------


def test_the_file_made_of_todays_plan_is_proved_by_its_bytes() -> None:
    found = judged(WALLET, today())
    assert (found.verdict, found.proof) == (Verdict.CURRENT, Proof.MADE_AGAIN)


def test_what_says_that_other_libraries_made_it_is_not_proved() -> None:
    """The forger does not choose the proof."""
    found = judged(forged(WALLET, elsewhere), today())
    assert (found.verdict, found.proof) == (Verdict.UNPROVED, None)
    assert "each page as it is drawn" in found.why
    assert not found.verdict.is_good


def of_its_record(change: Callable[[dict], object]) -> Change:
    """The attached plan with a change, laid out as taper lays it out."""

    def rewritten(plan: bytes) -> bytes:
        document = json.loads(plan)
        change(document)
        return text_of(document).encode()

    return rewritten


def genuine(**said: object) -> bytes:
    """The bytes that taper makes of the same plan and a record in which something else is said."""
    revision = said.pop("revision", None)
    issue = Issue.of(replace(PLAN, revision=revision), ISSUED)
    return documents.unread_pdf(replace(issue, **said), Paper.WALLET)


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ({"revision": 7}, "that it is revision 7"),
        ({"issued": ISSUED + timedelta(days=400)}, "a day to come"),
        ({"replaces": Replaced(3, "a" * 64, None, None)}, "that it replaces plan aaaaaaaa"),
    ],
    ids=["revision", "date", "replaced"],
)
def test_what_only_the_file_says_of_the_past_is_not_proved(said: dict, claim: str) -> None:
    """A true plan beside a record that somebody rewrote, made again with the same taper."""
    found = judged(genuine(**said), today())
    assert found.verdict is Verdict.UNPROVED
    assert claim in found.why


def test_what_a_plan_replaces_is_proved_by_the_earlier_plan() -> None:
    replaced = Replaced(3, "a" * 64, None, None)
    assert judged(genuine(replaces=replaced), today(replaced)).verdict is Verdict.CURRENT


def test_a_finding_that_was_written_in_is_not_proved() -> None:
    def more(document: dict) -> None:
        said = {"code": "x", "severity": "warning", "text": "NEW DOSE: take 40 mg", "source": "x"}
        document["findings"].append(said | {"date": None, "step": None})

    assert judged(forged(WALLET, elsewhere, plan=of_its_record(more)), today()).proof is None


# What no paper of ours holds ----------------------------------------------------------------------

line = b"\nq 1 1 1 RG 9 w 60 95 m 300 95 l S Q"
annotation = b"<</Type /Annot/Subtype /FreeText/Rect [0 0 90 90]/Contents (x)>>"
second = b"<</Type /Filespec/F (plan.json)/EF <</F 10 0 R>>>>"


def and_elsewhere(change: Change) -> Change:
    return lambda content: elsewhere(change(content))


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "a white line over a dose": partial(forged, objects=elsewhere, page=lambda c: c + line),
    "text nobody sees": partial(forged, objects=elsewhere, page=changed(b"BT\n", b"BT\n3 Tr\n")),
    "stroked text": partial(forged, objects=elsewhere, page=changed(b"BT\n", b"BT\n1 Tr\n")),
    "text that is read out as another": partial(
        forged,
        objects=elsewhere,
        page=changed(b"<</MCID 0>>", b"<</MCID 0/ActualText (40 mg)>>"),
    ),
    "a heading that is read out as another": partial(
        forged, objects=and_elsewhere(changed(b"/S /H1", b"/S /H1/Alt (40 mg)"))
    ),
    "a title that is another": partial(
        forged, objects=and_elsewhere(changed(b"/Title (I take", b"/Title (40 mg"))
    ),
    "a layer": partial(forged, objects=elsewhere, page=changed(b"/Artifact\nBMC", b"/OC /x BDC")),
    "layers": partial(
        forged, objects=and_elsewhere(changed(b"/Lang ", b"/OCProperties <<>>/Lang "))
    ),
    "a mask": partial(forged, objects=and_elsewhere(changed(b"/ca 1", b"/ca 1/SMask /None"))),
    "a blend": partial(forged, objects=and_elsewhere(changed(b"/ca 1", b"/ca 1/BM /Darken"))),
    "text that is seen through": partial(
        forged, objects=and_elsewhere(changed(b"/ca 1", b"/ca 0"))
    ),
    "a script": partial(
        forged,
        objects=and_elsewhere(changed(b"/Lang ", b"/OpenAction <</S /JavaScript/JS (x)>>/Lang ")),
    ),
    "a form": partial(
        forged, objects=and_elsewhere(changed(b"/Lang ", b"/AcroForm <</Fields []>>/Lang "))
    ),
    "a note": partial(
        forged,
        objects=and_elsewhere(changed(b"/Tabs ", b"/Annots [82 0 R]/Tabs ")),
        more=(annotation,),
    ),
    "a picture": partial(forged, objects=elsewhere, page=lambda c: c + b"\nBI /W 1 /H 1 ID x EI"),
    "a second plan": partial(forged, objects=elsewhere, more=(second,)),
    "a key that stands twice": partial(
        forged, objects=and_elsewhere(changed(b"/Lang ", b"/Lang (de)/Lang "))
    ),
    "another font": partial(
        forged,
        objects=and_elsewhere(changed(b"+Taper-Sans-Bold", b"+Other-Bold")),
    ),
    "a page that was cut": partial(
        forged, objects=and_elsewhere(changed(b"/TrimBox [0 0", b"/TrimBox [9 9"))
    ),
    "a plan in which a key stands twice": partial(
        forged, plan=changed(b'"schema"', b'"schema": "taper-plan/1", "schema"')
    ),
    "an object that nothing shows": partial(forged, objects=elsewhere, more=(b"(40 mg)",)),
    "bytes before it": lambda pdf: b"%40 mg\n" + pdf,
    "bytes behind it": lambda pdf: pdf + b"%40 mg\n",
    "bytes between": lambda pdf: pdf.replace(b"\nendobj\n", b"\nendobj\n%40 mg\n", 1),
    "its end cut off": lambda pdf: pdf[:-1],
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_what_no_paper_of_ours_holds_is_altered(forgery: Callable[[bytes], bytes]) -> None:
    found = judged(forgery(WALLET), today())
    assert found.verdict is Verdict.ALTERED, found.why
    assert "taper itself failed" not in found.why


def test_objects_that_a_reader_would_unpack_otherwise_are_refused() -> None:
    """Without a filter no reader undoes the table's differences; the objects have none."""
    end = re.search(
        rb"/Filter /FlateDecode(/DecodeParms <<[^>]*>>)/Length (\d+)>>\nstream\n", WALLET
    )
    assert end is not None
    behind = end.end() + int(end[2])
    rows = zlib.decompress(WALLET[end.end() : behind])
    head = b"%s/Length %d>>\nstream\n" % (end[1], len(rows))
    plain = WALLET[: end.start()] + head + rows + WALLET[behind:]
    more = b"/Type /ObjStm/DecodeParms <</Predictor 12/Columns 7>>"
    moved = int(re.search(rb"startxref\n(\d+)", WALLET)[1])  # type: ignore[index]
    packed = WALLET.replace(b"/Type /ObjStm", more).replace(
        b"startxref\n%d" % moved, b"startxref\n%d" % (moved + len(more) - len(b"/Type /ObjStm"))
    )
    for each in (plain, packed):
        with pytest.raises(Differs, match="kept as taper keeps"):
            form_of(each)


def test_an_encrypted_file_is_altered() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(WALLET)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user="", owner="x"))
    assert judged(out.getvalue(), today()).verdict is Verdict.ALTERED


def test_a_file_that_another_program_saved_is_altered() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(WALLET)) as opened:
        opened.save(out)
    assert judged(out.getvalue(), today()).verdict is Verdict.ALTERED


def test_letters_with_the_shapes_of_others_are_seen() -> None:
    """A font whose 2 is drawn as a 4 still reads as 2."""

    def swapped(font: bytes) -> bytes:
        out = io.BytesIO()
        with TTFont(io.BytesIO(font)) as opened:
            glyphs, names = opened["glyf"], opened.getBestCmap()
            if ord("2") not in names:
                return font
            glyphs[names[ord("2")]], glyphs[names[ord("0")]] = (
                glyphs[names[ord("0")]],
                glyphs[names[ord("2")]],
            )
            opened.save(out)
        return out.getvalue()

    found = judged(forged(WALLET, elsewhere, font=swapped), today())
    assert found.verdict is Verdict.ALTERED
    assert "page 1 looks otherwise" in found.why


# Every field of the record ------------------------------------------------------------------------


def set_to(*place: str | int, value: object) -> Callable[[dict], object]:
    def change(document: dict) -> None:
        *way, last = place
        for key in way:
            document = document[key]
        document[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        set_to("revision", value="7. NEW DOSE from today: take 40 mg"),
        set_to("revision", value=True),
        set_to("printed", "replaces", value={"revision": "7", "plan_id": "a" * 64}),
        set_to("printed", "history", value=[{"number": 1}]),
        set_to("printed", "paper", value="A0"),
        set_to("printed", "issued", value="2026-02-30"),
        set_to("printed", "part", value=["2026-05-14"]),
        set_to("printed", "beside", "title", value="a\u202eb"),
        set_to("printed", "beside", "locale", value="../../etc"),
        set_to("printed", "beside", "prednisone_per_mg", value={"prednisone": "1e100000000"}),
        set_to("printed", "more", value=1),
        set_to("findings", value=[{"text": "x" * 10**6}]),
        set_to("days", 0, "dose_mg", value="1e100000000"),
        set_to("days", 0, "dose_mg", value=25.0),
        set_to("steps", 0, "days", value=10**9),
        set_to("steps", 0, "days", value=True),
        set_to("engine", value="taper 1\n40 mg"),
        set_to("plan_id", value=None),
        set_to("more", value=1),
    ],
)
def test_every_field_that_rides_along_is_of_its_kind_or_altered(change: Callable) -> None:
    found = judged(forged(WALLET, plan=of_its_record(change)), today())
    assert found.verdict is Verdict.ALTERED
    assert "as taper writes it" in found.why or "is not plan" in found.why
    assert "40 mg" not in found.why


# What hurts its reader ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forgery",
    [
        partial(forged, objects=elsewhere, page=lambda c: c + b"\n0 0 1 1 re f" * 400_000),
        partial(forged, objects=elsewhere, page=lambda _: b"[" * 100_000),
        partial(forged, plan=lambda _: b"[" * 100_000),
        partial(forged, plan=lambda c: c + b" " * 80_000_000),
        partial(forged, objects=lambda c: c.replace(b"/Kids [6 0 R]", b"/Kids [1 0 R]")),
        partial(
            forged,
            objects=lambda c: c.replace(b"/Kids [6 0 R]", b"/Kids [" + b"6 0 R " * 20_000 + b"]"),
        ),
        lambda pdf: pdf[:200],
    ],
    ids=[
        "many lines",
        "nested arrays",
        "nested plan",
        "large plan",
        "pages in circles",
        "20,000 pages",
        "cut off",
    ],
)
def test_what_hurts_its_reader_ends_in_a_verdict_or_a_sentence(forgery: Callable) -> None:
    said = verdict_or_sentence(forgery(WALLET))
    assert said.startswith("altered: ") or "allowed: a PDF that taper wrote" in said
    assert "taper itself failed" not in said


def test_forms_within_forms_each_drawn_twice_end_in_a_verdict(monkeypatch) -> None:
    monkeypatch.setattr(asked, "COMPARE_SECONDS", 2)
    form = (
        b"<</Type /XObject/Subtype /Form/BBox [0 0 9 9]/Resources <</XObject <</A %d 0 R>>>>"
        b"/Length 11>>\nstream\n/A Do /A Do\nendstream"
    )
    stamp = b"<</Type /Annot/Subtype /Stamp/F 4/Rect [0 0 9 9]/AP <</N 200 0 R>>>>"
    nested = {number: form % (number + 1) for number in range(200, 260)}
    page = with_key(WALLET, PAGE, b"/Annots [189 0 R]")
    found = judged(appended(WALLET, {**page, 189: stamp, **nested}), today())
    assert not found.verdict.is_good
    assert "taper itself failed" not in found.why


def verdict_or_sentence(data: bytes) -> str:
    try:
        found = judged(data, today())
    except Refusal as refusal:
        return str(refusal)
    return f"{found.verdict}: {found.why}"


@pytest.mark.parametrize(
    ("seconds", "memory_mb", "why"),
    [(0, 1024, "more than 0 seconds"), (20, 60, "more than 60 MB, or ends its reader")],
    ids=["time", "memory"],
)
def test_a_reader_that_is_ended_for_its_limits_is_a_verdict(
    monkeypatch: pytest.MonkeyPatch, seconds: int, memory_mb: int, why: str
) -> None:
    monkeypatch.setattr(asked, "READ_SECONDS", seconds)
    monkeypatch.setattr(asked, "MEMORY_MB", memory_mb)
    found = judged(WALLET + b" " * 40_000_000, today())
    assert found.verdict is Verdict.ALTERED
    assert why in found.why


# What another program appended --------------------------------------------------------------------

signature = (
    b"<</Type /Sig/Filter /X/SubFilter /ETSI.CAdES.detached/ByteRange [0 1 2 3]/Contents <00>>>"
)
field = b"<</FT /Sig/Type /Annot/Subtype /Widget/T (S)/F 132/Rect %b/V 190 0 R/P 6 0 R%b>>"
CATALOGUE, PAGE = 2, 6


def with_key(pdf: bytes, number: int, more: bytes) -> dict[int, bytes]:
    return {number: object_of(pdf, number).replace(b"<<", b"<<" + more, 1)}


def signed(rect: bytes = b"[0 0 0 0]", look: bytes = b"", **more: bytes) -> bytes:
    """A signature as PAdES asks for it: its field, its form, and the objects that name them."""
    return appended(
        WALLET,
        {
            **with_key(WALLET, CATALOGUE, b"/AcroForm 188 0 R"),
            **with_key(WALLET, PAGE, b"/Annots [189 0 R]"),
            188: b"<</Fields [189 0 R]/SigFlags 3>>",
            189: field % (rect, look),
            190: signature,
            **{int(number[1:]): each for number, each in more.items()},
        },
    )


def test_a_copy_signed_by_another_program_is_judged_by_what_was_printed() -> None:
    found = judged(signed(), today())
    assert (found.verdict, found.proof) == (Verdict.CURRENT, Proof.MADE_AGAIN)
    assert "a signature of another program, which was not checked" in found.additions


def test_what_is_drawn_on_top_is_said_and_is_not_proved() -> None:
    picture = b"<</Type /XObject/Subtype /Form/BBox [0 0 90 90]/Length 17>>\nstream\n"
    picture += b"0 0 90 90 re f   \nendstream"
    look = b"/AP <</N 191 0 R>>"
    found = judged(signed(b"[100 100 190 190]", look, n191=picture), today())
    assert found.verdict is Verdict.UNPROVED
    assert "beneath what was added it is current" in found.why
    assert "page 1 shows what was drawn on top, which was not proved" in found.additions


@pytest.mark.parametrize(
    "more",
    [
        with_key(WALLET, CATALOGUE, b"/OpenAction <</S /JavaScript/JS (x)>>"),
        with_key(WALLET, PAGE, b"/Rotate 0/Annots [192 0 R]"),
        {192: b"<</S /JavaScript/JS (x)>>"},
        {4: b"<</Font 192 0 R>>", 192: b"<<>>"},
        {193: b"<</Length 13>>\nstream\n5 0 obj null \nendstream"},
    ],
    ids=["a script", "a page that was turned", "an action", "other resources", "hidden objects"],
)
def test_what_was_added_beside_a_signature_is_not_proved(more: dict[int, bytes]) -> None:
    found = judged(appended(WALLET, more), today())
    assert found.verdict is Verdict.UNPROVED
    assert any("not proved" in each for each in found.additions)


def test_a_stamp_on_a_forgery_does_not_better_it() -> None:
    altered = forged(WALLET, elsewhere, page=lambda c: c + line)
    assert judged(appended(altered, {190: signature}), today()).verdict is Verdict.ALTERED


# The list of what there is ------------------------------------------------------------------------


def test_every_paper_holds_what_is_allowed_and_no_more_is() -> None:
    """The list is that of the press: what no paper needs is not on it."""
    keys: set[str] = set()
    for kind in papers.PAPERS:
        form = form_of(paper("alternate days", kind))
        contents.refuse_what_none_has(form)
        for each in form.objects.values():
            keys |= set(keys_of(each))
    assert keys >= contents.KEYS - {"Pattern", "XObject", "Shading"}


def keys_of(value: object) -> list[str]:
    if isinstance(value, Stream):
        return keys_of(value.entries)
    if isinstance(value, dict):
        return [*value, *(key for each in value.values() for key in keys_of(each))]
    if isinstance(value, list):
        return [key for each in value for key in keys_of(each)]
    return []


# Pages as they are seen ---------------------------------------------------------------------------


def test_a_page_a_hairs_breadth_beside_looks_alike_and_a_line_does_not() -> None:
    page = next(raster.drawings(WALLET))
    width, points = page
    assert raster.is_like(page, (width, points[-1:] + points[:-1]))
    assert not raster.is_like(page, (width, points[-4:] + points[:-4]))
    at = points.index(0) - 60 * width
    assert not raster.is_like(page, (width, points[:at] + bytes(8) + points[at + 8 :]))
