"""JSON by the contract: `version` 1, every field named here, lines and columns from 1 in code points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from campaignctl.findings import Finding, Severity
from campaignctl.model import Action, LintResult, Outcome, Plan

VERSION = 1


def _dumps(data: Mapping[str, Any]) -> str:
    # `##[` would start a command in some CI logs; inside a JSON string its escape says the same.
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##[", "\\u0023#[")


def findings(result: LintResult) -> str:
    """Return the lint report."""
    errors = sum(one.severity is Severity.ERROR for one in result.findings)
    return _dumps(
        {
            "version": VERSION,
            "findings": [_finding(one) for one in result.findings],
            "summary": {
                "files": result.files,
                "campaigns": len(result.campaigns),
                "errors": errors,
                "warnings": len(result.findings) - errors,
            },
        }
    )


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.value,
        "message": one.message,
        "path": one.path,
        "line": one.region.line,
        "column": one.region.column,
        "end_line": one.region.end_line,
        "end_column": one.region.end_column,
        "pointer": one.pointer,
        "campaign": one.campaign,
    }


def plan(the_plan: Plan, summary: Mapping[str, int]) -> str:
    """Return the plan; `plan --out` writes the same."""
    return _dumps(
        {
            "version": VERSION,
            "plan_id": the_plan.plan_id,
            "digest": the_plan.digest,
            "project": the_plan.project,
            "base": {"lineage": the_plan.lineage, "serial": the_plan.serial},
            "created_at": the_plan.created_at,
            "expires_at": the_plan.expires_at,
            "actions": [_action(one) for one in the_plan.actions],
            "findings": [_finding(one) for one in the_plan.findings],
            "summary": dict(summary),
        }
    )


def _action(one: Action) -> dict[str, Any]:
    return {
        "action": one.action.value,
        "id": one.id,
        "name": one.name,
        "token": one.token,
        "path": one.path,
        "reason": one.reason,
        "payload": one.payload,
        "segments": one.segments,
        "recipients": one.recipients,
        "changes": [
            {"field": change.field, "before": change.before, "after": change.after} for change in one.changes
        ],
    }


def outcomes(plan_id: str, results: Sequence[Outcome], summary: Mapping[str, int]) -> str:
    """Return the report of an apply."""
    return _dumps(
        {
            "version": VERSION,
            "plan_id": plan_id,
            "outcomes": [
                {
                    "id": one.id,
                    "outcome": one.outcome.value,
                    "sid": one.sid,
                    "http_status": one.http_status,
                    "request_id": one.request_id,
                    "error": one.error,
                }
                for one in results
            ],
            "summary": dict(summary),
        }
    )
