"""A file of the campaigns folder cannot be read.

Why: a campaign that is not read is not checked, and would be missing from the plan without a word.
Symbolic links that leave the folder are not followed: a pull request could show any file of the
machine that way.

Fix: make it a regular file inside the folder that you may read.
"""

from campaignctl.findings import Severity

CODE = "CC005"
NAME = "file-unreadable"
SEVERITY = Severity.ERROR
