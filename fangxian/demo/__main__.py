"""``python -m fangxian.demo load|reset``."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser

import django


def main() -> int:
    """Load the demo county into an empty database, or throw a demo away; never anything else."""
    parser = ArgumentParser(prog="python -m fangxian.demo")
    parser.add_argument("do", choices=["load", "reset"])
    parser.add_argument("--scale", type=float, default=1.0, help="fewer residents and travellers, such as 0.05")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
    django.setup()
    from . import load, marker  # noqa: PLC0415  Django comes first
    if given.do == "load":
        load.load(scale=given.scale)
        return 0
    if marker.state() not in (marker.State.HALF, marker.State.LOADED):
        sys.stderr.write("This is no demo: nothing was thrown away.\n")
        return 1
    marker.wipe()
    return 0


if __name__ == "__main__":
    sys.exit(main())
