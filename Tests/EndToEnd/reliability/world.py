"""What the programs of this directory share: a world of its own, real data, and a tally."""

import hashlib
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

KILLED = -signal.SIGKILL


class World:
    """A temporary directory with a home and a git configuration of its own."""

    def __init__(self, shale, place=None):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="shale-stress-", dir=place))
        self.shale = os.path.abspath(shale)
        if not os.access(self.shale, os.X_OK):
            sys.exit(f"'{shale}' is not an executable: run make build")
        hidden = ("GIT_", "SHALE_", "XDG_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        home = self.path("home")
        os.mkdir(home)
        self.env.update(
            HOME=home, LC_ALL="C.UTF-8", TZ="UTC", GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0")
        for name, value in (
            ("user.name", "Ada Example"), ("user.email", "ada@example.com"),
            ("init.defaultBranch", "main"), ("advice.detachedHead", "false"),
            ("gc.auto", "0"), ("safe.directory", "*"),
        ):
            self.git(self.root, "config", "--global", name, value)
        words = self.run(self.root, "help").stdout.split()
        self.commands = {word.decode() for word in words}

    def path(self, *names):
        return os.path.join(self.root, *names)

    def run(self, directory, *words, wait=True, program=None):
        """Runs the program in a process group of its own; its output is kept."""
        process = subprocess.Popen(
            [program or self.shale, *words], cwd=directory, env=self.env, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if not wait:
            return process
        out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def must(self, directory, *words):
        """Runs the program, which has to succeed."""
        result = self.run(directory, *words)
        if result.returncode != 0:
            raise Failure(f"shale {' '.join(words)}: {result.returncode}: {text(result)}")
        return result

    def git(self, directory, *words):
        result = subprocess.run(
            ["git", *words], cwd=directory, env=self.env, stdin=subprocess.DEVNULL,
            capture_output=True)
        if result.returncode != 0:
            raise Failure(f"git {' '.join(words)}: {result.returncode}: {text(result)}")
        return result.stdout.decode().strip()

    def leave(self):
        if os.environ.get("KEEP_WORLD"):
            print(f"kept: {self.root}")
            return
        subprocess.run(["chmod", "-R", "u+rwX", self.root], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.root, ignore_errors=True)


class Failure(Exception):
    """Something that Shale promises did not hold."""


class Tally:
    """Checks that held, and those that did not, each told when it is made."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def that(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {sentence}", flush=True)
        return bool(holds)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def text(result):
    said = (result.stderr or b"") + (result.stdout or b"")
    return said.decode(errors="replace").strip()[-600:]


def end_group(process):
    """Kills all that a process has started, and waits until none of it is left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()
    wait_for_group(process.pid)


def wait_for_group(group):
    """Waits for what a killed process has started, such as a git that goes on for a moment."""
    for _ in range(2_000):
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.005)
    raise Failure(f"processes of group {group} do not end")


def clear_git_lock(repository):
    """Removes what a killed git has left, as a person would; says whether there was any."""
    found = False
    for name in ("index.lock", "HEAD.lock", "refs/heads/main.lock", "config.lock"):
        path = os.path.join(repository, ".git", name)
        if os.path.exists(path):
            os.remove(path)
            found = True
    return found


# -- Data

def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest(root, *names):
    """The SHA-256 of every file below some names, by path. What Shale writes under a temporary name
    is no file of the user's."""
    found = {}
    for name in names:
        top = os.path.join(root, name)
        if os.path.isfile(top):
            found[name] = digest(top)
        for folder, _, files in os.walk(top):
            for file in files:
                if file.startswith(".shale-tmp-"):
                    continue
                path = os.path.join(folder, file)
                found[os.path.relpath(path, root)] = digest(path)
    return found


def difference(found, expected):
    """Says which files differ between two manifests."""
    paths = sorted(p for p in {*found, *expected} if found.get(p) != expected.get(p))
    return f"{len(paths)} files differ: {', '.join(paths[:4])}"


def weights(path, size, seed):
    """A file laid out like safetensors: a length, a header of JSON, and small random floats."""
    draw = random.Random(seed)
    header = b'{"w":{"dtype":"BF16","shape":[%d],"data_offsets":[0,%d]}}' % (size // 2, size)
    block = b"".join(
        struct.pack("<f", draw.gauss(0, 0.02))[2:] for _ in range(1 << 19))
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        written = 0
        while written < size:
            # Equal blocks would be stored once: each is turned by another value.
            key = draw.getrandbits(8)
            part = bytes(block) if key == 0 else block.translate(bytes(b ^ key for b in range(256)))
            file.write(part[: size - written])
            written += len(part)


def table(path, rows, seed):
    draw = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,name,value\n")
        for row in range(rows):
            file.write(f"{row},name-{draw.randrange(5_000)},{draw.random():.6f}\n")


def edit(path, draw, spots=3):
    """Changes some bytes of a file, and sometimes its length."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        for _ in range(spots):
            file.seek(draw.randrange(max(1, size)))
            file.write(draw.randbytes(draw.randrange(1, 400)))
        if draw.random() < 0.2:
            file.seek(0, os.SEEK_END)
            file.write(draw.randbytes(draw.randrange(1, 4_000)))
