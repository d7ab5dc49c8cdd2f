"""The reasons of a plan's actions, which are no rules: what each means, and what to do."""

from __future__ import annotations

#: Each reason, a page as `explain` shows it.
PAGES = {
    "schedule-lead-time": """The campaign is blocked: its start is past, or less than 10 minutes ahead.

Why: Exotel refuses a create whose schedule.start_time is not at least 10 minutes ahead (Exotel: Create SMS campaign).

Fix: move schedule.start_time and schedule.end_time, and plan again. `policy.fuse` may ask for more notice than that:
see `campaignctl explain start-too-near`.""",
    "incomplete": """The campaign is blocked: nobody can say what would be sent.

Why: a field that Exotel demands is missing or cannot be read, though no rule that runs has said so.

Fix: give all fields in full, and see what `campaignctl lint` says of the file.""",
    "token-duplicated": """Several campaigns at Exotel hold the token of this one.

Why: nobody can say which of them is meant, and each may text the same people.

Fix: pause all but one with `campaignctl stop SID`; archive those that are over. Then `campaignctl adopt ID SID` takes
the one that stays, or `campaignctl resolve ID --adopt SID` where a create of it has no clear answer.""",
    "token-elsewhere": """A campaign at Exotel holds the token of this one, and its name does not end with it.

Why: so it looks after a copy that somebody has made by hand, and it is not taken over by itself.

Fix: if it is the one, `campaignctl adopt ID SID`; else rename it at Exotel.""",
    "sid-taken": """The campaign that holds the token is another one of the state already.

Why: one campaign at Exotel cannot be two here.

Fix: see on Exotel's dashboard which of them it is; `campaignctl state show ID` says what the state knows.""",
    "outcome-unknown": """A create of this campaign was sent, and nobody knows whether it happened.

Why: its answer was lost, or the run ended before it. Sent again, it might text the same people twice, so nothing is
created until this is settled.

Fix: `campaignctl resolve ID`.""",
    "found-by-token": """The campaign is at Exotel already, by the token in its name, and the state does not know it.

Why: the state is lost or older, or a run has ended before it could write.

Fix: nothing. `campaignctl apply` takes it over and creates nothing.""",
    "no-file": """The campaign was created, and no file holds its id any more.

Why: what Exotel has stays there; a file that is deleted stops nothing.

Fix: nothing, or `campaignctl stop ID` to pause it.""",
}
