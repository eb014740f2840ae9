"""Secrets at rest, under the keys of ENCRYPTION_KEYS: the first one encrypts, any of them decrypts."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecipherable(Exception):
    """No key of ENCRYPTION_KEYS fits."""


def encrypt(secret: str) -> bytes:
    return _keys().encrypt(secret.encode())


def decrypt(stored: bytes | memoryview) -> str:
    """The secret. Raises Undecipherable."""
    try:
        return _keys().decrypt(bytes(stored)).decode()
    except InvalidToken:
        raise Undecipherable("None of the ENCRYPTION_KEYS fits what is stored.") from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
