"""What a child does between fork and exec: die with its parent, stop being root. Linux, called by `child.py`.

PostgreSQL refuses to run as root, and the checkout of root often lies in a folder that only root may enter. Such a
child becomes `nobody` but keeps CAP_DAC_OVERRIDE as an ambient capability, which also works in a container.
"""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_KEEPCAPS: Final = 8
PR_SET_SECUREBITS: Final = 28
SECBIT_NO_SETUID_FIXUP: Final = 4
"""Without it access(2), by which PostgreSQL looks for its own files, ignores a capability of a user who is not root."""

PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_RAISE: Final = 2
CAP_DAC_OVERRIDE: Final = 1
CAPABILITY_VERSION_3: Final = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySet(ctypes.Structure):
    """The kernel takes two of these: capabilities 0 to 31 and 32 to 63."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


_header = _CapabilityHeader(CAPABILITY_VERSION_3, 0)
_bit = 1 << CAP_DAC_OVERRIDE
_sets = (_CapabilitySet * 2)(_CapabilitySet(_bit, _bit, _bit), _CapabilitySet(0, 0, 0))


@dataclass(frozen=True)
class Account:
    """A user and group of the machine."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """`nobody` when this process is root, None when it is not and no change is needed."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def before_exec(parent: int, death_signal: signal.Signals, account: Account | None) -> Callable[[], None]:
    """The function to run in the child after fork.

    parent        pid of the starting process: when it has died meanwhile, the child ends at once
    death_signal  what the kernel sends to the child when the starting thread ends
    account       whom to become, None to stay
    """

    def prepare() -> None:
        if account is not None:
            _become(account)
        # Last, because a change of user forgets it.
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _become(account: Account) -> None:
    """Without the right to keep the capability the child goes on and can use world-traversable folders only."""
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    _libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    if _libc.capset(ctypes.byref(_header), _sets) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)
