"""What granian serves, in a process that does nothing else."""

from . import database, parent
from .gateway import application

__all__ = ["application"]

database.wait_briefly()
parent.end_with_it()

from . import shared  # noqa: E402 - its models need a Django that is set up

shared.watch.begin()
