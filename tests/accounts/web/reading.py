"""Reading what was answered."""

import re


def found(pattern: str, text: object) -> str:
    """The first group of the first match; fails where there is none."""
    match = re.search(pattern, str(text))
    assert match is not None, f"no {pattern}"
    return match[1]
