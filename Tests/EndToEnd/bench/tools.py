"""What each tool calls the operations that are measured.

A tool works in `repo`, with the data in `repo/data`. A command is a list, or a text for the shell;
`None` says that the tool has no such operation.
"""

import os
import shutil
import subprocess


class Tool:
    name = ""
    operations = {}
    store = ".git"
    # Whether it keeps what git pushes and clones, and has a remote for the data.
    has_clones = True
    # With more files it takes hours, or does nothing of its own.
    most_files = 10**9
    # What `push` fills, from the directory above `repo`.
    remote = "remote"

    def __init__(self, program):
        self.program = program

    def setup(self):
        return []

    def command(self, operation):
        text = self.operations.get(operation)
        return text.format(program=self.program) if text else None

    def store_paths(self, repo):
        return [os.path.join(repo, self.store)]


class Shale(Tool):
    name = "shale"
    store = ".git/shale/store"
    operations = {
        "version": "{program} version",
        "add": "{program} add data",
        "commit": "{program} commit -q -m one",
        "status": "{program} status",
        "status touched": "{program} status",
        "add again": "{program} add data",
        "commit again": "{program} commit -q -m two",
        "checkout v1": "{program} checkout -q HEAD~1",
        "checkout v2": "{program} checkout -q main",
        "v1 again": "{program} checkout -q HEAD~1",
        "v2 again": "{program} checkout -q main",
        "full checkout": "{program} checkout -q",
        "push": "{program} push -q bench HEAD~1",
        "push again": "{program} push -q bench",
        "clone": "{program} clone -q code.git clone",
        "fsck": "{program} fsck -q",
        "gc": "{program} gc -q",
    }

    def setup(self):
        return [
            "git init -q -b main",
            f"{self.program} init",
            f"{self.program} remote add bench $(cd .. && pwd)/remote",
            "git add -A && git commit -q --allow-empty -m start",
        ]


class ShaleLinks(Shale):
    """With names of read-only whole files instead of copies, which only large files have."""

    name = "shale, hard links"
    most_files = 9

    def setup(self):
        return super().setup() + ["git config shale.link hardlink"]


class DVC(Tool):
    name = "dvc"
    store = ".dvc/cache"
    operations = {
        "version": "{program} version",
        "add": "{program} add -q data",
        "commit": "git add -A && git commit -q -m one",
        "status": "{program} status",
        "status touched": "{program} status",
        "add again": "{program} add -q data",
        "commit again": "git add -A && git commit -q -m two",
        "checkout v1": "git checkout -q HEAD~1 && {program} checkout -q",
        "checkout v2": "git checkout -q main && {program} checkout -q",
        "v1 again": "git checkout -q HEAD~1 && {program} checkout -q",
        "v2 again": "git checkout -q main && {program} checkout -q",
        "full checkout": "{program} checkout -q",
        "push": "git checkout -q HEAD~1 && {program} push -q && git checkout -q main",
        "push again": "{program} push -q",
        "clone": "git clone -q code.git clone && cd clone && {program} pull -q",
    }

    def setup(self):
        return [
            "git init -q -b main",
            f"{self.program} init -q",
            f"{self.program} config core.analytics false",
            f"{self.program} config core.check_update false",
            f"{self.program} remote add -q -d bench $(cd .. && pwd)/remote",
            "git add -A && git commit -q --allow-empty -m start",
        ]


class DVCLinks(DVC):
    name = "dvc, hard links"

    def setup(self):
        return super().setup() + [
            f"{self.program} config cache.type hardlink",
            "git commit -qam links",
        ]


class GitLFS(Tool):
    name = "git-lfs"
    remote = "code.git/lfs"
    store = ".git/lfs"
    operations = {
        "version": "git lfs version",
        "add": "git add data",
        "commit": "git commit -q -m one",
        "status": "git status",
        "status touched": "git status",
        "add again": "git add -A data",
        "commit again": "git commit -q -m two",
        "checkout v1": "git checkout -q HEAD~1",
        "checkout v2": "git checkout -q main",
        "full checkout": "git checkout -q -- data",
        "push": "git push -q origin HEAD~1:refs/heads/main",
        "push again": "git push -q origin main",
        "clone": "git clone -q file://$PWD/code.git clone",
        "fsck": "git lfs fsck",
    }

    def setup(self):
        return [
            "git init -q -b main",
            "git lfs install --local",
            "git lfs track 'data/**'",
            "git remote add origin file://$(cd .. && pwd)/code.git",
            "git add -A && git commit -q --allow-empty -m start",
        ]


class Restic(Tool):
    """It keeps backups: `status` is a dry run, and a restore fills an empty directory."""

    name = "restic"
    has_clones = False
    store = "restic"
    operations = {
        "version": "{program} version",
        "add": "{program} -q -r restic backup data --tag one",
        "status": "{program} -q -r restic backup data --dry-run",
        "add again": "{program} -q -r restic backup data --tag two",
        "full checkout": "{program} -q -r restic restore latest --target .",
        "fsck": "{program} -q -r restic check",
    }

    def setup(self):
        return [f"{self.program} -q -r restic init"]


class Borg(Tool):
    """It keeps backups, here without encryption; a restore fills an empty directory."""

    name = "borg"
    has_clones = False
    store = "borg"
    operations = {
        "version": "{program} --version",
        "add": "{program} create borg::one data",
        "add again": "{program} create borg::two data",
        "full checkout": "{program} extract borg::two",
        "fsck": "{program} check borg",
    }

    def setup(self):
        return [f"{self.program} init -e none borg"]


class GitAnnex(Tool):
    name = "git-annex"
    most_files = 20_000
    has_clones = False
    store = ".git/annex"
    operations = {
        "version": "git annex version --raw",
        "add": "git annex add -q data",
        "commit": "git commit -q -m one",
        "status": "git status",
        "add again": "git annex add -q data",
        "commit again": "git commit -q -a -m two",
        "checkout v1": "git checkout -q HEAD~1",
        "checkout v2": "git checkout -q main",
        "push": "git annex copy -q --to bench",
        "fsck": "git annex fsck -q",
    }

    def setup(self):
        return [
            "git init -q -b main",
            "git annex init -q",
            "mkdir -p ../remote && git annex initremote -q bench type=directory "
            "directory=../remote encryption=none",
            "git config annex.addunlocked true",
        ]


class Oxen(Tool):
    """Through Python, as its package is all that can be had: 0.35 s of each operation is that."""

    name = "oxen"
    has_clones = False
    store = ".oxen"
    operations = {
        "version": "{program} version",
        "add": "{program} add data",
        "commit": "{program} commit one",
        "status": "{program} status",
        "status touched": "{program} status",
        "add again": "{program} add data",
        "commit again": "{program} commit two",
        "checkout v1": "{program} checkout version-one",
        "checkout v2": "{program} checkout main",
        "full checkout": "{program} restore data",
    }

    def setup(self):
        return [f"{self.program} init"]


def peers(cache):
    """The other tools that are installed."""
    programs = os.path.join(cache, "peers", "bin")
    local = os.path.join(programs, "dvc")
    dvc = local if os.access(local, os.X_OK) else shutil.which("dvc")
    found = [DVC(dvc), DVCLinks(dvc)] if dvc else []
    python = os.path.join(programs, "python")
    probe = [python, "-c", "import oxen"]
    if dvc == local and subprocess.run(probe, capture_output=True).returncode == 0:
        driver = os.path.join(os.path.dirname(os.path.realpath(__file__)), "oxen_driver.py")
        found.append(Oxen(f"{python} {driver}"))
    for program, kind in (
        ("git-lfs", GitLFS), ("git-annex", GitAnnex), ("restic", Restic), ("borg", Borg),
    ):
        if shutil.which(program):
            found.append(kind(program))
    return found
