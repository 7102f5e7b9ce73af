#!/usr/bin/env python3
"""Kills every command at random moments, and looks whether anything was lost.

    kills.py SHALE [--count 500] [--size 64] [--seed 1]

The data are a file of weights of so many MiB, a table, and 2,000 small files. Each round draws a
command, kills it with SIGKILL at a random moment of the time that it takes, alone or with all that
it has started, and then demands that

* every file of the user's is as it was before the command, or as it is after it,
* `fsck` finds nothing, here and at the remote,
* the same command succeeds when it is run again, and does what it should,
* a commit that is drawn gives back its files, byte for byte; every 25 rounds, all of them.
"""

import argparse
import collections
import hashlib
import os
import random
import shutil
import sys
import time

from world import (
    Failure, KILLED, Tally, World, clear_git_lock, difference, edit, end_group, manifest, table,
    text, wait_for_group, weights)

NAMES = ("data", "notes", "moved")


class Kills:
    def __init__(self, options):
        self.options = options
        self.draw = random.Random(options.seed)
        self.world = World(options.shale, options.dir)
        self.tally = Tally()
        self.work, self.clone = self.world.path("work"), self.world.path("clone")
        self.remote = self.world.path("remote")
        self.seconds = {}
        self.commits = {}
        self.order = []
        self.counts = collections.defaultdict(collections.Counter)
        self.number = 0

    # -- Setting up

    def prepare(self):
        world, work = self.world, self.work
        os.makedirs(os.path.join(work, "data", "small"))
        os.mkdir(os.path.join(work, "notes"))
        weights(os.path.join(work, "data", "model.safetensors"), self.options.size << 20, 1)
        table(os.path.join(work, "data", "table.csv"), 60_000, 2)
        for number in range(self.options.files):
            with open(os.path.join(work, "data", "small", f"{number:04}.txt"), "wb") as file:
                file.write(self.draw.randbytes(self.draw.randrange(20, 3_000)))
        for number in range(20):
            self.note(number)
        world.git(work, "init", "-q")
        world.must(work, "init", "-q")
        world.must(work, "remote", "add", "origin", self.remote)
        world.must(work, "add", "-q", "data", "notes")
        self.commit()
        world.must(work, "push", "-q")
        world.git(world.root, "clone", "-q", work, self.clone)
        world.must(self.clone, "pull", "-q")

    def note(self, number):
        with open(os.path.join(self.work, "notes", f"{number}.md"), "wb") as file:
            file.write(self.draw.randbytes(5_000))

    def change(self):
        """Small edits, of about as many files as people edit at once."""
        data = os.path.join(self.work, "data")
        draw = self.draw
        for path in draw.sample(["model.safetensors", "table.csv"], draw.randrange(0, 3)):
            edit(os.path.join(data, path), draw)
        small = sorted(os.listdir(os.path.join(data, "small")))
        for name in draw.sample(small, draw.randrange(1, 60)):
            edit(os.path.join(data, "small", name), draw, 1)
        self.number += 1
        name = f"new-{self.number}.bin"
        with open(os.path.join(data, "small", name), "wb") as file:
            file.write(draw.randbytes(draw.randrange(1, 100_000)))
        os.remove(os.path.join(data, "small", draw.choice(small)))
        self.note(draw.randrange(20))

    def commit(self):
        self.world.must(self.work, "commit", "-q", "-a", "-m", "state")
        self.remember()

    def remember(self):
        head = self.world.git(self.work, "rev-parse", "HEAD")
        if head not in self.commits:
            self.order.append(head)
        self.commits[head] = manifest(self.work, *NAMES)
        return head

    # -- Commands: what comes before, the words, and what the files are then

    def before(self, command):
        work, commits = self.work, self.commits
        head = self.world.git(work, "rev-parse", "HEAD")
        if command in ("add", "commit"):
            self.change()
            now = manifest(work, *NAMES)
            words = {"add": ("add", "data", "notes"), "commit": ("commit", "-a", "-m", "state")}
            return work, words[command], now
        if command == "checkout":
            target = self.draw.choice(self.order)
            return work, ("checkout", target), commits[target]
        if command == "restore":
            self.change()
            # What is new was never recorded, and stays.
            new = {p: s for p, s in manifest(work, *NAMES).items() if p not in commits[head]}
            return work, ("restore", "-f", "data", "notes"), {**commits[head], **new}
        if command == "rm":
            after = {p: s for p, s in commits[head].items() if not p.startswith("notes/")}
            return work, ("rm", "notes"), after
        if command == "mv":
            after = {
                p.replace("notes/", "moved/", 1) if p.startswith("notes/") else p: s
                for p, s in commits[head].items()}
            return work, ("mv", "notes", "moved"), after
        if command in ("push", "gc", "repair"):
            self.change()
            self.commit()
            return work, (command,), manifest(work, *NAMES)
        if command == "undo":
            self.change()
            now = manifest(work, *NAMES)
            self.world.must(work, "add", "-q", "data", "notes")
            return work, ("undo",), now
        # In the clone.
        self.change()
        self.commit()
        self.world.must(work, "push", "-q")
        before = manifest(self.clone, *NAMES)
        self.world.git(self.clone, "pull", "-q")
        new = commits[self.world.git(self.clone, "rev-parse", "HEAD")]
        return self.clone, (command,), new if command == "pull" else before

    def after(self, command):
        """Back to the branch, with nothing changed."""
        world = self.world
        if command == "add":
            self.commit()
        elif command == "commit":
            self.remember()
        elif command == "checkout":
            world.must(self.work, "checkout", "-q", "main")
        elif command == "restore":
            self.commit()
        elif command in ("rm", "mv"):
            world.git(self.work, "reset", "-q", "--hard")
            if command == "mv":
                # The data is where it was moved to, and its pointer is where it was.
                shutil.rmtree(os.path.join(self.work, "moved"), ignore_errors=True)
            world.must(self.work, "checkout", "-q", "-f")
        elif command == "undo":
            world.must(self.work, "add", "-q", "data", "notes")
            self.commit()
        elif command == "fetch":
            world.must(self.clone, "checkout", "-q")

    # -- One round

    def round(self, command):
        place, words, expected = self.before(command)
        old = manifest(place, *NAMES)
        process, was_killed = self.kill(command, place, words)
        count = self.counts[command]
        count["killed" if was_killed else "ended before"] += 1
        found = manifest(place, *NAMES)
        for path in {*old, *found, *expected}:
            now = found.get(path)
            self.tally.that(
                now in (old.get(path), expected.get(path)),
                f"{command}: '{path}' is neither as before nor as after")
        self.sound(command, place)
        self.again(command, place, words, process)
        now = manifest(place, *NAMES)
        self.tally.that(
            now == expected, f"{command} again: {difference(now, expected)}")
        self.after(command)
        self.check(self.draw.choice(self.order))

    def kill(self, command, place, words):
        limit = self.seconds.get(command)
        start = time.monotonic()
        process = self.world.run(place, *words, wait=False)
        if limit is None:
            out, err = process.communicate()
            self.seconds[command] = time.monotonic() - start
            process.said = (out, err)
            return process, False
        moment = self.draw.random() * limit * 1.05
        while time.monotonic() - start < moment and process.poll() is None:
            time.sleep(0.001)
        was_killed = process.poll() is None
        if self.draw.random() < 0.5:
            end_group(process)
        else:
            process.kill()
            process.communicate()
            wait_for_group(process.pid)
        if not was_killed:
            took = time.monotonic() - start
            self.seconds[command] = min(limit, 0.7 * limit + 0.3 * took)
        elif moment > 0.95 * limit:
            # It takes longer than it did: the moments are spread over the new time.
            self.seconds[command] = 1.1 * limit
        return process, was_killed and process.returncode == KILLED

    def sound(self, command, place):
        for extra in ((), ("--remote", "origin")):
            if extra and command not in ("push", "fetch", "pull", "gc", "repair"):
                continue
            result = self.world.run(place, "fsck", *extra)
            # What a fetch has yet to bring is missing here, and nothing may be damaged.
            lawful = (0, 5) if command in ("fetch", "pull") and not extra else (0,)
            self.tally.that(
                result.returncode in lawful, f"{command}: fsck {' '.join(extra)}: {text(result)}")

    def again(self, command, place, words, process):
        result = self.world.run(place, *words)
        if result.returncode == 75 and b".lock'" in result.stderr + result.stdout or (
                b"index.lock" in result.stderr):
            # A killed git leaves its lock. It is named, and never removed by Shale.
            self.counts[command]["git's lock left"] += 1
            clear_git_lock(place)
            result = self.world.run(place, *words)
        if command == "rm" and result.returncode == 1:
            # What is removed is tracked no longer.
            was_done = not os.path.exists(os.path.join(place, "notes.shale"))
            self.tally.that(was_done, f"rm again: {text(result)}")
            return
        if command == "mv" and result.returncode == 1:
            was_done = os.path.exists(os.path.join(place, "moved.shale"))
            self.tally.that(was_done, f"mv again: {text(result)}")
            return
        if command == "undo" and result.returncode == 10:
            return
        self.tally.that(
            result.returncode in ((0, 10) if command in ("commit", "add") else (0,)),
            f"{command} again: {result.returncode}: {text(result)}")

    # -- Commits

    def check(self, commit):
        """Some files of a commit come back as they were."""
        files = self.commits[commit]
        for path in self.draw.sample(sorted(files), min(3, len(files))):
            result = self.world.run(self.work, "cat", f"{commit}:{path}")
            self.tally.that(
                hashlib.sha256(result.stdout).hexdigest() == files[path],
                f"{commit[:10]}:{path}: {result.returncode} {result.stderr.decode()[-300:]}")

    def check_all(self):
        """All commits come back as they were, in a worktree of their own."""
        place = self.world.path("look")
        self.world.git(self.work, "worktree", "prune")
        self.world.git(self.work, "worktree", "add", "-q", "--detach", place, self.order[0])
        try:
            for commit in self.order[-self.options.commits:]:
                result = self.world.run(place, "checkout", commit)
                found = manifest(place, *NAMES)
                self.tally.that(
                    result.returncode == 0 and found == self.commits[commit],
                    f"commit {commit[:10]}: {difference(found, self.commits[commit])} "
                    f"{text(result) if result.returncode else ''}")
        finally:
            shutil.rmtree(place, ignore_errors=True)
            self.world.git(self.work, "worktree", "prune")

    def run(self):
        self.prepare()
        commands = ["add", "commit", "checkout", "restore", "rm", "mv", "push", "fetch", "pull"]
        commands += [name for name in ("gc", "undo", "repair") if name in self.world.commands]
        start, kills, rounds = time.monotonic(), 0, 0
        while kills < self.options.count:
            if self.options.seconds and time.monotonic() - start > self.options.seconds:
                break
            # In turn, so that each has its share.
            command = commands[rounds % len(commands)]
            before = self.counts[command]["killed"]
            self.round(command)
            kills += self.counts[command]["killed"] - before
            rounds += 1
            if rounds % 25 == 0:
                self.check_all()
                print(f"{kills} kills in {rounds} rounds, {len(self.order)} commits, "
                      f"{self.tally.failed} failed", flush=True)
            if self.tally.failed > 40:
                break
        self.check_all()
        for command in commands:
            counts = ", ".join(f"{n} {what}" for what, n in sorted(self.counts[command].items()))
            print(f"{command:10} {counts}")
        print(f"{kills} random kills in {rounds} rounds; {len(self.order)} commits; "
              f"{time.monotonic() - start:.0f} s")


def main():
    parser = argparse.ArgumentParser(prog="kills.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--count", type=int, default=500, help="how many kills")
    parser.add_argument("--size", type=int, default=64, help="the weights, in MiB")
    parser.add_argument("--files", type=int, default=2_000, help="how many small files")
    parser.add_argument("--commits", type=int, default=12, help="how many a full look is at")
    parser.add_argument("--seconds", type=float, default=0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", help="where to work")
    kills = Kills(parser.parse_args())
    try:
        kills.run()
    except Failure as failure:
        kills.tally.that(False, str(failure))
    finally:
        kills.world.leave()
    sys.exit(kills.tally.end())


if __name__ == "__main__":
    main()
