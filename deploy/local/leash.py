"""Leash: replaces itself by a program that the kernel ends by SIGNAL when the starting process (PARENT_PID) ends.

    python -I -S leash.py PARENT_PID SIGNAL USER PROGRAM [ARG ...]

The leash is a program of its own, because code between fork and exec of a threaded parent may hang. The process id
stays the same, so the parent signals and waits for PROGRAM itself.

If this process is root and USER is not "-", the program runs as USER, for programs that refuse root. Of root's
capabilities only CAP_DAC_OVERRIDE stays: a checkout below a private home directory then works without opening it.

Exit status 126: USER cannot reach or run the program.
"""

import ctypes
import os
import signal
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 28, 47, 2
CAP_DAC_OVERRIDE = 1
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    """Put on the leash, take on the user, and execute the program."""
    parent, death_signal, user = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    libc = ctypes.CDLL(None, use_errno=True)
    if user != "-" and os.geteuid() == 0:
        _become(libc, user)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent ended before the leash was on, so the kernel will send no signal.
    if os.getppid() != parent:
        sys.exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if not os.access(sys.argv[4], os.X_OK):
        print(f"{user if user != '-' else 'this user'} cannot reach {sys.argv[4]}", file=sys.stderr)
        sys.exit(126)
    os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606  (no shell is wanted)


def _become(libc: ctypes.CDLL, user: str) -> None:
    import pwd

    account = pwd.getpwnam(user)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    # initdb looks for its programs by access(2), which ignores a non-root user's capabilities unless this bit is set.
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    mask = 1 << CAP_DAC_OVERRIDE
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    data = struct.pack("=IIIIII", mask, mask, mask, 0, 0, 0)
    # Where capset is refused, the program works only if USER may enter the paths anyway.
    if libc.capset(header, data) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    main()
