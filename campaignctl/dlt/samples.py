"""A text with the sample row of its list filled in, and where each character of it comes from."""

from __future__ import annotations

from typing import NamedTuple

from campaignctl.dlt import links
from campaignctl.model import Campaign
from campaignctl.sms import COLUMN


class Sampled(NamedTuple):
    """A text with what is known of its @@columns filled in."""

    text: str
    places: tuple[tuple[int, int], ...]  #: for each character the piece of the campaign's text it comes from
    known: int  #: characters up to the first column whose value is not known
    row: str | None  #: the list whose sample row was used; None: nothing was filled in

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the piece of the campaign's text that text[start:end] comes from."""
        return self.places[start][0], self.places[end - 1][1]

    @property
    def is_known(self) -> bool:
        """Return whether every column has a value."""
        return self.known == len(self.text)


def may_hold_link(campaign: Campaign) -> bool:
    """Return whether the text, or the sample row that fills it, can hold a link."""
    return links.may_hold(campaign.template or "") is not None or any(
        links.may_hold(value) for value in campaign.sample.values()
    )


def sampled(campaign: Campaign) -> Sampled:
    """Return the campaign's text for the sample row of its list. A column without a value becomes nothing."""
    text = campaign.template or ""
    one = campaign.audience[0] if len(campaign.audience) == 1 else None
    row = campaign.sample
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    end, known, used = 0, -1, False
    for found in COLUMN.finditer(text) if campaign.columns else ():
        pieces.append(text[end : found.start()])
        places += [(place, place + 1) for place in range(end, found.start())]
        value = row.get(found.group(1))
        if value is None:
            known = len(places) if known < 0 else known
        else:
            pieces.append(value)
            places += [found.span()] * len(value)
            used = True
        end = found.end()
    pieces.append(text[end:])
    places += [(place, place + 1) for place in range(end, len(text))]
    name = (one.alias or one.sid) if one is not None and used else None
    return Sampled("".join(pieces), tuple(places), known if known >= 0 else len(places), name)
