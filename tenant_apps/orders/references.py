"""Public references of orders: short, unambiguous to read aloud, not guessable in sequence."""

import secrets

from tenants.models import Agency

# No 0/O, 1/I/L, no vowels: nothing to misread and no words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
LENGTH = 8


def new_reference(agency: Agency) -> str:
    """``LUM-7K3QX9BD``: the agency's first letters and 39 random bits."""
    letters = "".join(char for char in agency.slug.upper() if char.isalpha())[:3]
    return f"{letters}-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
