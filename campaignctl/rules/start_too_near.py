"""A new campaign starts so soon that a mistake could not be paused before the first SMS.

Why: Exotel has no way to take a message back, and a campaign can be paused until it starts. Between the run
and the start there must be time to look at what was created: half an hour, unless `policy.fuse` says
otherwise. Exotel's own ten minutes' notice stays whatever is set. `plan` and `apply` look for this, and
`apply` looks once more before each create.

Fix: move the start, set another time (`policy: { fuse: 20m }`), or say it for this run:
`campaignctl apply --allow start-too-near`.
"""

from campaignctl.findings import Severity

CODE = "CC805"
NAME = "start-too-near"
SEVERITY = Severity.ERROR
