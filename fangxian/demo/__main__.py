"""``python -m fangxian.demo load|reset``."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser

import django

from fangxian import demo
from fangxian.kernel.errors import Problem


def main() -> int:
    """Load the demo county into an empty database, or throw a demo away; never anything else."""
    parser = ArgumentParser(prog="python -m fangxian.demo")
    parser.add_argument("do", choices=["load", "reset"])
    parser.add_argument("--scale", type=float, default=1.0, help="fewer residents and travellers, such as 0.05")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
    django.setup()
    try:
        if given.do == "load":
            demo.load(scale=given.scale)
        else:
            demo.reset()
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
