"""Values to text. A format is a module with `findings`, `plan` and `outcomes`, each of which returns a string."""

from __future__ import annotations

from types import ModuleType

from campaignctl.render import json, text

#: The formats by name; the command line offers exactly these.
FORMATS: dict[str, ModuleType] = {"text": text, "json": json}
