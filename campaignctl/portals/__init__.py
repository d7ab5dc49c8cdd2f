"""What DLT portals and SMS providers export, read as proposals for registry/templates.yaml.

`tables` makes a table of the bytes, `columns` knows which column is what, `meanings` what a cell says,
`rows` makes the proposals, and `merging` holds them against what the registry has.
"""

from __future__ import annotations
