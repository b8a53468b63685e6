"""Lines of text that Pango set before.

What Pango makes of a text depends on that text, the width and the style; the styles are compared
by the value of every property that the renderer looks at on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any

MOST_KEPT = 4096
"""How many lines are remembered; a calendar has some two hundred, most of them every other's."""

FONT = (
    "font_family",
    "font_style",
    "font_stretch",
    "font_weight",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
    "font_variation_settings",
    "font_language_override",
    "lang",
    "font_size",
)
SETTING = (
    *FONT,
    "direction",
    "font_kerning",
    "text_decoration_line",
    "letter_spacing",
    "word_spacing",
    "overflow_wrap",
    "tab_size",
)
BREAKING = (
    *SETTING,
    "white_space",
    "word_break",
    "hyphens",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphenate_character",
)
_strut_style = itemgetter(*FONT, "line_height")
_set_style = itemgetter(*SETTING)
_broken_style = itemgetter(*BREAKING)


def shortcuts() -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    """Whose function, its name, and what makes the shorter one from it."""
    import weasyprint.draw.text
    import weasyprint.text.line_break as lines

    yield lines, "strut", _strut
    yield lines, "split_first_line", _split_first_line
    yield weasyprint.draw.text, "draw_text", _draw_text


def _strut(original: Any) -> Any:
    """The height of a line and its baseline, without writing the style out as a string."""

    def strut(style: Any) -> Any:
        known = style.font_config.strut_layouts
        try:
            key = _strut_style(style)
            if key in known:
                return known[key]
        except TypeError:  # a value that cannot be a key
            return original(style)
        known[key] = found = original(style)
        return found

    return strut


def _split_first_line(original: Any) -> Any:
    """Where a line ends and how large it is, remembered as long as the fonts are."""

    def split_first_line(
        text: Any,
        style: Any,
        context: Any,
        max_width: Any,
        justification_spacing: Any,
        is_line_start: Any = True,
        minimum: Any = False,
    ) -> Any:
        asked = (max_width, justification_spacing, is_line_start, minimum)
        known = _lines_of(style.font_config)
        try:
            key = text, asked, _broken_style(style)
            found = known.get(key)
        except TypeError:  # a value that cannot be a key
            return original(text, style, context, *asked)
        if found is None:
            found = known[key] = original(text, style, context, *asked)
        layout, *measures = found
        return _copy(layout), *measures

    return split_first_line


def _lines_of(font_config: Any) -> dict[Any, Any]:
    """The lines set in these fonts before, but no more than a process can well hold."""
    known: dict[Any, Any] = font_config.__dict__.setdefault("taper_lines", {})
    if len(known) >= MOST_KEPT:
        known.clear()
    return known


def _copy(layout: Any) -> Any:
    """A layout for one box more; between layout and drawing it holds nothing of Pango's."""
    copy = object.__new__(type(layout))
    copy.__dict__.update(layout.__dict__)
    return copy


# Drawing --------------------------------------------------------------------------------------


class _Heard:
    """A page's stream that remembers in which steps a text was shown on it."""

    # A line of text asks for no more, except where a letter is a picture.
    _USUAL = frozenset(
        {
            *("set_color", "begin_text", "end_text"),
            *("set_text_matrix", "add_font", "ink_rect", "logical_rect"),
        }
    )
    _STEPS = frozenset({"set_font_size", "set_text_rise", "show_text"})

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.steps: list[tuple[str, tuple[Any, ...]]] = []
        self.is_usual = True

    def __getattr__(self, name: str) -> Any:
        if name in self._STEPS:
            return partial(self._do, name)
        self.is_usual = self.is_usual and name in self._USUAL
        return getattr(self._stream, name)

    def _do(self, step: str, *values: Any) -> None:
        self.steps.append((step, values))
        getattr(self._stream, step)(*values)


class _Drawn:
    """The texts of one document that were drawn before, by what they say and their style.

    A font learns each glyph when it is first drawn, so a document draws each text once itself.
    """

    def __init__(self) -> None:
        # of which fonts, and what: one value, or two threads would mix up two documents
        self._last: tuple[Any, dict[Any, Any]] = (None, {})

    def of(self, fonts: Any) -> dict[Any, Any]:
        last = self._last
        if fonts is not last[0]:  # another document; held here, so no third can be mistaken
            self._last = last = (fonts, {})
        return last[1]


def _draw_text(original: Any) -> Any:
    """Text without lines under, over or through it, and that is not shortened."""
    drawn = _Drawn()

    def draw_text(
        stream: Any, textbox: Any, offset_x: Any, text_overflow: Any, block_ellipsis: Any
    ) -> None:
        known = drawn.of(stream._fonts)
        key = _drawn_as(textbox)
        if key is None or text_overflow != "clip" or block_ellipsis != "none":
            original(stream, textbox, offset_x, text_overflow, block_ellipsis)
            return
        if key not in known:
            heard = _Heard(stream)
            original(heard, textbox, offset_x, text_overflow, block_ellipsis)
            if heard.is_usual:
                known[key] = heard.steps
            return
        stream.set_color(textbox.style["color"])
        stream.begin_text()
        stream.set_text_matrix(
            1, 0, 0, -1, textbox.position_x, textbox.position_y + textbox.baseline
        )
        for step, values in known[key]:
            getattr(stream, step)(*values)
        stream.end_text()

    return draw_text


def _drawn_as(textbox: Any) -> Any:
    """What a text's drawing depends on, beside its place and colour; None where on more."""
    style, layout = textbox.style, textbox.pango_layout
    is_usual = (
        style["text_decoration_line"] == "none"
        and style["visibility"] == "visible"
        and style["font_size"] > 1
        and textbox.text.strip()
    )
    key = layout.text, layout.justification_spacing, _set_style(style)
    try:
        hash(key)
    except TypeError:  # a value that cannot be a key
        return None
    return key if is_usual else None
