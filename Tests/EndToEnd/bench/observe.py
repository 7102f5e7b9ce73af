#!/usr/bin/env python3
"""Measures what it costs to watch which files a run reads.

    observe.py OBSERVE [--files 100000] [--runs 5]

OBSERVE is the program `observe` (`swift build -c release --product observe`), beside which the
library of the preload method lies. Programs in C and Python open distinct small files, watched in
every way in turn, so that what disturbs the machine disturbs all of them. Prints a table of medians
for docs/performance.md, and fails when a file that was read was not seen.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

METHODS = ["none", "notification", "preload"]

C_READER = r"""
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static char **words;
static int failed = 0;
static void *reads(void *number) {
  char path[4096], content[64];
  int threads = atoi(words[3]);
  for (int index = (int)(long)number; index < atoi(words[2]); index += threads) {
    snprintf(path, sizeof path, "%s/%06d", words[1], index);
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, content, sizeof content) <= 0) failed = 1;
    close(file);
  }
  return NULL;
}
int main(int count, char **given) {
  pthread_t threads[16];
  words = given;
  (void)count;
  for (long index = 0; index < atoi(words[3]); index++) {
    pthread_create(&threads[index], NULL, reads, (void *)index);
  }
  for (int index = 0; index < atoi(words[3]); index++) pthread_join(threads[index], NULL);
  return failed;
}
"""

PYTHON_READER = """
import sys
for index in range(int(sys.argv[2])):
    with open(f'{sys.argv[1]}/{index:06d}', 'rb') as file:
        file.read()
"""


def parse():
    parser = argparse.ArgumentParser(prog="observe.py", description=__doc__.split("\n")[0])
    parser.add_argument("observe", help="the program")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def prepare(folder, files):
    """Makes the files and the programs; gives the programs by name, as words."""
    data = os.path.join(folder, "data")
    os.mkdir(data)
    for index in range(files):
        with open(os.path.join(data, f"{index:06d}"), "w") as file:
            file.write(f"{index}\n")
    reader = os.path.join(folder, "reader")
    subprocess.run(
        ["cc", "-O2", "-pthread", "-x", "c", "-o", reader, "-"],
        input=C_READER.encode(), check=True)
    arguments = [data, str(files)]
    return {
        "C": [reader, *arguments, "1"],
        "C, 4 threads": [reader, *arguments, "4"],
        "Python": [os.path.realpath(sys.executable), "-c", PYTHON_READER, *arguments],
    }


def measure(observe, folder, method, command, files):
    """Seconds that the run took; what it saw is counted."""
    report = os.path.join(folder, "report")
    begin = time.monotonic()
    subprocess.run([observe, report, method, os.path.join(folder, "data"), *command], check=True)
    seconds = time.monotonic() - begin
    with open(report) as lines:
        seen = sum(line.startswith("read ") for line in lines)
    if method != "none" and seen != files:
        sys.exit(f"{method}: {seen} of {files} files were seen")
    return seconds


def main():
    options = parse()
    observe = os.path.realpath(options.observe)
    with tempfile.TemporaryDirectory() as folder:
        programs = prepare(os.path.realpath(folder), options.files)
        seconds = {(name, method): [] for name in programs for method in METHODS}
        for _ in range(options.runs):
            for name, command in programs.items():
                for method in METHODS:
                    seconds[name, method].append(
                        measure(observe, os.path.realpath(folder), method, command, options.files))
    print("| program | " + " | ".join(METHODS) + " | notification, for each file |")
    print("| --- |" + " --: |" * (len(METHODS) + 1))
    for name in programs:
        medians = [statistics.median(seconds[name, method]) for method in METHODS]
        ranges = [
            f"{median:.2f} ({min(seconds[name, method]):.2f}–{max(seconds[name, method]):.2f})"
            for median, method in zip(medians, METHODS)
        ]
        each = (medians[1] - medians[0]) / options.files * 1e6
        print(f"| {name} | " + " | ".join(ranges) + f" | {each:.0f} µs |")


main()
