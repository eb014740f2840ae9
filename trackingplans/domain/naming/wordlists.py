"""Word lists as they are written in this package: one text, words apart by spaces."""


def word_set(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())
