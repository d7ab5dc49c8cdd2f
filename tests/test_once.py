"""Work done once for rules that ask one after the other."""

from __future__ import annotations

from campaignctl.dlt.once import once


def test_the_same_objects_are_worked_on_once_and_others_anew() -> None:
    calls: list[tuple[list[int], list[int]]] = []

    @once
    def both(one: list[int], other: list[int]) -> int:
        calls.append((one, other))
        return len(one) + len(other)

    a, b, c = [1], [2, 3], [1]

    assert [both(a, b), both(a, b), both(a, c), both(a, b), both(c, b)] == [3, 3, 2, 3, 3]
    assert len(calls) == 4
