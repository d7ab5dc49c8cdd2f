"""A user name and a password stand in a web address of a file.

Why: campaign files are read by everybody who reviews them, and stay in the history of the repository for
ever. In a text the password would go to every customer. No report shows it.

Fails:

    status_callback: https://kettle:8fh3k2@hooks.example.in/campaign

Passes:

    status_callback: https://hooks.example.in/campaign

Fix: change the password, it is no longer a secret; then let the receiver check the sender's address, or an
unguessable path, in its place. The API key of Exotel comes only from the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from campaignctl.findings import Hit, Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import credentials, masked, quoted

CODE = "CC608"
NAME = "credential-in-file"
SEVERITY = Severity.ERROR
#: The source line is not shown.
SECRET = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each user:password of the callbacks and of the text."""
    for field, text in (
        ("status_callback", campaign.status_callback),
        ("sms_status_callback", campaign.sms_status_callback),
        ("template", campaign.template if campaign.variables is None else None),
    ):
        if text is not None and "@" in text:
            yield from _hits((field,), text)
    for index, text in enumerate(campaign.variables or ()):
        yield from _hits(("variables", index), text)


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each user:password of the settings that campaigns take over, and of the registry."""
    registry = context.registry
    for template in (*registry.templates.values(), *registry.repeated):
        for hit in _hits(("templates", template.index, "text"), template.text):
            yield hit._replace(file="templates")
    for link in registry.links.urls:
        for hit in _hits(("urls", link.index, "url"), link.url):
            yield hit._replace(file="links")
    for alias, one in registry.lists.items():
        for pointer, text in _texts(("lists", alias, "sample"), one.sample):
            for hit in _hits(pointer, text):
                yield hit._replace(file="lists")
    for key, values in (("defaults", context.config.defaults), ("vars", context.config.vars)):
        for pointer, text in _texts((key,), values):
            if key == "defaults" and "{{" in text:  # judged in the campaigns, filled in
                continue
            for hit in _hits(pointer, text):
                yield hit._replace(file="config")


def _texts(pointer: Pointer, value: Any) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts((*pointer, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts((*pointer, index), inner)


def _hits(pointer: Pointer, text: str) -> Iterator[Hit]:
    for start, end in credentials(text):
        scheme = max(text.rfind(mark, 0, start - 3) for mark in (" ", "\n", "\t", '"', "'", "(", "<")) + 1
        shown = quoted(masked(text[scheme:]).split()[0])
        yield Hit(
            pointer,
            f"{shown} holds a user name and a password, which stay in the repository for ever; change the password, "
            "and write the address without it",
            span=(start, end),
        )
