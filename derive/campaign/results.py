"""Results of chunks as data: what a worker sends back, and what a journal keeps, is JSON and nothing that runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

from derive.errors import CheckFailed, DeriveError, MissingTool
from derive.report import Check, Status

_Kind = TypeVar("_Kind", bound=type)
_KINDS: dict[str, type] = {}


def as_data(kind: _Kind) -> _Kind:
    """Allow instances of a dataclass in the results of chunks."""
    _KINDS[kind.__name__] = kind
    return kind


as_data(Check)
as_data(Status)


def encode(value: object) -> Any:
    """A result as JSON: numbers, texts, sequences, mappings with texts as keys, the classes that are allowed, errors.

    Raises
    ------
    TypeError
        for anything else.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {"dict": {key: encode(item) for key, item in value.items()}}
    if isinstance(value, DeriveError):
        return {"MissingTool" if isinstance(value, MissingTool) else "CheckFailed": value.message}
    name = type(value).__name__
    if _KINDS.get(name) is not type(value):
        raise TypeError(f"{name} is not among the results that are data: mark the class with as_data")
    if isinstance(value, Enum):
        return {name: value.value}
    assert is_dataclass(value)
    return {name: {field.name: encode(getattr(value, field.name)) for field in fields(value)}}


def decode(data: Any) -> Any:
    """The value that was encoded; every sequence as a tuple.

    Raises
    ------
    ValueError
        for what `encode` does not write.
    """
    if isinstance(data, list):
        return tuple(decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    try:
        ((name, content),) = data.items()
        if name == "float":
            return float(content)
        if name == "dict":
            return {key: decode(item) for key, item in content.items()}
        if name in _ERRORS:
            return _ERRORS[name](str(content))
        kind = _KINDS[name]
        if issubclass(kind, Enum):
            return kind(content)
        return kind(**{key: decode(item) for key, item in content.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{str(data)[:60]} is no result of a chunk") from error


_ERRORS = {"MissingTool": MissingTool, "CheckFailed": CheckFailed}
