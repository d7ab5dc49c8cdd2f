"""What an earlier revision of the files would send, and what its settings are, to say what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl import campaigns, documents, project, registry
from campaignctl.documents import Document
from campaignctl.folder import CONFIG
from campaignctl.model import Campaign
from campaignctl.profiles import PROFILES
from campaignctl.project import Project
from campaignctl.settingsdiff import Files


class Earlier(NamedTuple):
    """An earlier revision of a folder."""

    payloads: Mapping[str, Mapping[str, Any]]  #: what its campaigns would be sent as, by id
    settings: Files


def earlier(root: Path, paths: Iterable[str], read: documents.Read, variables: Mapping[str, str]) -> Earlier:
    """Return what `read` gives of a folder's settings, and of the campaigns of the files at `paths` with them.

    Whatever cannot be read there is left out: it is for comparing, and nothing is created by it.
    """

    def is_there(path: Path) -> bool:
        return isinstance(read(path, documents.MAX_REGISTRY_BYTES), bytes)

    then = project.load(root, variables, read, is_there)
    found: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        data = read(path, documents.MAX_BYTES)
        if not isinstance(data, bytes):
            continue
        for document in documents.parse(data, path).documents:
            campaign = _campaign(document, then)
            if campaign is not None and campaign.id is not None and then.config is not None:
                found.setdefault(campaign.id, campaigns.payload(campaign, then.config.project))
    there = [name for name, file in {"config": CONFIG, **registry.FILES}.items() if is_there(root / file)]
    return Earlier(found, dict.fromkeys(there) | settings(then))


def settings(the_project: Project) -> dict[str, Mapping[str, Any] | None]:
    """Return the data of the settings' files that can be read, as they are written."""
    config = {"config": the_project.document} if the_project.document is not None else {}
    return {name: one.data for name, one in {**config, **the_project.registries}.items()}


def _campaign(document: Document, then: Project) -> Campaign | None:
    data = document.data
    if type(data) is not dict or then.config is None:
        return None
    rendered, problems = project.render_all(data, then.render)
    failed = {str(pointer[0]) for _, pointer, _ in problems}
    inherited = {key: value for key, value in then.defaults.items() if key not in failed}
    profile = PROFILES[then.config.profile]
    return campaigns.build({**inherited, **rendered}, document, then.registry, profile, frozenset())
