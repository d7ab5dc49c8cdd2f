"""JSON by the contract: `version` 1, every field named here, lines and columns from 1 in code points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from campaignctl.controls import Steered
from campaignctl.findings import Finding, RulePage, Severity
from campaignctl.model import Action, LintResult, Outcome, Plan
from campaignctl.render import pages
from campaignctl.render.drifts import drifts
from campaignctl.verification import Verification

VERSION = 1


def dumps(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return JSON for programs, in ASCII, that no CI log takes for a command."""
    # `##[` would start a command in some CI logs; inside a JSON string its escape says the same.
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##[", "\\u0023#[")


def findings(result: LintResult) -> str:
    """Return the lint report."""
    errors = sum(one.severity is Severity.ERROR for one in result.findings)
    return dumps(
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
    return dumps(
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
            "inputs": {"config": the_plan.inputs.config, "registry": the_plan.inputs.registry},
            "allowed": list(the_plan.allowed),
            "drift": drifts(the_plan.drift) if the_plan.drift is not None else None,
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


def outcomes(
    plan_id: str,
    results: Sequence[Outcome],
    summary: Mapping[str, int],
    verification: Verification | None = None,
) -> str:
    """Return the report of an apply; `verification` is null where nothing was created or adopted."""
    return dumps(
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
            "verification": _verification(verification) if verification is not None else None,
        }
    )


def _verification(one: Verification) -> dict[str, Any]:
    return {
        "checked": one.checked,
        "once": one.once,
        "missing": list(one.missing),
        "absent": list(one.absent),
        "several": [
            {
                "id": double.id,
                "token": double.token,
                "sid": double.sid,
                "campaigns": [
                    {"sid": hit.sid, "status": hit.status, "start_time": hit.start}
                    for hit in double.campaigns
                ],
            }
            for double in one.several
        ],
        "error": one.error,
    }


def steered(action: str, results: Sequence[Steered], summary: Mapping[str, int]) -> str:
    """Return the report of stop, resume, complete or archive."""
    return dumps(
        {
            "version": VERSION,
            "action": action,
            "results": [
                {
                    "id": one.id,
                    "sid": one.sid,
                    "before": one.before,
                    "after": one.after,
                    "outcome": one.outcome.value,
                    "error": one.error,
                }
                for one in results
            ],
            "summary": dict(summary),
        }
    )


def rules(known: Sequence[RulePage]) -> str:
    """Return the rules that lint checks."""
    return dumps({"version": VERSION, "rules": [_rule(one) for one in known]})


def rule(one: RulePage) -> str:
    """Return one rule."""
    return dumps({"version": VERSION, **_rule(one)})


def _rule(one: RulePage) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.value,
        "off": one.off,
        "fixable": one.fixable,
        "family": one.family,
        "summary": pages.summary(one),
        "page": one.page,
    }
