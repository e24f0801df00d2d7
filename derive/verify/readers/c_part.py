"""A part of an emitted C pair: the functions that are wanted, what these call, and nothing else.

No line is written anew. The text is taken as paragraphs, which blank lines at top level separate, and these as the
definitions in them; a definition stays where a public function that is wanted reaches it by name. Text between
``#if`` and ``#endif`` at top level, and other lines of the preprocessor, always stay. Of the self-test go the rows of
functions that are not there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

#: What scanning must not look into, and what ends or nests a definition.
_TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{}()=;]", re.S)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.S)
_DIRECTIVE = re.compile(r"#(?:[^\n]*\\\n)*[^\n]*\n?")
_GUARD = re.compile(r"#ifndef \w+_H$", re.M)

#: Macros that paste names together: ONE(give, type, name, ...) and MANY(name, one) define what CHOSEN(name) and
#: CHOSEN_RUN(name) call.
_ONE = re.compile(r"ONE\((?:[^,]*),[^,]*,\s*(\w+),")
_MANY = re.compile(r"MANY\((\w+),\s*(\w+)\)")
_CHOSEN = re.compile(r"\b(CHOSEN(?:_RUN)?)\((\w+)\)")
_CALL = re.compile(r"\b(\w+)\s*\(")
_FUNCTION = re.compile(r"\b(?!__attribute__\b)(\w+)\s*\(")
_PREFIX = "derive_"

#: The rows of one function in the self-test, and its test for NaN by the first value.
_ROWS = re.compile(r"^    \{\n        static const double rows\[\].*?^    \}\n", re.M | re.S)
_NOT_A_NUMBER = re.compile(r"derive_\w+\(not_a_number(?:, zero)*\)")
_SELFTEST = "_selftest()"

#: The line of a contract that is about the sum, with those that continue it.
_SUM = re.compile(r"^   Error of the sum:.*?(?=^   Theorem )", re.M | re.S)


@dataclass(frozen=True)
class _Item:
    """A comment, some lines of the preprocessor, or a definition; ``starts_paragraph`` where a blank line is above."""

    text: str
    starts_paragraph: bool

    @cached_property
    def code(self) -> str:
        return _COMMENT.sub(" ", self.text)

    @property
    def stays(self) -> bool:
        return self.text.startswith("#")

    @property
    def is_comment(self) -> bool:
        return not self.code.strip()

    @cached_property
    def defines(self) -> frozenset[str]:
        code = self.code.strip()
        if one := _ONE.match(code):
            return frozenset({f"CHOSEN {one[1]}"})
        if many := _MANY.match(code):
            return frozenset({f"CHOSEN_RUN {many[1]}"})
        if code.startswith("enum"):
            return frozenset(re.findall(r"\w+", code)) - {"enum"}
        if code.startswith("typedef"):
            name = re.search(r"(\w+)\s*(?:\([^()]*\))?\s*;$", code)
            return frozenset({name[1]} if name else ())
        function = _FUNCTION.search(code.partition("{")[0])
        return frozenset({f"{function[1]}()"} if function else ())

    @cached_property
    def names(self) -> frozenset[str]:
        """What it may refer to: words, calls, and the functions that macros choose."""
        found = set(re.findall(r"\w+", self.code)) | {f"{name}()" for name in _CALL.findall(self.code)}
        found |= {f"{kind} {name}" for kind, name in _CHOSEN.findall(self.code)}
        if one := _ONE.match(self.code.strip()):
            found.add(f"{one[1]}_inline()")
        if many := _MANY.match(self.code.strip()):
            found |= {f"{many[1]}_run()", f"CHOSEN {many[2]}"}
        return frozenset(found)


def part(header: str, source: str, functions: Collection[str]) -> tuple[str, str]:
    """Header and source with the named functions alone: a value ``NAME``, ``NAME_sum``, ``NAME_grad``.

    What is computed in one pass with the value comes with the gradient. A sum and a gradient bring the value, by
    which the self-test asks whether NaN is told from numbers.
    """
    wanted = {f"{name}()" for function in functions for name in _public(function)}
    kept: list[list[_Item]] = []
    public: set[str] = set()
    for paragraph in _paragraphs(header):
        declared = {item: [name for name in item.defines if not item.stays] for item in paragraph}
        some = [i for i, names in declared.items() if not names or names[0] in wanted or names[0].endswith(_SELFTEST)]
        found = {name for item in some for name in declared[item]}
        if found or not any(declared.values()):
            kept.append(some if any("_sum" in name for name in found) else [_without_sum(item) for item in some])
            public |= found
    return _joined(kept), _reached(source, public)


def _public(function: str) -> list[str]:
    """The names of a function in C, each in both formats."""
    value = function.removesuffix("_grad").removesuffix("_sum")
    names = [value, f"{value}_array"]
    if function.endswith("_grad"):
        names += [function, f"{function}_array", f"{value}_value_grad_array"]
    elif function != value:
        names.append(function)
    return [f"{_PREFIX}{name}{precision}" for name in names for precision in ("", "f")]


def _without_sum(item: _Item) -> _Item:
    """The contract of a function without the error of a sum that is not declared."""
    return _Item(_SUM.sub("", item.text), item.starts_paragraph) if item.is_comment else item


def _reached(source: str, public: set[str]) -> str:
    """The text with what the public functions reach."""
    paragraphs = [list(p) for p in _paragraphs(_with_rows_of(source, public))]
    items = [item for paragraph in paragraphs for item in paragraph]
    home = {name: item for item in items for name in item.defines if not item.stays}
    reached: set[_Item] = set()
    waiting = [item for item in items if item.stays] + [home[name] for name in sorted(public)]
    while waiting:
        item = waiting.pop()
        if item not in reached:
            reached.add(item)
            waiting += [home[name] for name in item.names if name in home]
    kept = []
    for paragraph in paragraphs:
        some = [item for item in paragraph if item.is_comment or item in reached]
        if all(item.is_comment for item in paragraph) or not all(item.is_comment for item in some):
            kept.append(some)
    return _joined(kept)


def _with_rows_of(source: str, public: set[str]) -> str:
    """The self-test of these functions alone. The other pairs call theirs by its name, so that its name stays."""
    calls = {f"{name}()" for name in re.findall(rf"\b{_PREFIX}\w+", "".join(_ROWS.findall(source)))}
    kept = _ROWS.sub(lambda m: "" if {f"{n}()" for n in _called(m[0])} & (calls - public) else m[0], source)
    return _NOT_A_NUMBER.sub(lambda m: m[0] if f"{_called(m[0])[0]}()" in public else _instead(kept), kept)


def _called(text: str) -> list[str]:
    return re.findall(rf"\b({_PREFIX}\w+)\(", text)


def _instead(kept: str) -> str:
    """The same question to the first value that has rows left."""
    call = re.search(rf"= ({_PREFIX}\w+)\((row\[0\](?:, row\[\d+\])*)\);", kept)
    if call is None:
        raise ValueError("the self-test has no row of a value")
    others = call[2].count(",")
    return f"{call[1]}({', '.join(['not_a_number', *['zero'] * others]) if others else 'not_a_number + zero'})"


def _joined(paragraphs: list[list[_Item]]) -> str:
    return "\n\n".join("\n".join(item.text for item in paragraph) for paragraph in paragraphs) + "\n"


def _paragraphs(text: str) -> Iterator[list[_Item]]:
    paragraph: list[_Item] = []
    for item in _items(text):
        if item.starts_paragraph and paragraph:
            yield paragraph
            paragraph = []
        paragraph.append(item)
    if paragraph:
        yield paragraph


def _items(text: str) -> Iterator[_Item]:
    position, starts = 0, True
    while position < len(text):
        blank = re.compile(r"\s*").match(text, position)
        assert blank is not None
        starts = starts or blank[0].count("\n") > 1
        position = blank.end()
        if position == len(text):
            return
        end = _end(text, position)
        yield _Item(text[position:end].rstrip("\n"), starts)
        # Blank lines are seen as two ends of lines, of which the item may have taken the first.
        starts, position = text[end - 1 : end + 1] == "\n\n", end


def _end(text: str, start: int) -> int:
    """Where the item that begins here ends."""
    if text.startswith("#", start):
        return _end_of_directive(text, start)
    if comment := re.compile(r"/\*.*?\*/", re.S).match(text, start):
        return comment.end()
    depth, brackets, is_data = 0, 0, re.match(r"typedef|enum", text[start : start + 8]) is not None
    pasted = re.match(r"(?:ONE|MANY)\(", text[start : start + 5]) is not None
    for token in _TOKEN.finditer(text, start):
        match token[0]:
            case "{":
                depth += 1
            case "(":
                brackets += 1
            case ")":
                brackets -= 1
                if pasted and brackets == 0:
                    return token.end()
            case "}":
                depth -= 1
                if depth == 0 and not brackets and not is_data:
                    return token.end()
            case "=" if not depth and not brackets:
                is_data = True
            case ";" if not depth and not brackets:
                return token.end()
    return len(text)


def _end_of_directive(text: str, start: int) -> int:
    """A line of the preprocessor with those that continue it, or all up to the ``#endif`` of an ``#if``.

    The guard of a header encloses all of it: its two ends are lines like others.
    """
    depth = 0
    for directive in re.compile(rf"^{_DIRECTIVE.pattern}", re.M).finditer(text, start):
        word = directive[0][1:].split(None, 1)[0]
        depth += word.startswith("if") and not _GUARD.match(directive[0])
        depth -= word == "endif"
        if depth <= 0:
            return directive.end()
    return len(text)
