"""The command line: ``fangxian run``, ``fangxian programme check DIR`` and the rest."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Hand over to Django's command runner with Fangxian's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
    execute_from_command_line(["fangxian", *sys.argv[1:]])


if __name__ == "__main__":
    main()
