"""The README's picture: real commands on a real folder, their output as one SVG. `make picture` writes it.

The SVG is written by hand. rich's export, the library at hand, loads its font from a foreign host, has one set of
colours and no description; what is left of it after replacing all three is a coordinate for each line.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / ".github/campaignctl.svg"

FILES = ("2035/diwali/diwali-double-points.yaml", "2035/cafes/pakora-week.yaml")
MISTAKE = ("2035/cafes/pakora-week.yaml", "Half price", "half price")
COMMANDS = ("lint", "lint --fix", "plan --sandbox", "apply --sandbox --yes")
TITLE = "campaignctl finds a mistake, mends it, shows a plan and applies it"

#: A terminal of so many columns; pixels of a character, of a line, of the edge.
COLUMNS = 138
WIDTH, HEIGHT, EDGE = 8.4, 20, 16
#: SGR code -> class. The output uses no others.
CLASSES = {"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
STYLE = """\
svg { --back: #ffffff; --edge: #d1d9e0; --text: #1f2328; --dim: #59636e;
      --red: #cf222e; --green: #1a7f37; --yellow: #7d4e00; --cyan: #1b7c83; }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --edge: #3d444d; --text: #e6edf3; --dim: #9198a1;
        --red: #ff7b72; --green: #56d364; --yellow: #e3b341; --cyan: #76e3ea; }
}
rect { fill: var(--back); stroke: var(--edge); }
text { fill: var(--text); white-space: pre; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.bold { font-weight: bold; } .dim { fill: var(--dim); } .red { fill: var(--red); } .green { fill: var(--green); }
.yellow { fill: var(--yellow); } .cyan { fill: var(--cyan); }
"""


def session(folder: Path) -> str:
    """Run the commands in a new campaigns folder and return what a terminal would have shown, colours and all."""
    shutil.copytree(ROOT / "campaigns/registry", folder / "registry")
    for name in ("campaignctl.yaml", *FILES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "campaigns" / name, folder / name)
    name, right, wrong = MISTAKE
    text = (folder / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong), encoding="utf-8")
    return "\n".join(
        f"\x1b[2m$\x1b[0m \x1b[1mcampaignctl {one}\x1b[0m\n{_ran(folder, one)}" for one in COMMANDS
    )


def _ran(folder: Path, words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "campaignctl", *words.split(), "--color", "always"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ran.returncode in (0, 1), ran.stdout
    return ran.stdout


Run = tuple[str, frozenset[str]]  #: a piece of a line, and its classes


def lines(output: str) -> list[list[Run]]:
    """Return the lines of a terminal: pieces with their classes, cut where the terminal is full."""
    found: list[list[Run]] = []
    classes: frozenset[str] = frozenset()
    for line in output.rstrip("\n").split("\n"):
        found.append([])
        room = COLUMNS
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                codes = [one for one in part[2:-1].split(";") if one.strip("0")]
                classes = classes | {CLASSES[one] for one in codes} if codes else frozenset()
                continue
            left = part
            while left:
                if not room:
                    found.append([])
                    room = COLUMNS
                piece, left = left[:room], left[room:]
                room -= len(piece)
                found[-1].append((piece, classes))
    return found


def svg(output: str) -> str:
    """Return the picture of a terminal's output. Its text is text: it can be read aloud, found and copied."""
    rows = lines(output)
    width, height = COLUMNS * WIDTH + 2 * EDGE, len(rows) * HEIGHT + 2 * EDGE
    texts = [
        f'<text x="{EDGE}" y="{EDGE + HEIGHT * number + 15}" textLength="{WIDTH * _length(row):.1f}">{_spans(row)}</text>'
        for number, row in enumerate(rows)
        if row
    ]
    told = re.sub(r"\x1b\[[0-9;]*m", "", output).strip()
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" '
            'aria-labelledby="title desc">'
        ),
        f'<title id="title">{escape(TITLE)}</title>',
        f'<desc id="desc">{escape(told)}</desc>',
        f"<style>\n{STYLE}</style>",
        f'<rect x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1}" rx="8"/>',
        *texts,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _length(row: list[Run]) -> int:
    return sum(len(text) for text, _ in row)


def _spans(row: list[Run]) -> str:
    return "".join(
        f'<tspan class="{" ".join(sorted(classes))}">{escape(text)}</tspan>' if classes else escape(text)
        for text, classes in row
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PICTURE.write_text(svg(session(Path(place) / "campaigns")), encoding="utf-8")
