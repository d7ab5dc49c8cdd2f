"""A mandatory key is missing.

Why: Exotel refuses a campaign without its mandatory parameters. A missing schedule is worse, it means
"start now": it is required unless `policy.allow_immediate` is set
(Exotel: Create SMS campaign, parameters).

Fails:

    schedule:
      start_time: "2035-10-20T10:30:00+05:30"

Passes:

    schedule:
      start_time: "2035-10-20T10:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Fix: add the key to the campaign, or to `defaults:` in campaignctl.yaml.
"""

from campaignctl.findings import Severity

CODE = "CC102"
NAME = "missing-key"
SEVERITY = Severity.ERROR
