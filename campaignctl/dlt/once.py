"""Work that several rules ask for one after the other about the same value, done once."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def once(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Return a function that keeps its last answer for as long as it is asked with the same objects.

    By identity, since campaigns and registries hold mappings and cannot be hashed. It holds on to what it was
    asked with, so that an object's place is not taken by another one.
    """
    last: list[tuple[tuple[object, ...], Answer]] = []

    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        if not last or kwargs or not all(map(is_, last[0][0], args)):
            last[:] = [(args, work(*args, **kwargs))]
        return last[0][1]

    return asked
