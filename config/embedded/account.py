"""Under whose name the embedded server runs. PostgreSQL refuses to be root.

So a Planwright that runs as root starts it as the owner of the data, else as `nobody`, and gives it one
capability more: to read past folders that only root may enter. Then neither the data folder nor the
programs need to lie where everybody may look, and no folder's mode is changed.
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.processes import tether

# linux/capability.h, linux/prctl.h, linux/securebits.h
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 28, 47, 2
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522
_NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """A user and group id; `None` stands for the account that runs this process."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def for_data(*folders: Path) -> Account | None:
    """Who runs the server for data in these folders: as root the first owner that is not root."""
    if os.geteuid() != 0:
        return None
    for folder in folders:
        if folder.exists() and folder.stat().st_uid != 0:
            return Account(folder.stat().st_uid, folder.stat().st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(_NOBODY, _NOBODY)
    return Account(nobody.pw_uid, nobody.pw_gid)


def become(account: Account | None, on_parents_death: signal.Signals | None = None) -> Callable[[], None]:
    """What a new process runs before its program: take the account, keep files private, follow its parent."""
    parent = os.getpid()

    def prepare() -> None:
        os.umask(0o077)
        if account is not None:
            _drop_to(account)
        if on_parents_death is not None:
            tether.follow(parent, on_parents_death)  # last: a change of account forgets it

    return prepare


def _drop_to(account: Account) -> None:
    capability = _reading_capability() if sys.platform == "linux" else None
    libc = ctypes.CDLL(None, use_errno=True)
    if capability is not None:
        # Without it the kernel would take the capability away in setuid() and again in access(2).
        libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if capability is not None:
        _keep_only(libc, capability)


def _reading_capability() -> int | None:
    """The smaller of the two that let a process into any folder, of those that we have ourselves."""
    status = Path("/proc/self/status").read_text()
    permitted = int(status.split("CapPrm:")[1].split()[0], 16)
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if permitted & 1 << capability:
            return capability
    return None


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Drop every capability but this one, and let it pass to the programs that are started."""
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; low, high word
    if libc.capset(header, sets) == 0:
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)
