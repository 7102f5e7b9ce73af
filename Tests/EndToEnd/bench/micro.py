#!/usr/bin/env python3
"""Measures the hot paths by themselves: `make bench` runs it after the workloads.

The speeds are of the machine. The instructions, counted by callgrind, hardly are: they are what a
change is compared with. Both go to docs/performance.md. Callgrind runs each benchmark with one
round and with two; the difference is the work without its preparation. It knows no SHA extensions,
so hashes count more than they do elsewhere.
"""

import argparse
import os
import re
import shutil
import subprocess

import report

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
LINE = re.compile(
    r"(?P<name>.*): (?P<speed>\S+ (?:GB/s|ns for each of \d+ (?P<unit>\w+)))"
    r"  check \w+(?:  share (?P<share>\S+))?")


def benchmarks(program, *options):
    lines = subprocess.run([program, *options], check=True, capture_output=True, text=True).stdout
    return [match for match in map(LINE.fullmatch, lines.splitlines()) if match]


def instructions(program, name, mebibytes, rounds):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
               "--mebibytes", str(mebibytes), "--rounds", str(rounds), "--exactly", name]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", text)[1])


def main():
    parser = argparse.ArgumentParser(prog="micro.py", description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the program `benchmarks`")
    parser.add_argument("--mebibytes", type=int, default=64)
    parser.add_argument("--counted", type=int, default=4, help="MiB when instructions are counted")
    options = parser.parse_args()
    small = options.counted << 20
    stripped = options.program + ".stripped"
    # Valgrind of Debian 12 gives up on the debugging information of Swift's library.
    subprocess.run(["strip", "-o", stripped, options.program], check=True)
    lines = ["| benchmark | speed | stored share | instructions for each |",
             "| --- | --: | --: | --: |"]
    for match in benchmarks(options.program, "--mebibytes", str(options.mebibytes)):
        count = "–"
        if shutil.which("valgrind"):
            one, two = (
                instructions(stripped, match["name"], options.counted, rounds)
                for rounds in (1, 2)
            )
            each = (two - one) / (small >> 10 if match["unit"] else small)
            unit = {None: "byte", "entries": "entry"}.get(match["unit"], match["unit"])
            number = f"{each:,.0f}" if each >= 100 else f"{each:.2f}"
            count = f"{number} / {unit.removesuffix('s')}"
        lines.append(f"| {match['name']} | {match['speed']} | {match['share'] or ''} | {count} |")
        print(lines[-1], flush=True)
    report.write(os.path.join(ROOT, "docs", "performance.md"), "\n".join(lines), "the hot paths")


main()
