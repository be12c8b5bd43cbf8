"""Backups of the whole site: made and tried while it runs, and put back in one step."""
