"""What an earlier revision of the files would send, to say what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from campaignctl import campaigns, documents, project
from campaignctl.documents import Document
from campaignctl.model import Campaign
from campaignctl.profiles import PROFILES
from campaignctl.project import Project


def payloads(
    root: Path, paths: Iterable[str], read: documents.Read, variables: Mapping[str, str]
) -> dict[str, Mapping[str, Any]]:
    """Return what the campaigns of these files would be sent as, by id, with the settings that `read` gives.

    Whatever cannot be read there is left out: it is for comparing, and nothing is created by it.
    """
    then = project.load(root, variables, read)
    found: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        data = read(path, documents.MAX_BYTES)
        if not isinstance(data, bytes):
            continue
        for document in documents.parse(data, path).documents:
            campaign = _campaign(document, then)
            if campaign is not None and campaign.id is not None and then.config is not None:
                found.setdefault(campaign.id, campaigns.payload(campaign, then.config.project))
    return found


def _campaign(document: Document, then: Project) -> Campaign | None:
    data = document.data
    if type(data) is not dict or then.config is None:
        return None
    rendered, problems = project.render_all(data, then.render)
    failed = {str(pointer[0]) for _, pointer, _ in problems}
    inherited = {key: value for key, value in then.defaults.items() if key not in failed}
    profile = PROFILES[then.config.profile]
    return campaigns.build({**inherited, **rendered}, document, then.registry, profile, frozenset())
