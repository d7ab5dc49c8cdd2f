"""A new campaign has no schedule, and starts the moment it is created.

Why: nothing lies between the create and the first SMS, so a mistake, or a second campaign by mistake, cannot
be paused in time. It takes two to agree: `policy.allow_immediate: true` in campaignctl.yaml, and the word of
whoever runs it. `plan` and `apply` look for this.

Fix: give the campaign a schedule, or say it for this run: `campaignctl apply --allow immediate-start`.
"""

from campaignctl.findings import Severity

CODE = "CC806"
NAME = "immediate-start"
SEVERITY = Severity.ERROR
