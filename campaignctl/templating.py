"""Jinja2 in campaign files: `{{ name }}`, filters and conditions over `vars`, and nothing that can escape.

A pull request comes from a stranger, so the language is cut down to what a text needs before anything
runs: no calls, no loops, no arithmetic (each a way to fill the memory), no attributes that begin with an
underscore, no files, no environment. Jinja2 runs on parsed scalars only, never on YAML text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from campaignctl.words import did_you_mean, quoted

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

#: A rendered text longer than this is refused. Exotel takes 2,000 characters.
MAX_RENDERED = 20_000
#: A template longer than this is not compiled.
MAX_TEMPLATE = 16_000
#: How deep a template may nest. Jinja2 takes two seconds for a chain of 100 filters, and half a minute for 300.
MAX_NESTING = 24

_FILTERS = frozenset(("upper", "lower", "title", "capitalize", "trim", "default", "first", "last", "length"))
_TESTS = frozenset(("defined", "undefined", "none", "string", "number", "boolean", "true", "false"))
_NODES = frozenset(
    (
        *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "Filter", "Test"),
        *("If", "CondExpr", "Compare", "Operand", "And", "Or", "Not", "Keyword"),
    )
)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]").search

#: The only form that most files use. It needs no Jinja2: the tests prove that both say the same.
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIMPLE = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")
#: Names that Jinja2 gives a meaning of its own, and its words.
_OWN_NAMES = frozenset(("self", "loop", "caller", "varargs", "kwargs"))
_WORDS = frozenset(
    ("true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else")
)
RESERVED = _OWN_NAMES | _WORDS


class TemplateProblem(Exception):
    """A text cannot be rendered; `name` is the finding's name, the message its sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def is_template(text: str) -> bool:
    """Return whether Jinja2 has anything to do in a text. `{#var#}` is not Jinja2's here."""
    return "{{" in text or "{%" in text


class Renderer:
    """Renders texts with one set of variables, and knows where a piece of a rendered text came from."""

    def __init__(self, variables: Mapping[str, Any], watched: Collection[str] = ()) -> None:
        """`watched` are variables of which `unseen` shall tell whether a text has named them."""
        self._variables = variables
        self.unseen = set(watched)
        self._words = {
            name: str(value)
            for name, value in variables.items()
            if isinstance(value, (str, int, float)) and not isinstance(value, bool) and name not in RESERVED
        }

    def defines(self, name: str) -> bool:
        """Return whether a variable has this name."""
        return name in self._variables

    def __call__(self, text: str) -> str:
        """Return the rendered text. Raises TemplateProblem."""
        if not is_template(text):
            return text
        if self.unseen:
            self.unseen.difference_update(_WORD.findall(text))
        simple = _simply(text, self._words)
        return _checked(simple if simple is not None else _fully(text, self._variables))

    def origin(self, text: str, start: int, end: int) -> tuple[int, int, bool]:
        """Return which piece of `text` has become rendered[start:end], and whether it stands there as it is.

        What came out of `{{ name }}` is the whole `{{ name }}`. Of a text with more than that, only what
        comes before its first brace is known; the rest is the text from there on.
        """
        if not is_template(text):
            return start, end, True
        if _simply(text, self._words) is None:
            known = _untouched(text)
            return (start, end, True) if end <= known else (min(start, known), len(text), False)
        pieces = self._pieces(text)
        if start == end:  # between two characters: where text can be put in, if there is text
            beside = next((one for one in pieces if not one[4] and one[0] <= start <= one[1]), None)
            if beside is not None:
                place = beside[2] + start - beside[0]
                return place, place, True
        first = next((one for one in pieces if start < one[1]), pieces[-1])
        last = next((one for one in pieces if end <= one[1]), pieces[-1])
        low = first[2] if first[4] else first[2] + start - first[0]
        high = last[3] if last[4] else last[2] + end - last[0]
        return low, max(low, high), first is last and not first[4]

    def _pieces(self, text: str) -> list[tuple[int, int, int, int, bool]]:
        """Return what the text is made of: its place rendered and written, and whether it is a variable."""
        pieces: list[tuple[int, int, int, int, bool]] = []
        out = end = 0
        for found in _SIMPLE.finditer(text):
            for low, high, word in (
                (end, found.start(), None),
                (found.start(), found.end(), self._words[found[1]]),
            ):
                length = high - low if word is None else len(word)
                pieces.append((out, out + length, low, high, word is not None))
                out += length
            end = found.end()
        return [*pieces, (out, out + len(text) - end, end, len(text), False)]


def _untouched(text: str) -> int:
    """Return how far Jinja2 leaves a text as it is: up to the first brace, and to a carriage return."""
    brace = min(place for place in (text.find("{{"), text.find("{%")) if place >= 0)
    kept = text[:brace].rstrip() if text[brace + 2 : brace + 3] == "-" else text[:brace]
    return len(kept.split("\r", maxsplit=1)[0])


def renderer(variables: Mapping[str, Any], watched: Collection[str] = ()) -> Renderer:
    """Return what renders texts with these variables; those that are `watched` stay in `unseen` until a text names them."""
    return Renderer(variables, watched)


def _simply(text: str, words: Mapping[str, str]) -> str | None:
    names = _SIMPLE.findall(text)
    bare = _SIMPLE.sub("", text)
    if (
        "{" in bare
        or "}}" in bare
        or "%}" in bare
        or "\r" in text
        or not all(name in words for name in names)
    ):
        return None
    if len(bare) + sum(len(words[name]) for name in names) > MAX_RENDERED:
        return None
    return _SIMPLE.sub(lambda match: words[match.group(1)], text)


def _fully(text: str, variables: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError, UndefinedError
    from jinja2.exceptions import SecurityError

    if len(text) > MAX_TEMPLATE:
        raise TemplateProblem(
            "template-syntax", f"the text with {{{{ }}}} is longer than {MAX_TEMPLATE} characters"
        )
    environment = _environment()
    try:
        names = _allow(environment.parse(text))
        template = environment.from_string(text)
        pieces: list[str] = []
        length = 0
        for piece in template.generate(**_plain(variables, names)):
            length += len(piece)
            if length > MAX_RENDERED:
                raise TemplateProblem("template-syntax", f"the text grows beyond {MAX_RENDERED} characters")
            pieces.append(piece)
    except UndefinedError as error:
        raise TemplateProblem(
            "template-undefined-variable", _undefined(str(error.message), variables)
        ) from error
    except SecurityError as error:
        raise TemplateProblem("template-syntax", "only plain variables may stand in {{ }}") from error
    except TemplateError as error:
        raise TemplateProblem("template-syntax", _unreadable(text, str(error.message))) from error
    except TemplateProblem:
        raise
    except Exception as error:  # a stranger's template: whatever it does to Jinja2 is a finding
        raise TemplateProblem("template-syntax", "the template is too complicated to be rendered") from error
    return "".join(pieces)


_HALF = re.compile(r"\{\{([^{}]{0,60})(?:\}(?!\})|\Z|(?=\{))").search


def _unreadable(text: str, why: str) -> str:
    half = _HALF(text)
    if half is not None:
        name = half[1].strip()
        shown = f"{{{{ {name} }}}}" if name.isidentifier() else "{{ name }}"
        return f"{quoted(half[0])} is not closed by two braces; write {shown}"
    return f"what stands in {{{{ }}}} cannot be read ({why}); write {{{{ name }}}} with a name of `vars`"


def _plain(variables: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return the variables that a template names: Jinja2 copies whatever it is given."""
    return {name: variables[name] for name in names if name in variables and name not in RESERVED}


def _undefined(message: str, variables: Mapping[str, Any]) -> str:
    match = re.match(r"'([^']*)' is undefined", message)
    if not match:
        return f"{message}; add it to `vars` in campaignctl.yaml, or give --var"
    name = match.group(1)
    close = did_you_mean(name, variables)
    advice = f"did you mean `{close}`?" if close else "add it to `vars` in campaignctl.yaml, or give --var"
    return f"{{{{ {name} }}}} is not defined; {advice}"


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class DataAlone(ImmutableSandboxedEnvironment):
        """`a.b` and `a[b]` reach into the mappings and lists of `vars`, and at no attribute of an object."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj:
                return obj[argument]
            if isinstance(obj, list) and isinstance(argument, int) and 0 <= argument < len(obj):
                return obj[argument]
            return self.undefined(obj=obj, name=argument)

    environment = DataAlone(
        finalize=_word,
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,  # the text is sent as it stands
        # In the default syntax the DLT placeholder {#var#} is a comment and would vanish without a word.
        # NUL cannot stand in a YAML file, so there are no comments at all.
        comment_start_string="\0#",
        comment_end_string="#\0",
    )
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.globals = {}
    return environment


def _word(value: Any) -> Any:
    """Refuse what has no text of its own: it would show Python's notation to the customers."""
    if isinstance(value, (list, dict)):
        raise TemplateProblem("template-syntax", "a list or group of `vars` is no text; name one item of it")
    if value is None or isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        raise TemplateProblem(
            "template-syntax", "true, false, none and infinity are no text; write the words in quotes"
        )
    return value


def _checked(text: str) -> str:
    """Return a rendered text, unless it holds what no YAML file could: a template can spell anything out."""
    if _FORBIDDEN(text):
        raise TemplateProblem("template-syntax", "control characters or half characters came out of {{ }}")
    return text


def _allow(tree: Any) -> set[str]:
    """Refuse every construct that a text does not need; return the names in it. A stranger chooses the depth."""
    names: set[str] = set()
    todo = [(tree, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > MAX_NESTING:
            raise TemplateProblem(
                "template-syntax", f"more than {MAX_NESTING} filters or conditions stand inside each other"
            )
        kind = type(node).__name__
        if kind not in _NODES:
            raise TemplateProblem(
                "template-syntax",
                f"{_CONSTRUCTS.get(kind, f'`{kind}`')} cannot be used here; only variables, filters and if",
            )
        if kind == "Name":
            if node.name in _OWN_NAMES:
                raise TemplateProblem(
                    "template-syntax", f"`{node.name}` is Jinja2's own name; choose another"
                )
            names.add(node.name)
        if kind == "CondExpr" and node.expr2 is None:
            raise TemplateProblem(
                "template-syntax", "`if` in {{ }} needs an `else`, or nothing would stand there"
            )
        todo.extend((child, depth + 1) for child in node.iter_child_nodes())
    return names


_CONSTRUCTS = {
    "Call": "a function call",
    "For": "a loop",
    "Include": "include",
    "Import": "import",
    "FromImport": "import",
    "Extends": "extends",
    "Macro": "a macro",
    "Assign": "set",
    "Block": "a block",
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"), "arithmetic"),
}
