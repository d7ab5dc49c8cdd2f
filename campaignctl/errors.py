"""Exceptions for what stops the work. A finding is never an exception.

CampaignctlError            exit 3: could not
|- UsageError               exit 64: the command line cannot mean what it says
|- ProjectError             no project folder, no campaign files
|  `- NoPathError           nothing is at a path
|- StateError               the state cannot be read, or must not be written
|  `- LockedError           somebody else holds it
|- ExportError              a DLT portal's export, or the registry that it is meant for, cannot be used
|- PlanError                a plan file is damaged, stale, expired or used
|- VendorError              Exotel cannot be reached, or answers what we must not act on
|- ReceiverError            webhooks cannot be received, or not kept
`- UnknownOutcomeError      exit 4: a create may or may not have happened
"""


class CampaignctlError(Exception):
    """What stops a command, in one sentence with the next step; ``exit_code`` follows the design."""

    exit_code = 3


class UsageError(CampaignctlError):
    """The command line asks for something that cannot be done as written."""

    exit_code = 64


class ProjectError(CampaignctlError):
    """There is no campaigns folder here, or nothing in it."""


class ExportError(CampaignctlError):
    """A DLT portal's export cannot be read, or the registry cannot take it."""


class NoPathError(ProjectError):
    """A path of the command line at which nothing is."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: no such file or folder")
        self.path = path


class StateError(CampaignctlError):
    """The state is damaged, newer, of another project, or cannot be written."""


class LockedError(StateError):
    """Another process holds the state's lock."""


class PlanError(CampaignctlError):
    """The plan file does not fit what it would be applied to."""


class VendorError(CampaignctlError):
    """Exotel could not be asked, or its answer cannot be trusted."""


class ReceiverError(CampaignctlError):
    """The address for webhooks, or the file for them, cannot be had."""


class UnknownOutcomeError(CampaignctlError):
    """A create was sent and nobody can say yet whether it happened."""

    exit_code = 4
