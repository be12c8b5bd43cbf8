"""How long something takes."""

import gc
import time
from collections.abc import Callable
from typing import Any


def seconds(act: Callable[[], Any]) -> float:
    """Of the processor, once: what is kept from call to call would make a second one cheaper.

    Python collects nothing meanwhile. After some thousand tests that alone takes half a second, and falls on whoever
    happens to make the next object.
    """
    gc.disable()
    try:
        began = time.process_time()
        act()
        return time.process_time() - began
    finally:
        gc.enable()
