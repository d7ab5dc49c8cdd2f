"""Which campaigns a word on the command line means: an id, a plan, or a SID. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaignctl.errors import ProjectError, UnknownOutcomeError
from campaignctl.model import Remote, State
from campaignctl.words import count, did_you_mean, quoted

#: Characters of a plan's id that are enough to name it.
SHORTEST = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One campaign at Exotel, by our id."""

    id: str
    sid: str
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """One campaign that may or may not exist at Exotel, by our id."""

    id: str
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What a word means: campaigns that are known, and those whose outcome is not."""

    targets: tuple[Target, ...]
    unresolved: tuple[Unclear, ...] = ()
    plan_id: str | None = None
    by_sid: bool = False  #: the word names this very campaign at Exotel, and none of its doubles


def choose(word: str, state: State, *, unclear: bool = False) -> Chosen | None:
    """Return what a word means by the state, an id before a SID before a plan; None if the state has no such.

    Raises UnknownOutcomeError for a campaign that may or may not exist, unless `unclear` ones are asked for;
    ProjectError for a plan that is not told apart from another, or that has created nothing.
    """
    if word in state.campaigns:
        return Chosen(targets=(_target(state, word),))
    if word in state.intents and unclear:
        return Chosen(targets=(), unresolved=(_unclear(state, word),))
    if word in state.intents:
        raise UnknownOutcomeError(
            f"whether {word} exists at Exotel is unknown; settle it first with `campaignctl resolve {word}`"
        )
    by_sid = [id_ for id_, one in state.campaigns.items() if one.sid == word]
    if by_sid:
        return Chosen(targets=tuple(_target(state, id_) for id_ in sorted(by_sid)[:1]), by_sid=True)
    plan_id = _plan(word, state)
    return _of_plan(plan_id, state) if plan_id else None


def _plan(word: str, state: State) -> str | None:
    known = plans(state)
    if word in known:
        return word
    fitting = sorted(one for one in known if one.startswith(word)) if len(word) >= SHORTEST else []
    if len(fitting) > 1:
        raise ProjectError(
            f"{quoted(word)} begins {len(fitting)} plans ({', '.join(fitting[:3])}); type more"
        )
    return fitting[0] if fitting else None


def _of_plan(plan_id: str, state: State) -> Chosen:
    ids = sorted(id_ for id_, one in state.campaigns.items() if one.plan_id == plan_id)
    tried = sorted(id_ for id_, one in state.intents.items() if one.plan_id == plan_id)
    if not ids and not tried:
        raise ProjectError(f"plan {plan_id} was applied and has created nothing")
    return Chosen(
        targets=tuple(_target(state, id_) for id_ in ids),
        unresolved=tuple(_unclear(state, id_) for id_ in tried),
        plan_id=plan_id,
    )


def _unclear(state: State, id_: str) -> Unclear:
    return Unclear(id=id_, token=state.intents[id_].token)


def _target(state: State, id_: str) -> Target:
    entry = state.campaigns[id_]
    return Target(id=id_, sid=entry.sid, token=entry.token)


def plans(state: State) -> frozenset[str]:
    """Return every plan that the state has heard of."""
    made = (one.plan_id for one in state.campaigns.values())
    tried = (one.plan_id for one in state.intents.values())
    return frozenset(one for one in (*state.used_plans, *made, *tried) if one)


def could_be_sid(word: str) -> bool:
    """Return whether Exotel may be asked for a word: its SIDs have 32 or 36 letters and digits."""
    return len(word) >= 16 and word.isascii() and word.replace("-", "").replace("_", "").isalnum()


def ours(hit: Remote, tokens: Mapping[str, str]) -> Target:
    """Return a campaign that Exotel has and the state has not, by the token in its name.

    `tokens` are those of this project with their ids. Raises ProjectError for a name that holds none.
    """
    for token, id_ in tokens.items():
        if token in hit.name:
            return Target(id=id_, sid=hit.sid, token=token)
    raise ProjectError(
        f"{quoted(hit.sid)} is a campaign at Exotel, but none of this project: its name {quoted(hit.name)} holds "
        "no token of ours; use Exotel's dashboard"
    )


def unheard(word: str, state: State, ids: Iterable[str] = ()) -> ProjectError:
    """Return what to say of a word that nobody knows; `ids` are those of the files."""
    known = dict.fromkeys((*state.campaigns, *state.intents))
    if word in set(ids):
        return ProjectError(f"{quoted(word)} was never created; `campaignctl plan` shows what would be")
    close = did_you_mean(word, [*known, *plans(state), *(one.sid for one in state.campaigns.values())])
    guess = f"; did you mean {quoted(close)}?" if close else ""
    return ProjectError(
        f"{quoted(word)} is no campaign, no plan and no SID that the state knows ("
        f"{count(len(known), 'campaign')}, {count(len(plans(state)), 'plan')}){guess}"
    )
