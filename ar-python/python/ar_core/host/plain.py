"""Rows of the report as plain JSON values: decimals as text, days as ISO text, JSON text parsed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from ar_core.host.outputs import part

JSON_COLUMNS = frozenset({"params", "context", "alternatives"})
# What a line of the worklist, and what a line of the escalations, has that the decision has not.
OF_WORKLIST = ("rank", "why", "person", "expected_value", "context")
OF_ESCALATION = ("question", "person", "asked_on", "answer_by", "unanswered", "alternatives")


def plain(value: Any) -> Any:
    """A value that JSON can hold, money and days as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return value


def rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a pyarrow table as plain values, with the columns of JSON text parsed."""
    result = []
    for row in table.to_pylist():
        entry = plain(row)
        for column in JSON_COLUMNS & entry.keys():
            if isinstance(entry[column], str):
                entry[column] = json.loads(entry[column])
        result.append(entry)
    return result


def decision_bodies(report: Any) -> list[dict[str, Any]]:
    """Every decision of a report; what waits for a person carries its lines of the worklist and of the escalations too."""
    bodies = rows(part(report, "decisions"))
    for name, columns in (("worklist", OF_WORKLIST), ("escalations", OF_ESCALATION)):
        lines = {row["decision_id"]: row for row in rows(part(report, name))}
        for body in bodies:
            line = lines.get(body["decision_id"], {})
            # Whom the question goes to by name wins over the owner of the customer, whom the worklist has.
            body.update({key: line[key] for key in columns if key in line and not (line[key] is None and key in body)})
    return bodies
