#!/usr/bin/env python3
"""Measures what a file costs in directories of 10,000, 100,000 and 1,000,000 files.

    growth.py .build/release/shale --counts 10000,100000

The time per file is what counts: it should not grow with the number of files. For each number the
operations are run several times, and the medians go to docs/performance.md.
"""

import argparse
import os
import shutil
import statistics

import data
import report
from bench import CACHE, ROOT, environment
from measure import Runner, settle

OPERATIONS = [
    ("add", "{shale} add -q data"),
    ("status", "{shale} status"),
    ("full checkout", "{shale} checkout -q"),
    ("push", "{shale} push -q bench"),
]
LIMIT = 1.3


def measure(shale, count, options, runner, env):
    """Seconds of wall time and of processors for each operation."""
    folder = data.prepare(
        data.Workload(f"growth-{count}", "", lambda folder, seed, scale, pool: data.make_small(
            folder, seed, 1, pool, count=count, low=64, high=1024)),
        options.dir, 1, 1)
    work = os.path.join(options.dir, "growth-work")
    shutil.rmtree(work, ignore_errors=True)
    repo = os.path.join(work, "repo")
    os.makedirs(repo)
    for command in (
        "git init -q -b main", f"{shale} init -q",
        f"{shale} remote add bench {work}/remote", "git add -A && git commit -q -m start",
    ):
        runner.run(command, repo, env)
    shutil.copytree(os.path.join(folder, "v1"), os.path.join(repo, "data"))
    settle(os.path.join(repo, "data"))
    found = {}
    for name, command in OPERATIONS:
        if name == "full checkout":
            runner.run(f"{shale} commit -q -m data", repo, env)
            os.rename(os.path.join(repo, "data"), os.path.join(work, "old"))
        sample, _ = runner.run(command.format(shale=shale), repo, env)
        found[name] = (sample.wall, sample.cpu, sample.memory)
        print(f"{count:>9,} {name:14} {sample.wall:8.3f} s {sample.wall / count * 1e6:7.1f} µs a "
              f"file {sample.memory >> 20:5} MiB", flush=True)
    shutil.rmtree(work, ignore_errors=True)
    return found


def main():
    parser = argparse.ArgumentParser(prog="growth.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--counts", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", default=os.path.join(CACHE, "bench"), help="where to work")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    options = parser.parse_args()
    options.dir = os.path.realpath(options.dir)
    os.makedirs(options.dir, exist_ok=True)
    counts = [int(word) for word in options.counts.split(",")]
    runner, env = Runner(), environment(options)
    samples = {count: [] for count in counts}
    for _ in range(options.runs):
        for count in counts:
            samples[count].append(
                measure(os.path.realpath(options.shale), count, options, runner, env))
    lines = ["| operation | " + " | ".join(f"{count:,} files" for count in counts)
             + " | most by least | peak MiB |", "| --- |" + " --: |" * (len(counts) + 2)]
    for name, _ in OPERATIONS:
        each = [
            statistics.median(run[name][0] for run in samples[count]) / count * 1e6
            for count in counts
        ]
        memory = max(run[name][2] for count in counts for run in samples[count])
        ratio = max(each) / each[0]
        cells = [name] + [f"{value:.1f} µs" for value in each]
        cells += [f"{ratio:.2f}" + (" ✓" if ratio <= LIMIT else " ✗"), f"{memory >> 20}"]
        lines.append("| " + " | ".join(cells) + " |")
    print("\n".join(lines))
    if not options.no_write:
        report.write(os.path.join(ROOT, "docs", "performance.md"), "\n".join(lines), "growth")


if __name__ == "__main__":
    main()
