"""What the listing after the last create has shown: values for the report."""

from __future__ import annotations

from dataclasses import dataclass

from campaignctl import controls
from campaignctl.model import Remote


@dataclass(frozen=True, kw_only=True, slots=True)
class Several:
    """A token that more than one campaign at Exotel holds."""

    id: str
    token: str
    sid: str  #: the one that the state knows
    campaigns: tuple[Remote, ...]  #: all of them; the state's first

    @property
    def awake(self) -> tuple[Remote, ...]:
        """Those besides the state's that may send, or have sent."""
        return tuple(
            one for one in self.campaigns if one.sid != self.sid and not controls.settled(one.status)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What one listing showed. `error`: the list could not be had, and nothing is known."""

    checked: int
    once: int
    missing: tuple[str, ...] = ()  #: ids that Exotel has confirmed and does not list yet
    absent: tuple[str, ...] = ()  #: of those, ids whose SID Exotel does not know when asked for it
    several: tuple[Several, ...] = ()
    error: str | None = None

    @property
    def alarming(self) -> bool:
        """Whether somebody may be texted twice, or what was confirmed is not there."""
        return bool(self.absent) or any(one.awake for one in self.several)
