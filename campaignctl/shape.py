"""A cheap yes to the question whether data fits a JSON Schema.

It knows the keywords of draft-07 that our schemas use, and answers False to everything else; then the real
validator is asked, which also says why. So settings without mistakes never import it. The tests hold its
yes against the validator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

#: Words for people; they say nothing about data.
_ANNOTATIONS = frozenset(
    ("$schema", "$id", "$comment", "title", "description", "examples", "default", "errorMessage", "x-rule")
)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def fits(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    """Return True only if data surely fits. `root` is the whole schema, for `$ref`."""
    return all(
        key in _ANNOTATIONS or key == "definitions" or _CHECKS.get(key, _unknown)(schema, data, root)
        for key in schema
    )


_Check = Callable[[Mapping[str, Any], Any, Mapping[str, Any]], bool]


def _unknown(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return False


def _type(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    wanted = schema["type"]
    return any(type(data) in _TYPES[one] for one in ([wanted] if isinstance(wanted, str) else wanted))


def _enum(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return any(type(one) is type(data) and one == data for one in schema["enum"])


def _const(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return type(schema["const"]) is type(data) and bool(schema["const"] == data)


def _ref(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    target: Any = root
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return fits(target, data, root)


def _pattern(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return not isinstance(data, str) or re.search(schema["pattern"], data) is not None


def _length(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return not isinstance(data, str) or schema.get("minLength", 0) <= len(data) <= schema.get(
        "maxLength", len(data)
    )


def _range(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return type(data) is not int or schema.get("minimum", data) <= data <= schema.get("maximum", data)


def _count(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return not isinstance(data, list) or schema.get("minItems", 0) <= len(data) <= schema.get(
        "maxItems", len(data)
    )


def _unique(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    if not schema["uniqueItems"] or not isinstance(data, list):
        return True
    return all(isinstance(one, str) for one in data) and len(set(data)) == len(data)


def _items(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    return not isinstance(data, list) or all(fits(schema["items"], one, root) for one in data)


def _properties(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    known = schema["properties"]
    return not isinstance(data, dict) or all(
        fits(known[key], data[key], root) for key in known.keys() & data.keys()
    )


def _required(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return not isinstance(data, dict) or all(key in data for key in schema["required"])


def _additional(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    if not isinstance(data, dict):
        return True
    extra = data.keys() - schema.get("properties", {}).keys()
    more = schema["additionalProperties"]
    return not extra if more is False else more is True or all(fits(more, data[key], root) for key in extra)


def _names(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    return not isinstance(data, dict) or all(fits(schema["propertyNames"], key, root) for key in data)


def _all_of(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    return all(fits(one, data, root) for one in schema["allOf"])


def _if(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    # A doubtful `if` must hold both ways: fits() says no to what it does not know.
    return fits(schema.get("then", {}), data, root) or not _may_fit(schema["if"], data)


def _may_fit(condition: Mapping[str, Any], data: Any) -> bool:
    """Return False only if a condition of our form (required keys, each with const or pattern) surely fails."""
    if not isinstance(data, dict) or not all(key in data for key in condition.get("required", ())):
        return not condition.get("required") or not isinstance(data, dict)
    for key, one in condition.get("properties", {}).items():
        value = data.get(key)
        if "const" in one and value != one["const"]:
            return False
        if "pattern" in one and isinstance(value, str) and not re.search(one["pattern"], value):
            return False
    return True


def _beside(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:  # noqa: ARG001
    return "if" in schema


_CHECKS: Mapping[str, _Check] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "$ref": _ref,
    "pattern": _pattern,
    "minLength": _length,
    "maxLength": _length,
    "minimum": _range,
    "maximum": _range,
    "minItems": _count,
    "maxItems": _count,
    "uniqueItems": _unique,
    "items": _items,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "allOf": _all_of,
    "if": _if,
    "then": _beside,
}
