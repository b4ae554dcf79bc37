"""``python -m bench [NAME …]``: every benchmark, or those named, each in a process and a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
ALL: Final = {
    "decide": "bench.decide_tables",
    "import": "bench.importing",
    "record": "bench.recording",
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
        environment = {**os.environ, "FANGXIAN_DATABASE": f"bench_{name}", "FANGXIAN_BENCH_DB": f"bench_{name}"}
        failed |= subprocess.run([sys.executable, "-m", ALL[name]], cwd=ROOT, env=environment, check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
