#!/usr/bin/env python
"""Planwright's command line. `manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from config.embedded import postgres


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with postgres.available_for(sys.argv):
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
