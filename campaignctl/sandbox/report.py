"""A campaign's report: one row for each SMS, in the columns of the vendor's SMS reports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from .answers import DIRECTION
from .model import Draft, Message, written

COLUMNS = (
    *("Id", "Direction", "Type", "From", "To", "Body", "Status", "Time", "Price", "ToCircle"),
    *("DetailedStatusCode", "DetailedStatus", "DltEntityId", "DltTemplateId"),
)

_NUMBER = re.compile(r"\+[0-9]+", re.ASCII)


def written_report(draft: Draft, messages: Iterable[Message]) -> bytes:
    """CSV in UTF-8. The ids of DLT end in an apostrophe, as the vendor's do, to stay digits in a spreadsheet."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in messages:
        time = "" if one.sent is None else written(one.sent)
        cells = (
            *(
                one.sid,
                DIRECTION,
                draft.sms_type,
                one.sender_id,
                one.number,
                one.text,
                one.status,
                time,
                "",
                "",
            ),
            *(str(one.code), one.detailed_status, f"{draft.dlt_entity_id}'", f"{draft.dlt_template_id}'"),
        )
        rows.writerow([_inert(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: those start with one of these, or with a tab or line end."""
    if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
