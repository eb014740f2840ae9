"""E-mail addresses: as the id of a user, where they say too much, and anywhere in a text."""

import re

EMAIL = re.compile(r"[\w.+%'~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")


def is_email(text: str | None) -> bool:
    """Whether the whole text is an e-mail address."""
    return text is not None and "@" in text and len(text) < 400 and EMAIL.fullmatch(text) is not None
