#!/usr/bin/env python3
"""Measures a small repository whose store has an index of 50 million records in 1,000 packs.

    many_records.py .build/release/shale

The records are made up: random names in index files that keep to docs/format/index.md, and packs
that nobody reads. What is looked for in vain is looked for in all of them. The same commands are
run, in turn, in a repository whose store has only its own records.
"""

import argparse
import hashlib
import multiprocessing
import os
import random
import shutil
import statistics
import struct

import report
from bench import CACHE, ROOT, environment
from measure import Runner, note

PAGE, ENTRIES, PACKS, FENCES = 4096, 85, 127, 506
# An index is at most 64 MiB long.
MOST = ((64 << 20) // PAGE - 2) * ENTRIES
COMMANDS = [
    ("status", "{shale} status"),
    ("add of one file", "{shale} add -q data"),
    ("commit", "{shale} commit -q -m more"),
    ("cat of one file", "{shale} cat HEAD:data/first"),
]


def page(number, body):
    body = body.ljust(PAGE - 16, b"\0")
    return body + hashlib.sha256(struct.pack("<Q", number) + body).digest()[:16]


def write_index(arguments):
    """Writes one index of random records over packs of its own."""
    store, seed, count, pack_count = arguments
    rng = random.Random(seed)
    packs = sorted(rng.randbytes(32) for _ in range(pack_count))
    for pack in packs:
        path = os.path.join(store, "packs", pack.hex()[:2])
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, pack.hex() + ".pack"), "wb") as file:
            # As large as packs are that hold so much, and all of it a hole.
            file.truncate(64 << 20)
    names = rng.randbytes(32 * count)
    oids = sorted(names[start : start + 32] for start in range(0, 32 * count, 32))
    rest = [struct.pack("<IIII", number % pack_count, 16, 100, 100) for number in range(pack_count)]
    pages, firsts = [], []
    for start in range(0, count, ENTRIES):
        part = oids[start : start + ENTRIES]
        firsts.append(part[0][:8])
        body = b"".join(oid + rest[number % pack_count] for number, oid in enumerate(part))
        pages.append(page(len(pages), body))
    entry_pages = len(pages)
    for start in range(0, pack_count, PACKS):
        pages.append(page(len(pages), b"".join(packs[start : start + PACKS])))
    fences = min(entry_pages, FENCES)
    tail = b"SHALEIDX" + struct.pack("<IIQII", 1, pack_count, count, fences, 0)
    tail += b"".join(firsts[fence * entry_pages // fences] for fence in range(fences))
    pages.append(page(len(pages), tail))
    content = b"".join(pages)
    write_named(store, ".idx", content)
    # The packs are on disk for certain: `commit` need not look at them.
    write_named(store, ".safe", b"SHALESAF" + struct.pack("<III12x", 1, pack_count, 0)
                + b"".join(packs))


def write_named(store, ending, content):
    """Writes a file of the index directory, named after its bytes."""
    name = hashlib.sha256(content).hexdigest() + ending
    with open(os.path.join(store, "index", name), "wb") as file:
        file.write(content)


def make(place, shale, runner, env):
    """A small repository with one tracked directory."""
    repo = os.path.join(place, "repo")
    os.makedirs(os.path.join(repo, "data"))
    with open(os.path.join(repo, "data", "first"), "w") as file:
        file.write("first\n")
    for command in ("git init -q -b main", f"{shale} init -q", f"{shale} add -q data",
                    f"{shale} commit -q -m start"):
        runner.run(command, repo, env)
    return repo


def main():
    parser = argparse.ArgumentParser(prog="many_records.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--records", type=int, default=50_000_000)
    parser.add_argument("--packs", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--dir", default=os.path.join(CACHE, "bench"), help="where to work")
    parser.add_argument("--keep", action="store_true", help="leave the repositories")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    options = parser.parse_args()
    options.dir = os.path.realpath(options.dir)
    place = os.path.join(options.dir, "many-records")
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place)
    shale = os.path.realpath(options.shale)
    runner, env = Runner(), environment(options)
    repos = {
        name: make(os.path.join(place, name), shale, runner, env) for name in ("small", "large")
    }
    store = os.path.join(repos["large"], ".git/shale/store")
    parts = -(-options.records // MOST)
    with multiprocessing.Pool() as pool:
        tasks = [(store, number, options.records // parts, options.packs // parts)
                 for number in range(parts)]
        for _ in pool.imap_unordered(write_index, tasks):
            pass
    note(f"{parts} indexes written")
    samples = {name: {operation: [] for operation, _ in COMMANDS} for name in repos}
    for number in range(options.runs):
        for name, repo in repos.items():
            with open(os.path.join(repo, "data", str(number)), "w") as file:
                file.write(f"{name} {number}\n" * 100)
            for operation, command in COMMANDS:
                sample, _ = runner.run(command.format(shale=shale), repo, env)
                samples[name][operation].append(sample)
    lines = [
        "| operation | its own records, ms | 50 million more, ms | ratio | peak MiB | peak MiB |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for operation, _ in COMMANDS:
        walls = [statistics.median(s.wall for s in samples[name][operation]) for name in repos]
        peaks = [max(s.memory for s in samples[name][operation]) >> 20 for name in repos]
        lines.append(f"| {operation} | {walls[0] * 1000:.0f} | {walls[1] * 1000:.0f} | "
                     f"{walls[1] / walls[0]:.2f} | {peaks[0]} | {peaks[1]} |")
    print("\n".join(lines))
    if not options.keep:
        shutil.rmtree(place, ignore_errors=True)
    if not options.no_write:
        path = os.path.join(ROOT, "docs", "performance.md")
        report.write(path, "\n".join(lines), "many records")


if __name__ == "__main__":
    main()
