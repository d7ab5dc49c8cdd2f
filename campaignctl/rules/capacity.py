"""The account is too slow for all that is to be sent at a time, and a campaign ends before its last people.

Why: the campaigns of one account share its rate (`policy.sms_per_minute`, 300 unless Exotel has raised it:
SMS campaigns, overview). Two campaigns that each fit into their hours may not fit into them together: the one
that starts first sends first, and whoever was not reached by `end_time` gets nothing (FAILED_EXPIRED, 23050).
Nothing in one file shows this, so `plan` and `apply` reckon with all that is new and all that was created.
Lists without `contacts` in registry/lists.yaml do not count; a campaign that is too large by itself has
`schedule-overrun` or `promo-window-overrun`.

Fix: move one of the campaigns that the finding names, end later, or say it for this run:
`campaignctl apply --allow capacity`.
"""

from campaignctl.findings import Severity

CODE = "CC808"
NAME = "capacity"
SEVERITY = Severity.ERROR
