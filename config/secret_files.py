"""Secrets that Planwright makes for itself when the environment gives none: one file each, 0600."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def secret_key(data_dir: Path) -> str:
    return _kept(data_dir / "secret.key", secrets.token_urlsafe(50))


def encryption_keys(data_dir: Path) -> list[str]:
    return [_kept(data_dir / "encryption.key", Fernet.generate_key().decode())]


def database_password(data_dir: Path) -> str:
    return _kept(data_dir / "postgres.password", secrets.token_urlsafe(24))


def _kept(path: Path, fresh: str) -> str:
    """The file's content; on first use `fresh` is written there, whole or not at all."""
    try:
        return _read_or_write(path, fresh)
    except PermissionError as error:
        raise SystemExit(
            f"DATA_DIR is wrong: {error.filename} is not ours. Run Planwright as the user who made it, "
            "or name another folder"
        ) from None


def _read_or_write(path: Path, fresh: str) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(fresh)
        try:
            os.link(draft, path)  # the first of two starts wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
