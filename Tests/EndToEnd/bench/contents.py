#!/usr/bin/env python3
"""Measures `shale diff --content` on a table and on a model, and checks what it says.

    contents.py SHALE [--rows 1000000] [--mebibytes 1024] [--runs 3]

The table has a row for each number, and a version with 1,000 prices changed; the model is one
safetensors file, and a version in which 5% of the tensors were tuned. Prints a table for
docs/design/0025-content-diff.md: medians of seconds and the most memory that was taken. Fails
when a count is wrong, or when more than 256 MiB were taken.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

import data
from measure import Runner

LIMIT = 256  # MiB


def make_table(place, rows):
    """Writes both versions of the table; returns how many rows differ."""
    block = 20_000
    edited = set(random.Random(7).sample(range(rows), min(1000, rows // 2)))
    paths = [os.path.join(place, name) for name in ("old.csv", "new.csv")]
    with open(paths[0], "wb") as old, open(paths[1], "wb") as new:
        for file in (old, new):
            file.write(b"row,name,day,price,count,mark\n")
        for start in range(0, rows, block):
            lines = data._rows((7, start // block, block)).splitlines(keepends=True)
            lines = lines[: rows - start]
            old.write(b"".join(lines))
            for number in edited.intersection(range(start, start + len(lines))):
                cells = lines[number - start].split(b",")
                cells[3] = b"%.2f" % (float(cells[3]) + 1.25)
                lines[number - start] = b",".join(cells)
            new.write(b"".join(lines))
    return len(edited)


def measure(runner, command, place, environment, runs):
    """The result of a command, the median of its seconds, and the most memory in MiB."""
    samples = [runner.run(command, place, environment) for _ in range(runs)]
    result = json.loads(samples[-1][1])["result"]["contents"][0]
    seconds = statistics.median(sample.wall for sample, _ in samples)
    return result, seconds, max(sample.memory for sample, _ in samples) >> 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shale")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    shale = os.path.abspath(options.shale)
    runner = Runner()  # Before this process grows.
    with tempfile.TemporaryDirectory(prefix="shale-contents-") as place:
        environment = {"HOME": place, "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
        work = os.path.join(place, "work")
        os.mkdir(work)

        def run(*words):
            subprocess.run(words, cwd=work, check=True, env=environment,
                           stdout=subprocess.DEVNULL)

        edits = make_table(place, options.rows)
        with multiprocessing.Pool() as pool:
            data.make_weights(place, 7, 1, pool, size=options.mebibytes << 20)
        run("git", "init", "-q")
        run("git", "config", "user.name", "Ada Example")
        run("git", "config", "user.email", "ada@example.com")
        run(shale, "init", "-q")
        models = [os.path.join(place, f"v{number}", "model.safetensors") for number in (1, 2)]
        shutil.copyfile(os.path.join(place, "old.csv"), os.path.join(work, "table.csv"))
        shutil.copyfile(models[0], os.path.join(work, "model.safetensors"))
        run(shale, "add", "-q", "table.csv", "model.safetensors")
        run("git", "add", "--all")
        run("git", "commit", "-q", "-m", "first")
        shutil.copyfile(os.path.join(place, "new.csv"), os.path.join(work, "table.csv"))
        shutil.copyfile(models[1], os.path.join(work, "model.safetensors"))
        rows = []
        for moment in ("with the worktree", "of two revisions"):
            words = ["diff", "--content"]
            if moment == "of two revisions":
                run(shale, "commit", "-q", "-a", "-m", "second")
                words += ["HEAD~1", "HEAD"]
            for name in ("table.csv", "model.safetensors"):
                found, seconds, memory = measure(
                    runner, [shale, "--json", *words, name], work, environment, options.runs)
                if name == "table.csv":
                    table = found["table"]
                    numbers = [table[key] for key in ("changed", "added", "removed", "unchanged")]
                    good = numbers == [edits, 0, 0, options.rows - edits]
                else:
                    tensors = found["tensors"]
                    count = tensors["newCount"]
                    good = (tensors["changed"] == max(1, count // 20)
                            and tensors["unchanged"] == count - tensors["changed"])
                size = os.path.getsize(os.path.join(work, name)) / (1 << 20)
                rows.append(f"| {name}, {size:,.0f} MiB | {moment} | {seconds:.2f} | {memory} |")
                if not good:
                    sys.exit(f"{name} {moment}: the counts are wrong: {found}")
                if memory >= LIMIT:
                    sys.exit(f"{name} {moment}: {memory} MiB, and {LIMIT} is the limit")
    print("| file | compared | seconds | MiB at most |")
    print("| --- | --- | --: | --: |")
    print("\n".join(rows))


main()
