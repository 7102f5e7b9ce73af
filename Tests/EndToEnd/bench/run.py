#!/usr/bin/env python3
"""Measures what `shale run` costs beside the command itself.

    run.py SHALE [--files 100000] [--runs 5]

A Python program reads every file of a tracked directory: by itself, through `shale run --no-trace`,
and through `shale run`, in turn, so that what disturbs the machine disturbs all of them. Prints a
table of medians for docs/performance.md, and fails when the record does not list every file.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

READER = """
import os
for name in os.listdir('data'):
    with open('data/' + name, 'rb') as file:
        file.read()
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shale")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    shale = os.path.abspath(options.shale)
    with tempfile.TemporaryDirectory(prefix="shale-run-") as place:
        os.chdir(place)
        environment = {"HOME": place, "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}

        def run(*words):
            return subprocess.run(
                words, check=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ).stdout

        run("git", "init", "-q")
        run("git", "config", "user.name", "Ada Example")
        run("git", "config", "user.email", "ada@example.com")
        run(shale, "init", "-q")
        os.mkdir("data")
        for number in range(options.files):
            with open(f"data/{number:06d}", "w", encoding="ascii") as file:
                file.write(f"{number}\n" * 8)
        with open("read.py", "w", encoding="ascii") as file:
            file.write(READER)
        run(shale, "add", "-q", "data")
        run("git", "add", "--all")
        run("git", "commit", "-q", "-m", "all")
        command = [sys.executable, "read.py"]
        ways = {
            "the command": command,
            "shale run --no-trace": [shale, "run", "--json", "--no-trace", "--", *command],
            "shale run": [shale, "run", "--json", "--", *command],
        }
        seconds = {name: [] for name in ways}
        for _ in range(options.runs + 1):
            for name, words in ways.items():
                start = time.monotonic()
                output = run(*words)
                seconds[name].append(time.monotonic() - start)
        result = json.loads(output)["result"]
        read = result["inputs"][0]["read"]["files"]
        if read != options.files:
            sys.exit(f"{read} of {options.files} files were seen")
    print("| way | seconds | beside the command |")
    print("| --- | --: | --: |")
    base = statistics.median(seconds["the command"][1:])
    for name, all_values in seconds.items():
        values = all_values[1:]
        middle = statistics.median(values)
        spread = f"{min(values):.2f}–{max(values):.2f}"
        print(f"| {name} | {middle:.2f} ({spread}) | {middle / base:.1f} × |")


main()
