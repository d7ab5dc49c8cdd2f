"""`campaignctl stop`."""

from __future__ import annotations

from campaignctl.commands import actions

command = actions.make("stop")
