"""The command line: ``fangxian run``, ``fangxian programme check DIR`` and the rest."""

import os
import sys

import django
from django.core.management import execute_from_command_line
from django.utils import translation

from fangxian.site import logs
from fangxian.site.processes import main as processes
from fangxian.site.processes import words


def main() -> None:
    """Hand over to Django's command runner with Fangxian's settings, in the terminal's language."""
    logs.install()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
    if sys.argv[1:2] == ["run"]:  # starts sooner without Django's applications
        sys.exit(processes.main(sys.argv[2:]))
    django.setup()
    translation.activate(words.language())
    try:
        execute_from_command_line(["fangxian", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
