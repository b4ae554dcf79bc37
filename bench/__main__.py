"""``python -m bench [NAME …]``: every benchmark, or those named, each in a process and a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
KEEP: Final = "FANGXIAN_BENCH_KEEP"
ALL: Final = {
    "decide": "bench.decide_tables",
    "import": "bench.importing",
    "record": "bench.recording",
    "singles": "bench.singles",
    "turn": "bench.turn",
    "pages": "bench.pages",
    "areas": "bench.areas",
}


def main(wanted: list[str]) -> int:
    """0 when every one ran to its end."""
    unknown = set(wanted) - ALL.keys()
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. Choose from: {', '.join(ALL)}", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted or ALL:
        failed |= _run(ALL[name], f"bench_{name}")
    if KEEP not in os.environ:
        failed |= _run("bench.full", "bench_full")  # the copy that the two at full size shared
    return 1 if failed else 0


def _run(module: str, database: str) -> int:
    environment = {KEEP: "1", **os.environ, "FANGXIAN_DATABASE": database, "FANGXIAN_BENCH_DB": database}
    return subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
