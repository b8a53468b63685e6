"""What a paper of ours may hold: the keys, names, objects and operators that the press writes.

It is a list of what there is and not of what is forbidden: scripts, actions, notes, forms, layers,
masks, blends, pictures, other fonts, encryption, text that is not seen or is read out as another,
and whatever a later PDF may bring, are refused because no paper of ours has their keys.
`tests/pdf/test_forgeries.py` holds it against every document: it is no longer than they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from taper.paper.press import typeface
from taper.paper.readback.boxes import Differs
from taper.paper.readback.form import Form, Stream
from taper.paper.readback.values import Name, Reference, Values


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


KEYS = _words(
    """
    A AF AFRelationship Alt Ascent BBox BaseFont BleedBox CA CIDSystemInfo CIDToGIDMap CapHeight
    CheckSum ColSpan ColorSpace Contents Count CreationDate Creator Desc DescendantFonts Descent
    Dest DisplayDocTitle EF EmbeddedFiles Encoding ExtGState F Filter First Flags Font FontBBox
    FontDescriptor FontFamily FontFile2 FontName Headers ID ItalicAngle K Kids Lang Last Length
    Length1 MarkInfo Marked MediaBox Metadata ModDate Names Next Nums O Ordering Outlines P Pages
    Params Parent ParentTree Pattern Pg Prev Producer Range Registry Resources S Scope Shading
    Size StemH StemV StructParents StructTreeRoot Subtype Supplement Tabs Title ToUnicode TrimBox
    Type UF ViewerPreferences W WhitePoint XObject ca lab-d50 lab-d65
    """
)
TYPES = _words(
    """
    Catalog EmbeddedFile Filespec Font FontDescriptor Metadata Page Pages StructElem
    StructTreeRoot
    """
)
ELEMENTS = _words(
    """
    Div Document Figure H1 H2 L LBody LI Lbl NonStruct P Sect Span TBody TD TH THead TR Table
    """
)
VALUES = {
    "AFRelationship": frozenset({"Source"}),
    "CIDToGIDMap": frozenset({"Identity"}),
    "Encoding": frozenset({"Identity-H"}),
    "Filter": frozenset({"FlateDecode"}),
    "O": frozenset({"Layout", "Table"}),
    "Scope": frozenset({"Column", "Row"}),
    "Subtype": frozenset({"CIDFontType2", "Type0", "XML", "application/json"}),
    "Tabs": frozenset({"S"}),
    "Type": TYPES,
    "S": ELEMENTS,
}
"""The names that may stand under a key."""
IN_ARRAYS = frozenset({"Lab", "XYZ"})
ONE_OF_EACH = ("Catalog", "EmbeddedFile", "Filespec", "Metadata", "Pages", "StructTreeRoot")
EMPTY = ("Pattern", "Shading", "XObject")
"""Resources that a page has in name only."""
OPERATORS = _words(
    """
    B BDC BMC BT EMC ET J M Q RG S TJ Tf Tm Tr W W* cm d f f* gs j l m n q re rg w
    """
)
_FONT = re.compile(r"[A-Z]{6}")
_STATE = re.compile(r"[aA]1(\.0)?")
_FACES = frozenset(
    typeface.FAMILY.replace(" ", "-") + ("" if face == "Regular" else f"-{face}")
    for face in typeface.FACES
)


def refuse_what_none_has(form: Form) -> None:
    """Refuse a file that holds anything that no paper of ours has; raises `Differs`."""
    for each in form.objects.values():
        _refuse_other_entries(form, each.entries if isinstance(each, Stream) else each)
    _refuse_other_table(form)
    _refuse_two_of_a_kind(form)
    _refuse_other_streams(form)
    for page in pages_of(form):
        _refuse_other_page(form, page)


def pages_of(form: Form) -> Iterator[dict[str, Any]]:
    """The pages, in the order of their numbers."""
    for each in form.objects.values():
        if isinstance(each, dict) and each.get("Type") == "Page":
            yield each


def _refuse_other_table(form: Form) -> None:
    allowed = {"Type", "Index", "W", "Size", "Root", "Info", "Filter", "Length", "DecodeParms"}
    if not form.table.keys() <= allowed or not isinstance(form.table.get("Root"), Reference):
        raise Differs("its table says more than taper's, such as that it is encrypted")
    root = form.at(form.table["Root"])
    if not isinstance(root, dict) or root.get("Type") != "Catalog":
        raise Differs("its table does not name its catalogue")


def texts_of(form: Form) -> Counter[tuple[str, bytes]]:
    """Every text beside the pages: titles, what stands for a picture, what heads a column."""
    found: Counter[tuple[str, bytes]] = Counter()
    about = form.table.get("Info")
    for number, each in form.objects.items():
        if not isinstance(about, Reference) or number != about.number:
            found.update(_texts(each, ""))
    return found


def _texts(value: Any, key: str) -> Iterator[tuple[str, bytes]]:
    if isinstance(value, bytes) and key not in ("CheckSum", "ID", "Headers"):
        yield key, value
    elif isinstance(value, dict):
        for own, each in value.items():
            yield from _texts(each, own)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)


# Keys and names -------------------------------------------------------------------------------


def _refuse_other_entries(form: Form, value: Any, key: str = "") -> None:
    if isinstance(value, dict):
        _refuse_other_keys(form, value)
        for own, each in value.items():
            _refuse_other_entries(form, each, own)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, Name) and each not in IN_ARRAYS:
                raise Differs(f"it has {each} in a list, which no paper of taper has")
            _refuse_other_entries(form, each, "" if isinstance(each, Name) else key)
    elif isinstance(value, Name) and key and not _is_known(key, value):
        raise Differs(f"it has {value} as {key}, which no paper of taper has")


def _refuse_other_keys(form: Form, value: dict[str, Any]) -> None:
    for own, each in value.items():
        if own not in KEYS and not _STATE.fullmatch(own) and not _is_font(form, own, each):
            raise Differs(f"it has {own}, which no paper of taper has")
    if "Alt" in value and value.get("S") != "Figure":
        raise Differs("it is read out as something that does not stand there")
    if any(value.get(opacity, 1) != 1 for opacity in ("ca", "CA")):
        raise Differs("something in it can be seen through")


def _is_font(form: Form, name: str, value: Any) -> bool:
    found = form.at(value)
    return bool(_FONT.fullmatch(name)) and isinstance(found, dict) and found.get("Type") == "Font"


def _is_known(key: str, name: Name) -> bool:
    if key in ("BaseFont", "FontName"):
        subset, _, face = name.partition("+")
        return bool(_FONT.fullmatch(subset)) and face in _FACES
    return name in VALUES.get(key, ())


# Objects --------------------------------------------------------------------------------------


def _refuse_two_of_a_kind(form: Form) -> None:
    entries = [e.entries if isinstance(e, Stream) else e for e in form.objects.values()]
    types = Counter(str(each.get("Type")) for each in entries if isinstance(each, dict))
    for kind in ONE_OF_EACH:
        if types[kind] != 1:
            raise Differs(f"it has {types[kind]} of what a paper of taper has one, {kind}")
    if sum("EmbeddedFiles" in each for each in entries if isinstance(each, dict)) > 1:
        raise Differs("it has more than one list of attachments")


def _refuse_other_streams(form: Form) -> None:
    """Every stream is a page, the letters of a font, the plan, or what the file says of itself."""
    used = {page["Contents"].number for page in pages_of(form) if _refers(page, "Contents")}
    for each in form.objects.values():
        if isinstance(each, dict):
            used |= {each[key].number for key in ("ToUnicode", "FontFile2") if _refers(each, key)}
    for number, each in form.objects.items():
        if isinstance(each, Stream) and "Type" not in each.entries and number not in used:
            raise Differs(f"nothing shows what is in its object {number}")


def _refers(value: dict[str, Any], key: str) -> bool:
    return isinstance(value.get(key), Reference)


# Pages ----------------------------------------------------------------------------------------


def _refuse_other_page(form: Form, page: dict[str, Any]) -> None:
    sizes = [page.get(box) for box in ("MediaBox", "TrimBox", "BleedBox")]
    if sizes[0] is None or sizes.count(sizes[0]) != len(sizes):
        raise Differs("a page was cut")
    content, resources = form.at(page.get("Contents")), form.at(page.get("Resources"))
    if not isinstance(content, Stream) or not isinstance(resources, dict):
        raise Differs("a page is no page as taper prints it")
    if any(form.at(resources.get(each)) for each in EMPTY):
        raise Differs("a page shows something other than text and lines")
    _refuse_other_operators(content.content.rstrip())


def _refuse_other_operators(painted: bytes) -> None:
    values, operands = Values(painted), []
    while values.at < len(painted):
        kind, said = values.token()
        if kind != "word":
            operands.append(said)
            continue
        if said.decode() not in OPERATORS:
            raise Differs(f"a page is painted with {said.decode()}, as no page of taper's is")
        if said == b"Tr" and operands != [b"0"]:
            raise Differs("a page holds text that is not simply filled")
        if said in (b"BMC", b"BDC"):
            _refuse_other_mark(operands)
        operands = []


_MARKED = [b"Artifact"], [b"Figure"], [b"Span"]
_MARKS = {b"Type", b"MCID"}


def _refuse_other_mark(operands: list[bytes]) -> None:
    """A mark says of which element a text is, or that it is decoration; it replaces no text."""
    named = [each for each in operands[1:] if each.isalpha() and each != b"Pagination"]
    if operands[:1] not in _MARKED or set(named) - _MARKS:
        raise Differs("a text on a page is marked as no text of taper's is")
