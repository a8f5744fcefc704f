"""A child of root that must not be root still reaches what lies in root's closed folders, and nothing more."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.embedded.privileges import before_exec, unprivileged_account

LOOK = """
import json, os, sys
path = sys.argv[1]
caps = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff"))
seen = [os.access(path, os.R_OK), open(path).read()]
print(json.dumps([os.getuid(), os.geteuid(), *seen, int(caps, 16), os.getgroups()]))
"""
CAP_DAC_OVERRIDE_ALONE = 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to give up")
def test_nobody_reads_a_file_in_a_closed_folder_with_one_capability_and_without_groups(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("content", encoding="utf-8")
    account = unprivileged_account()
    assert account is not None
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(closed / "file")],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=before_exec(os.getpid(), signal.SIGKILL, account),
    )
    uid = account.uid
    assert json.loads(done.stdout) == [uid, uid, True, "content", CAP_DAC_OVERRIDE_ALONE, []]


@pytest.mark.skipif(os.geteuid() == 0, reason="root is not unprivileged")
def test_who_is_not_root_stays_who_they_are() -> None:
    assert unprivileged_account() is None
