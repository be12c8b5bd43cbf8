"""Dates as other systems write them."""

from datetime import UTC, datetime


def iso(text: str) -> datetime | None:
    """A moment by ISO 8601, in UTC where it names no zone; None for what is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
