"""`campaignctl` and `python -m campaignctl`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from campaignctl import __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line; ends with SystemExit. The version is told without loading anything else."""
    if (sys.argv[1:] if arguments is None else list(arguments)) == ["--version"]:
        try:
            print(f"campaignctl {__version__}", flush=True)
        except (OSError, ValueError):  # full, or closed
            os._exit(3)
        sys.exit(0)
    from campaignctl.door import main as run

    run(arguments)


if __name__ == "__main__":
    main()
