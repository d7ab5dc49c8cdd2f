"""Plain data held against a JSON Schema, said in sentences.

The schemas are for editors as well: what they express about the *form* of a value (`x-rule`) is checked by
the rule of that name, on rendered values; here it is the shape alone. A cheap check stands in front of the
validator, so that a folder without mistakes never imports it; the tests prove that the two agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl.dlt import ids
from campaignctl.findings import Pointer
from campaignctl.shape import fits
from campaignctl.words import did_you_mean, quoted

NAMES = ("campaign", "config", "templates", "lists", "links", "state")

#: What Exotel demands of every campaign; each may come from `defaults` (Create SMS campaign, parameters).
REQUIRED = (
    "id",
    "content_type",
    "lists",
    "dlt_entity_id",
    "dlt_template_id",
    "sender_id",
    "sms_type",
    "template",
)
SMS_TYPES = ("transactional", "promotional")

#: Shape findings of one document beyond this number only repeat each other.
MOST = 20


class Misfit(NamedTuple):
    """One thing of the wrong shape: the finding's name, its place (the key or the value), the sentence."""

    name: str
    pointer: Pointer
    message: str
    key: bool = False
    meant: str | None = None  #: of an unknown key, the known one that is close to it
    instead: str | None = None  #: what to write in place of the key or the value, where that can be told


def path(name: str) -> Path:
    """Return the file of a schema: inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "schemas"
    folder = inside if inside.is_dir() else Path(__file__).parent.parent / "schemas"
    return folder / f"{name}.schema.json"


@lru_cache
def _load(name: str) -> Any:
    return json.loads(path(name).read_text(encoding="utf-8"))


@lru_cache
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator

    return Draft7Validator(_load(name))


# --- campaigns --------------------------------------------------------------------------------------

_TEXTS = frozenset(
    ("dlt_entity_id", "dlt_template_id", "sender_id", "status_callback", "sms_status_callback")
)
_TEMPLATE = re.compile(r"(?=.*\S)[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*", re.DOTALL).fullmatch
_VALUE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*").fullmatch
_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,62}").fullmatch
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,200}").fullmatch


def is_sound(data: Mapping[str, Any], required: frozenset[str]) -> bool:
    """Return True only if `campaign` would find nothing; False means: ask it."""
    for key, value in data.items():
        if key in _TEXTS:
            sound = type(value) is str and value != ""
        elif key == "template":
            sound = type(value) is str and _TEMPLATE(value) is not None
        elif key == "lists":
            sound = type(value) is list and all(type(one) is str and one for one in value)
        elif key == "schedule":
            sound = type(value) is dict and value.keys() == {"start_time", "end_time"} and _all_texts(value)
        elif key == "content_type":
            sound = value in ("static", "dynamic")
        elif key == "sms_type":
            sound = type(value) is str and value.lower() in SMS_TYPES
        elif key == "variables":
            sound = "template" not in data and _are_values(value)
        elif key == "id":
            sound = type(value) is str and _ID(value) is not None
        else:
            sound = key == "name" and type(value) is str and _NAME(value) is not None
        if not sound:
            return False
    return _due(required, data) <= data.keys()


def _due(required: frozenset[str], data: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys that are required here: `variables` stand in for the text."""
    return required - {"template"} if "variables" in data else required


def _are_values(value: Any) -> bool:
    return type(value) is list and len(value) <= 100 and all(map(_is_value, value))


def _is_value(value: Any) -> bool:
    return type(value) is str and len(value) <= 2000 and _VALUE(value) is not None


def _all_texts(value: Mapping[str, Any]) -> bool:
    return all(type(one) is str for one in value.values())


def campaign(data: Mapping[str, Any], required: frozenset[str]) -> tuple[Misfit, ...]:
    """Return what is wrong with the shape of a campaign, its defaults filled in and its texts rendered."""
    if is_sound(data, required):
        return ()
    misfits = [
        _nothing(one, data)
        for one in check("campaign", data)
        if one.name != "missing-key" or len(one.pointer) > 1
    ]
    near = {one.meant for one in misfits}
    required = _due(required, data)
    if "variables" in data and "template" in data:
        message = (
            "`variables` and `template` are both given; keep one: the values of the slots, or the whole text"
        )
        misfits.append(Misfit("invalid-value", ("variables",), message, key=True))
    misfits += [
        Misfit(
            _ID_RULES.get(key, "missing-key"), (key,), f"the key `{key}` is missing; {_advice(key)}", key=True
        )
        for key in (*REQUIRED, "schedule")
        if key in required and key not in data and key not in near
    ]
    kind = data.get("sms_type")
    if isinstance(kind, str) and kind.lower() not in SMS_TYPES and not _has(misfits, ("sms_type",)):
        # The schema lets `{{ }}` pass for the sake of editors; this one came out of rendering.
        message = f"sms_type {quoted(kind)} must be transactional or promotional"
        return (*misfits, Misfit("invalid-value", ("sms_type",), message))
    return tuple(misfits)


#: The ids without which nothing is delivered have rules of their own.
_ID_RULES = {"dlt_entity_id": "entity-id-missing", "dlt_template_id": "template-id-missing"}


def _nothing(misfit: Misfit, data: Mapping[str, Any]) -> Misfit:
    """Return the finding about an id whose key stands there without a value."""
    key = str(misfit.pointer[0]) if len(misfit.pointer) == 1 else ""
    if key in _ID_RULES and data[key] is None:
        return misfit._replace(name=_ID_RULES[key], message=f"{key} is empty; {_advice(key)}")
    return misfit


def _has(misfits: list[Misfit], pointer: Pointer) -> bool:
    return any(one.pointer == pointer for one in misfits)


def _advice(key: str) -> str:
    if key == "id":
        return "give the campaign an id of its own that never changes, like diwali-north"
    if key == "template":
        return "add the text as it is registered on DLT"
    if key in _ID_RULES:
        error = 604 if key == "dlt_entity_id" else 637
        return (
            f"the operators drop every message without it (DLT error {error}), copy it from your DLT portal, here or "
            "into `defaults:` of campaignctl.yaml"
        )
    if key == "schedule":
        return "without it Exotel starts at once; add start_time and end_time"
    return "add it here, or to `defaults:` of campaignctl.yaml"


# --- any schema -------------------------------------------------------------------------------------


def check(name: str, data: Any) -> tuple[Misfit, ...]:
    """Return what is wrong with the shape of data by the schema of this name, at most 20 things."""
    schema = _load(name)
    if fits(schema, data, schema):
        return ()
    found: dict[tuple[Pointer, str], Misfit] = {}
    wrong: set[Pointer] = set()
    for error in islice(_validator(name).iter_errors(data), 10 * MOST):
        for misfit in _misfits(error):
            if misfit.name == "wrong-type":
                wrong.add(misfit.pointer)
            found.setdefault((misfit.pointer, misfit.name), misfit)
    kept = [one for one in found.values() if one.name == "wrong-type" or not _under(one.pointer, wrong)]
    meant = {(*one.pointer[:-1], one.meant) for one in kept if one.meant}
    kept = [one for one in kept if one.name != "missing-key" or one.pointer not in meant]
    return tuple(kept[:MOST])


def sound_part(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a mapping that are sound each by itself: for one with more mistakes than are listed."""
    present = [key for key in _load(name)["properties"] if key in data]
    return {
        key: data[key]
        for key in present
        if not any(one.pointer[:1] == (key,) for one in check(name, {key: data[key]}))
    }


def default(name: str, steps: Sequence[str]) -> Any:
    """Return what counts where a setting is not written down, None where the schema of this name states nothing."""
    place = _load(name)
    for step in steps:
        place = place.get("properties", {}).get(step, {})
    return place.get("default")


#: What to write where a key is missing that the campaign's own advice does not name.
_MISSING: Mapping[str, str] = {
    "project": "; add it, a name that no other folder of your account has, like teashop-4f7k",
    "sid": "; copy the list's SID of 32 characters from Exotel",
    "start_time": '; add it, like "2035-10-27T10:30:00+05:30"',
    "end_time": '; add it, like "2035-10-27T18:00:00+05:30", at least 2 hours after start_time',
}


#: What every campaign says for itself.
_OWN = frozenset(("id", "name", "schedule", "template", "variables"))


def _under(pointer: Pointer, wrong: set[Pointer]) -> bool:
    return any(pointer[: len(one)] == one for one in wrong)


def _misfits(error: Any) -> Iterator[Misfit]:
    pointer: Pointer = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        yield Misfit("invalid-value", (*pointer, key), f"key {quoted(key)} {_sentence(error)}", key=True)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for extra in islice((key for key in error.instance if key not in known), MOST):
            if pointer == ("defaults",) and extra in _OWN:
                message = f"`{extra}` is each campaign's own and has no default; write it into the campaigns"
                yield Misfit("unknown-key", (*pointer, extra), message, key=True)
                continue
            close = did_you_mean(extra, known)
            message = _unknown(extra, close, known, error.instance)
            free = close if close not in error.instance else None
            yield Misfit("unknown-key", (*pointer, extra), message, key=True, meant=close, instead=free)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                advice = _MISSING.get(key, "")
                yield Misfit("missing-key", (*pointer, key), f"the key `{key}` is missing{advice}", key=True)
    elif error.validator == "type" and _is_damaged_id(error.instance, pointer):
        message = f"{pointer[-1]} {quoted(str(error.instance))} {ids.DAMAGED}; {ids.AGAIN}"
        yield Misfit("id-spreadsheet-damage", pointer, message)
    elif error.validator == "type":
        yield Misfit("wrong-type", pointer, _wrong_type(error, pointer), instead=_retyped(error))
    elif "x-rule" not in error.schema:
        value = error.instance
        shown = f" {quoted(value)}" if isinstance(value, str) else ""
        close = _close(error) if shown else None
        guess = f"; did you mean {close}?" if close and error.validator == "enum" else ""
        sentence = _sentence(error).split(";")[0] if guess else _sentence(error)  # one next step
        message = f"{_field(pointer)}{shown} {sentence}{guess}"
        yield Misfit("invalid-value", pointer, message, instead=close)


def _close(error: Any) -> str | None:
    """Return the allowed value that a text was probably meant to be."""
    kinds = SMS_TYPES if list(error.absolute_path)[-1:] == ["sms_type"] else ()
    return did_you_mean(error.instance, error.validator_value if error.validator == "enum" else kinds)


def _retyped(error: Any) -> str | None:
    """Return the text that was written as a number, or the word that is the one item of a list."""
    value, wanted = error.instance, error.validator_value
    if wanted == "string" and _is_number(value):
        return str(value) if fits(error.schema, str(value), error.schema) else None
    return str(value) if wanted == "array" and isinstance(value, str) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(error: Any, field: str) -> str:
    """Return the sentence about a number where text is due: in quotes it may still be the wrong text."""
    value, schema = error.instance, error.schema
    if fits(schema, str(value), schema):
        return f'{field} is a number; text must be in quotes: "{value}"'
    if fits(schema, f"{value}m", schema) and not fits(schema, f"{value}x", schema):
        return f"{field} is a number without a unit; write {value}m, {value}h or {value}d"
    return f"{field} is the number {value}; it {_sentence(error)}"


def _is_damaged_id(value: Any, pointer: Pointer) -> bool:
    """Return whether YAML has read a number where a spreadsheet has damaged an id: 1.10718e+18."""
    is_id = pointer[-1:] in (("dlt_entity_id",), ("dlt_template_id",)) or (
        pointer[:1] == ("templates",) and pointer[-1] in ("id", "entity")
    )
    return is_id and isinstance(value, float) and ids.is_damaged(str(value)) is not None


def _field(pointer: Pointer) -> str:
    names = [step for step in pointer if isinstance(step, str)]
    if not pointer:
        return "the file"
    return (
        names[-1]
        if isinstance(pointer[-1], str)
        else f"item {int(pointer[-1]) + 1} of {names[-1] if names else 'the list'}"
    )


def _sentence(error: Any) -> str:
    return str(error.schema.get("errorMessage", "is not allowed here"))


def _unknown(key: str, close: str | None, known: Mapping[str, Any], present: Mapping[str, Any]) -> str:
    if close and close in present:
        return f"unknown key {quoted(key)}, and `{close}` is there already; delete this line"
    if close:
        return f"unknown key {quoted(key)}; did you mean `{close}`?"
    return f"unknown key {quoted(key)}; known here: {', '.join(known)}"


_KINDS = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "boolean": "true or false",
}


#: A whole number with signs between its thousands or lakhs.
_is_grouped = re.compile(r"[0-9]{1,3}(?:[,_' ][0-9]{2,3}){1,5}").fullmatch


def _wrong_type(error: Any, pointer: Pointer) -> str:
    value, wanted = error.instance, error.validator_value
    field = _field(pointer)
    if wanted == "string" and _is_number(value):
        return _number(error, field)
    if wanted == "array" and isinstance(value, str):
        return f"{field} is one word; a list is written in square brackets: [{quoted(value)[1:-1]}]"
    if isinstance(wanted, list):
        return f"{field} is {_kind(value)}; it {_sentence(error)}"
    if value is None and wanted == "array" and error.schema.get("examples"):
        return f"{field} is empty; it must be a list, like {json.dumps(error.schema['examples'][0])}"
    if wanted == "integer" and isinstance(value, str) and _is_grouped(value):
        return f"{field} {quoted(value)} is text to YAML; write {re.sub('[^0-9]', '', value)}"
    if pointer[-1:] == ("schedule",):
        return f"{field} is {_kind(value)}; write start_time and end_time under it, indented"
    return f"{field} is {_kind(value)}; it must be {_KINDS.get(wanted, wanted)}"


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"
