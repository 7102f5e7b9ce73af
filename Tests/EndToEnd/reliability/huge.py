#!/usr/bin/env python3
"""Huge files go the whole way, and no more of them is sent than was said.

    huge.py SHALE [--sparse 100]

Files of 4 GiB and one byte less and more, and a sparse file of so many GiB with data at its ends,
are added, committed, pushed and cloned, and each is compared with its SHA-256. Then some bytes in
the middle of one of them change: what `push --dry-run` says, what `push` says and what the remote
grows by are compared. Peak memory of every command is printed.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

GIB = 1 << 30
MEMORY_LIMIT = 256 << 20


class Check:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def that(self, holds, sentence):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        print(f"{'ok    ' if holds else 'FAILED'} {sentence}", flush=True)


def sparse_file(path, size, seed):
    """A file of `size` bytes: holes, and a mebibyte of noise at its start, middle and end."""
    draw = random.Random(seed)
    with open(path, "wb") as file:
        file.truncate(size)
        for place in (0, size // 2, size - (1 << 20)):
            file.seek(place)
            file.write(draw.randbytes(1 << 20))


def sha256(path):
    output = subprocess.run(["sha256sum", path], check=True, stdout=subprocess.PIPE).stdout
    return output[:64].decode()


def size_of(directory):
    files = (path for path in pathlib.Path(directory).rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shale")
    parser.add_argument("--sparse", type=int, default=100, help="size of the sparse file in GiB")
    options = parser.parse_args()
    shale = os.path.abspath(options.shale)
    check = Check()
    with tempfile.TemporaryDirectory(prefix="shale-huge-") as place:
        environment = {"HOME": place, "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
        project = os.path.join(place, "project")

        def run(*words, cwd=project):
            """Runs a command, tells its time and peak memory, and gives its output."""
            start = time.monotonic()
            process = subprocess.Popen(
                words, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            output, errors = process.communicate()
            if process.returncode:
                sys.exit(f"{' '.join(words)}\n{errors.decode()}")
            return output, time.monotonic() - start

        def measured(*words, cwd=project):
            """Runs Shale below `time`, and checks its memory."""
            log = os.path.join(place, "memory")
            output, seconds = run(
                "/usr/bin/env", "python3", "-c", MEASURE, log, shale, *words, cwd=cwd)
            peak = int(pathlib.Path(log).read_text()) * 1024
            check.that(
                peak <= MEMORY_LIMIT,
                f"{' '.join(words[:1])}: {seconds:.1f} s, {peak / (1 << 20):.0f} MiB at most")
            return output

        os.mkdir(project)
        run("git", "init", "-q")
        run("git", "config", "user.name", "Ada Example")
        run("git", "config", "user.email", "ada@example.com")
        run("git", "config", "--global", "user.name", "Ada Example")
        run("git", "config", "--global", "user.email", "ada@example.com")
        run(shale, "init", "-q")
        sizes = {"one-less.bin": 4 * GIB - 1, "exact.bin": 4 * GIB, "one-more.bin": 4 * GIB + 1}
        if options.sparse:
            sizes["sparse.bin"] = options.sparse * GIB
        for seed, (name, size) in enumerate(sizes.items()):
            sparse_file(os.path.join(project, name), size, seed)
        measured("add", *sizes)
        oids = {}
        for name in sizes:
            text = pathlib.Path(project, name + ".shale").read_text()
            oids[name] = text.split("sha256:")[1][:64]
            if name != "sparse.bin":
                found = sha256(os.path.join(project, name))
                check.that(found == oids[name], f"{name}: the oid is its SHA-256")
        run("git", "add", "--all")
        measured("commit", "-q", "-m", "huge")
        remote = os.path.join(place, "remote")
        measured("remote", "add", "origin", remote)
        measured("push", "-q")
        run("git", "add", "--all")
        run("git", "commit", "-q", "--allow-empty", "-m", "remote")
        measured("clone", "-q", project, "clone", cwd=place)
        for name, size in sizes.items():
            path = os.path.join(place, "clone", name)
            check.that(os.stat(path).st_size == size, f"{name}: {size} bytes after a clone")
            check.that(sha256(path) == oids[name], f"{name}: the same SHA-256 after a clone")

        # An edit of a few bytes, and what is said, sent and kept for it.
        with open(os.path.join(project, "exact.bin"), "r+b") as file:
            file.seek(3 * GIB + 17)
            file.write(b"an edit of a few bytes")
        measured("add", "-q", *sizes)
        measured("commit", "-q", "-m", "edit")
        before = size_of(remote)
        planned = json.loads(measured("push", "--dry-run", "--json"))["result"]["bytes"]
        sent = json.loads(measured("push", "--json"))["result"]["bytes"]
        grown = size_of(remote) - before
        check.that(planned == sent, f"what was to be sent is what was sent: {sent} bytes")
        check.that(sent < 1 << 20, "an edit of a few bytes sends less than 1 MiB")
        check.that(
            sent <= grown <= sent + (64 << 10), f"the remote grew by what was sent: {grown} bytes")
        start = time.monotonic()
        measured("add", "-q", *sizes)
        again = time.monotonic() - start
        check.that(again < 2, f"`add` of all of them reads nothing again: {again:.2f} s")
    print(f"{check.passed} passed, {check.failed} failed")
    sys.exit(check.failed > 0)


# Runs the rest of its arguments, and writes their peak memory in KiB.
MEASURE = """
import os, resource, sys
status = os.spawnv(os.P_WAIT, sys.argv[2], sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""

if __name__ == "__main__":
    main()
