"""Numbers that are given to somebody to keep: of a report, of a receipt."""

import secrets

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"  # read out on a telephone: no look-alikes, and no vowels, so no words


def make() -> str:
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return "".join([*letters[:4], "-", *letters[4:]])
