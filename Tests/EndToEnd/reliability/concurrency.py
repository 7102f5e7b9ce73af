#!/usr/bin/env python3
"""Many processes on one store, some of them killed, and nothing that was acknowledged is lost.

    concurrency.py SHALE [--seconds 60] [--writers 8] [--readers 4] [--seed 1]

Each writer has a clone of its own, and all share one store. They add data that overlaps, so that
one relies on what another has stored; they commit, and push to one remote. Readers bring versions
of others into place, compare them, and check the store. Small packs and indexes are folded in line
all the while, and where there is a command for it, garbage is collected in a loop. Meanwhile
processes are killed with SIGKILL, any of them, at random moments.

What an `add` acknowledged is written down here. At the end `fsck` has to pass, and each of these
versions has to come back from the shared store, byte for byte.
"""

import argparse
import collections
import os
import random
import shutil
import signal
import sys
import threading
import time
import traceback

from world import (
    Failure, KILLED, Tally, World, clear_git_lock, manifest, text, wait_for_group)

# Nothing changed, and others hold what is needed.
LAWFUL = (0, 10, 75)


class Version:
    """Data that `add` has acknowledged."""

    def __init__(self, writer, pointer, files, commit):
        self.writer, self.pointer, self.files, self.commit = writer, pointer, files, commit


class Concurrency:
    def __init__(self, options):
        self.options = options
        self.world = World(options.shale, options.dir)
        self.tally = Tally()
        self.guard = threading.Lock()
        self.running = {}
        self.versions = []
        self.counts = collections.Counter()
        self.problems = []
        self.deadline = 0
        self.store = self.world.path("store")
        self.blocks = [
            random.Random(f"{options.seed}-{n}").randbytes(150_000) for n in range(40)]

    # -- Processes

    def run(self, place, *words):
        """Runs a command that may be killed; its status."""
        process = self.world.run(place, *words, wait=False)
        with self.guard:
            self.running[process.pid] = process
            self.counts["commands"] += 1
        process.said = process.communicate()
        with self.guard:
            del self.running[process.pid]
        wait_for_group(process.pid)
        status = process.returncode
        if status == KILLED:
            self.count(f"killed {words[0]}")
            clear_git_lock(place)
        elif status not in LAWFUL:
            said = b"".join(process.said).decode(errors="replace")[-700:]
            self.problem(f"{' '.join(words)}: {status}: {said}")
        elif status == 75:
            self.count(f"busy {words[0]}")
            clear_git_lock(place)
        return status, process.said[0]

    def count(self, what):
        with self.guard:
            self.counts[what] += 1

    def problem(self, sentence):
        with self.guard:
            self.problems.append(sentence)
        print(f"FAILED {sentence}", flush=True)

    def kill(self):
        draw = random.Random(self.options.seed + 1)
        while time.monotonic() < self.deadline:
            time.sleep(draw.random() * 2 * self.options.pause)
            with self.guard:
                if not self.running:
                    continue
                process = draw.choice(list(self.running.values()))
                try:
                    if draw.random() < 0.5:
                        os.killpg(process.pid, signal.SIGKILL)
                    else:
                        process.send_signal(signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.counts["kills"] += 1

    # -- Writers

    def make_clone(self, name):
        place = self.world.path(name)
        self.world.git(self.world.root, "init", "-q", name)
        self.world.git(place, "config", "shale.store", self.store)
        self.world.must(place, "init", "-q")
        return place

    def write(self, number):
        draw = random.Random(f"{self.options.seed}-writer-{number}")
        place = self.world.path(f"writer-{number}")
        data = os.path.join(place, "data")
        os.makedirs(data, exist_ok=True)
        while time.monotonic() < self.deadline:
            for _ in range(draw.randrange(1, 6)):
                self.write_file(draw, os.path.join(data, f"{draw.randrange(24)}.bin"))
            files = manifest(place, "data")
            status, _ = self.run(place, "add", "-q", "data")
            if status != 0:
                continue
            with open(os.path.join(place, "data.shale"), "rb") as file:
                pointer = file.read()
            version = Version(number, pointer, files, None)
            if draw.random() < 0.7:
                status, _ = self.run(place, "commit", "-q", "-m", "more")
                if status == 0:
                    version.commit = self.world.git(place, "rev-parse", "HEAD")
            with self.guard:
                self.versions.append(version)
            if draw.random() < 0.25:
                self.run(place, "push", "-q")
            if draw.random() < 0.1:
                self.run(place, "status", "-q")

    def write_file(self, draw, path):
        """Content that others have too, in other combinations, and some of its own."""
        with open(path, "wb") as file:
            for _ in range(draw.randrange(0, 6)):
                file.write(draw.choice(self.blocks))
            file.write(draw.randbytes(draw.randrange(1, 3_000)))

    # -- Readers

    def read(self, number):
        draw = random.Random(f"{self.options.seed}-reader-{number}")
        place = self.world.path(f"reader-{number}")
        while time.monotonic() < self.deadline:
            with self.guard:
                version = draw.choice(self.versions) if self.versions else None
            if version is None:
                time.sleep(0.05)
            elif draw.random() < 0.2:
                self.run(place, "fsck")
            else:
                self.bring(place, version, self.run)

    def bring(self, place, version, run):
        """Brings a version into place, and compares it; says whether that could be done."""
        with open(os.path.join(place, "data.shale"), "wb") as file:
            file.write(version.pointer)
        if not os.path.exists(os.path.join(place, "data")):
            self.world.git(place, "add", "data.shale")
        status, _ = run(place, "checkout", "-q", "-f")
        if status != 0:
            return False
        found = manifest(place, "data")
        if found != version.files:
            wanted = version.files
            paths = sorted(p for p in {*found, *wanted} if found.get(p) != wanted.get(p))
            self.problem(f"a version of writer {version.writer} came back as another: {paths[:5]}")
        self.count("versions read")
        return True

    def collect(self):
        place = self.world.path("reader-0")
        while time.monotonic() < self.deadline:
            self.run(place, "gc", *self.options.gc.split())
            time.sleep(0.2)

    # -- All together

    def guarded(self, work, *arguments):
        def body():
            try:
                work(*arguments)
            except Exception:
                self.problem(traceback.format_exc())
        thread = threading.Thread(target=body)
        thread.start()
        return thread

    def go(self):
        options, world = self.options, self.world
        first = self.world.path("writer-0")
        world.git(world.root, "init", "-q", "seed")
        world.must(world.path("seed"), "init", "-q")
        shutil.copytree(world.path("seed", ".git", "shale", "store"), self.store)
        names = [f"writer-{n}" for n in range(options.writers)]
        names += [f"reader-{n}" for n in range(options.readers)]
        for name in names:
            place = self.make_clone(name)
            world.must(place, "remote", "add", "origin", world.path("remote"))
            world.git(place, "add", "-A")
            world.git(place, "commit", "-qm", "start")
        start = time.monotonic()
        self.deadline = start + options.seconds
        threads = [self.guarded(self.write, n) for n in range(options.writers)]
        threads += [self.guarded(self.read, n) for n in range(options.readers)]
        threads.append(self.guarded(self.kill))
        if "gc" in world.commands:
            threads.append(self.guarded(self.collect))
        for thread in threads:
            thread.join()
        self.look(first)
        self.report(time.monotonic() - start)

    def look(self, place):
        world = self.world
        for problem in self.problems:
            self.tally.failed += 1
        for extra in ((), ("--remote", "origin")):
            result = world.run(place, "fsck", *extra)
            self.tally.that(result.returncode == 0, f"fsck {' '.join(extra)}: {text(result)}")
        reader = self.make_clone("last")

        def run(place, *words):
            result = world.run(place, *words)
            self.tally.that(result.returncode == 0, f"{' '.join(words)}: {text(result)}")
            return result.returncode, result.stdout

        # Older versions that nobody committed may be collected where garbage is.
        kept = [v for v in self.versions if v.commit or not self.options.gc_takes_all]
        for version in kept:
            with_problems = len(self.problems)
            self.bring(reader, version, run)
            self.tally.that(len(self.problems) == with_problems, "a version is another")
        self.counts["versions added"] = len(self.versions)
        self.counts["versions restored"] = len(kept)
        trash = os.path.join(self.store, "trash", "packs")
        if os.path.isdir(trash):
            self.counts["packs folded or collected"] = len(
                [n for n in os.listdir(trash) if n.endswith(".pack")])

    def report(self, seconds):
        for what, count in sorted(self.counts.items()):
            print(f"{count:7} {what}")
        print(f"{seconds:.0f} s in all, {self.options.seconds:.0f} of them at once")


def main():
    parser = argparse.ArgumentParser(prog="concurrency.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--seconds", type=float, default=60, help="how long they are at work")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between kills")
    parser.add_argument("--gc", default="", help="options of `gc`, in one word")
    parser.add_argument(
        "--gc-takes-all", action="store_true", help="those options keep no uncommitted versions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", help="where to work")
    stress = Concurrency(parser.parse_args())
    try:
        stress.go()
    except Failure as failure:
        stress.tally.that(False, str(failure))
    finally:
        stress.world.leave()
    sys.exit(stress.tally.end())


if __name__ == "__main__":
    main()
