#!/usr/bin/env python
"""Django's command line, with this project's settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advice.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # its message names the variable; a traceback would hide it
        sys.exit(f"Not started: {error}")
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell says it


if __name__ == "__main__":
    main()
