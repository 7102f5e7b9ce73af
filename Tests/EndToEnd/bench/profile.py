#!/usr/bin/env python3
"""Shows where the processors' time goes in the large operations.

    profile.py .build/release/shale

Samples of the processors' clock, taken by Linux's `perf` while the operations of W1, W2 and W3 run
once, are counted by what the code under them does. The table goes to docs/performance.md: what is
left of a ratio that misses its target is to be found in it.
"""

import argparse
import os
import re
import shutil
import subprocess

import data
import report
from bench import CACHE, ROOT, environment
from measure import Runner

# The first that fits a sample's library and symbol.
KINDS = [
    ("SHA-256", r"libcrypto"),
    ("compression", r"libz|PlaneSplitting|Compressor|ContentAnalysis"),
    ("chunk edges", r"Chunker|EdgeSearch|BlockCutter|GearTable"),
    ("waiting for locks", r"_lockSlow|pthread_mutex|pthread_cond|lll_lock|futex|rwsem|spin_lock"),
    ("copying, kernel", r"kernel.*(copy_|_copy_|memset|clear_page|memcpy)"),
    ("the rest of the kernel", r"kernel|\[k\]"),
    ("copying", r"memmove|memcpy|memset"),
    ("memory", r"malloc|_int_free|cfree|swift_(retain|release|alloc|dealloc)"),
    ("the rest of Shale", r""),
]
OPERATIONS = [
    ("W1", "add", "{shale} add -q data"), ("W1", "full checkout", "{shale} checkout -q"),
    ("W1", "push", "{shale} push -q bench"), ("W1", "clone", "{shale} clone -q code.git clone"),
    ("W2", "add", "{shale} add -q data"), ("W2", "status", "{shale} status"),
    ("W2", "full checkout", "{shale} checkout -q"),
    ("W3", "add", "{shale} add -q data"), ("W3", "full checkout", "{shale} checkout -q"),
]


def shares(record):
    """The part of the samples that each kind has, in percent."""
    text = subprocess.run(
        ["perf", "report", "-i", record, "--no-children", "-g", "none", "--stdio",
         "--sort", "dso,symbol", "--percent-limit", "0", "-w", "0,0"],
        check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        match = re.match(r"\s*([\d.]+)%\s+(.*)", line)
        if match:
            kind = next(name for name, pattern in KINDS if re.search(pattern, match[2]))
            found[kind] = found.get(kind, 0) + float(match[1])
    return found


def main():
    parser = argparse.ArgumentParser(prog="profile.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--only", default="W1,W2,W3", help="workloads, as W1,W3")
    parser.add_argument("--dir", default=os.path.join(CACHE, "bench"), help="where to work")
    options = parser.parse_args()
    shale, options.dir = os.path.realpath(options.shale), os.path.realpath(options.dir)
    os.makedirs(options.dir, exist_ok=True)
    runner, env = Runner(), environment(options)
    work = os.path.join(options.dir, "profile-work")
    repo, record = os.path.join(work, "repo"), os.path.join(options.dir, "perf.data")
    times = os.path.join(options.dir, "times")
    names = [name for name, _ in KINDS]
    lines = ["| operation | s | processors busy | " + " | ".join(names) + " |",
             "| --- |" + " --: |" * (2 + len(names))]
    current = None
    for name, operation, command in OPERATIONS:
        if name not in options.only.split(","):
            continue
        if name != current:
            current = name
            workload = next(each for each in data.WORKLOADS if each.name == name)
            folder = data.prepare(workload, options.dir, 1, options.scale)
            shutil.rmtree(work, ignore_errors=True)
            os.makedirs(repo)
            for line in (
                f"git init -q --bare -b main {work}/code.git", "git init -q -b main",
                f"{shale} init -q", f"{shale} remote add bench {work}/remote",
                "git add -A && git commit -q -m start", f"git remote add origin {work}/code.git",
                f"cp -r {folder}/v1 data",
            ):
                runner.run(line, repo, env)
            runner.ballast.reserve(6 << 30)
        if operation == "full checkout":
            runner.run(f"{shale} commit -q -m data && rm -r data", repo, env)
        if operation == "clone":
            runner.run("git push -q origin main", repo, env)
        words = command.format(shale=shale)
        # Perf itself takes a second to end, so the command's times are taken within.
        inner = f"TIMEFORMAT='%R %U %S'; {{ time {words} >/dev/null 2>&1; }} 2>{times}"
        runner.run(
            ["perf", "record", "-q", "-F", "499", "-e", "cpu-clock", "-o", record, "--",
             "bash", "-c", inner],
            work if operation == "clone" else repo, env, is_large=True)
        with open(times) as file:
            wall, user, system = map(float, file.read().split())
        busy = (user + system) / wall / len(os.sched_getaffinity(0))
        parts = shares(record)
        cells = [f"{name} {operation}", f"{wall:.2f}", f"{busy:.0%}"]
        cells += [f"{parts.get(kind, 0):.0f} %" for kind in names]
        lines.append("| " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    shutil.rmtree(work, ignore_errors=True)
    report.write(
        os.path.join(ROOT, "docs", "performance.md"), "\n".join(lines), "where the time goes")


if __name__ == "__main__":
    main()
