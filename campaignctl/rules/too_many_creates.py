"""One run would create more new campaigns than `policy.max_creates`.

Why: a generator that runs wild, a folder that is copied, ids that are renamed all look like many new
campaigns, and each of them texts people. No hand writes a hundred in one go, so a hundred is the limit unless
campaignctl.yaml says otherwise. `plan` and `apply` look for this; `lint` does not know the state.

Fix: look at what is new and whether it is meant. Plan it in smaller pieces, set the limit that suits the team
(`policy: { max_creates: 300 }`), or say it for this run: `campaignctl apply --allow too-many-creates`.
"""

from campaignctl.findings import Severity

CODE = "CC802"
NAME = "too-many-creates"
SEVERITY = Severity.ERROR
