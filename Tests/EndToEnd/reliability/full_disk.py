#!/usr/bin/env python3
"""Fills the disk under every command, at many levels, and makes a remote read-only.

    full_disk.py SHALE [--levels 9] [--only add,push] [--seed 1]

Repository, store and remote lie in a file system of 64 MiB of their own: ext4 in a file where that
may be mounted, otherwise one in memory; where nothing may be mounted, files are limited in size.
Each command is run once with room enough, which tells how much it takes, and then with a part of
that. Afterwards

* it has done its work, or says with status 1 that the disk is full, and leaves nothing temporary,
* every file of the user's is as it was before the command, or as it is after it,
* one can still look: `status` works on the full disk,
* `fsck` finds nothing once there is room, and the same command then does its work.

From a remote that may only be read, by how it is mounted or by its modes, all can be had, and
`push` says why nothing can be sent.
"""

import argparse
import collections
import os
import random
import shutil
import subprocess
import sys
import threading

from world import Failure, Tally, World, difference, edit, manifest, table, text, weights

SIZE = 64 << 20
INSIDE = "SHALE_INSIDE_MOUNT_NAMESPACE"
NAMES = ("data", "notes", "moved")
# What a command says that met a full disk; the hint is said whatever filled up.
HINT = "hint: Make room"


class Disk:
    """A small disk that fills up, or a limit that stands for it."""

    def __init__(self, world):
        self.place = world.path("disk")
        self.filler = world.path("disk", "filler")
        self.limit = None
        os.mkdir(self.place)
        image = world.path("disk.img")
        with open(image, "wb") as file:
            file.truncate(SIZE)
        self.kind = None
        if os.environ.get(INSIDE):
            if done("mkfs.ext4", "-q", "-m", "0", image) and done(
                    "mount", "-o", "loop", image, self.place):
                self.kind = "ext4 of 64 MiB"
                shutil.rmtree(os.path.join(self.place, "lost+found"))
            elif done("mount", "-t", "tmpfs", "-o", "size=64m", "none", self.place):
                self.kind = "tmpfs of 64 MiB"
        self.is_mounted = self.kind is not None
        self.kind = self.kind or "a limit on the size of files"

    def room(self):
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize

    def leave_room(self, count):
        """Fills the disk up to so many bytes."""
        if not self.is_mounted:
            self.limit = count
            return
        with open(self.filler, "wb") as file:
            size = self.room() - count
            while size > 0:
                try:
                    os.posix_fallocate(file.fileno(), 0, size)
                    break
                except OSError:
                    size -= 4_096
            if count == 0:
                try:
                    while True:
                        file.seek(0, os.SEEK_END)
                        file.write(bytes(4_096))
                        file.flush()
                except OSError:
                    pass

    def make_room(self):
        self.limit = None
        if os.path.exists(self.filler):
            os.remove(self.filler)

    def clear(self):
        for name in os.listdir(self.place):
            path = os.path.join(self.place, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def leave(self):
        if self.is_mounted:
            done("umount", self.place)


def done(*words):
    result = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True)
    return result.returncode == 0


class FullDisk:
    def __init__(self, options):
        self.options = options
        self.draw = random.Random(options.seed)
        self.world = World(options.shale, options.dir)
        self.tally = Tally()
        self.disk = Disk(self.world)
        self.work = os.path.join(self.disk.place, "work")
        self.clone = os.path.join(self.disk.place, "clone")
        self.remote = os.path.join(self.disk.place, "remote")
        self.counts = collections.defaultdict(collections.Counter)

    # -- Commands: what comes before; where, the words, and what the files are then

    def base(self):
        """A repository whose first commit is in the remote and in a clone."""
        world, work = self.world, self.work
        os.makedirs(os.path.join(work, "data", "small"))
        os.mkdir(os.path.join(work, "notes"))
        weights(os.path.join(work, "data", "model.safetensors"), 4 << 20, 1)
        table(os.path.join(work, "data", "table.csv"), 10_000, 2)
        for number in range(150):
            self.write(f"data/small/{number}.txt", self.draw.randrange(20, 3_000))
        for number in range(5):
            self.write(f"notes/{number}.md", 5_000)
        world.git(work, "init", "-q")
        world.must(work, "init", "-q")
        world.must(work, "remote", "add", "origin", self.remote)
        self.record("first")
        world.must(work, "push", "-q")
        world.git(self.disk.place, "clone", "-q", work, self.clone)
        world.must(self.clone, "pull", "-q")

    def write(self, path, count):
        with open(os.path.join(self.work, path), "wb") as file:
            file.write(self.draw.randbytes(count))

    def record(self, message):
        self.world.must(self.work, "add", "-q", "data", "notes")
        self.world.must(self.work, "commit", "-q", "-m", message)

    def change(self):
        data = os.path.join(self.work, "data")
        for path in ("model.safetensors", "table.csv", "small/3.txt"):
            edit(os.path.join(data, path), self.draw)
        self.write("data/new.bin", 4 << 20)
        os.remove(os.path.join(data, "small", "7.txt"))

    def scene(self, command):
        """Makes what comes before a command; where it runs, its words, and the files afterwards."""
        world, work = self.world, self.work
        first = manifest(work, *NAMES)
        if command == "rm":
            return work, ("rm", "notes"), {
                path: sum for path, sum in first.items() if not path.startswith("notes/")}
        if command == "mv":
            return work, ("mv", "notes", "moved"), {
                path.replace("notes/", "moved/"): sum for path, sum in first.items()}
        if command == "gc":
            # One pack has what goes and what stays: it is written anew.
            self.write("data/garbage.bin", 3 << 20)
            self.write("data/kept.bin", 1 << 20)
            world.must(work, "add", "-q", "data")
            os.remove(os.path.join(work, "data", "garbage.bin"))
            self.record("second")
            for folder, _, files in os.walk(os.path.join(work, ".git", "shale", "store")):
                for name in files:
                    os.utime(os.path.join(folder, name), (1_600_000_000, 1_600_000_000))
            return work, ("gc", "--force", "--grace", "0"), manifest(work, *NAMES)
        if command == "repair":
            damage(os.path.join(work, ".git", "shale", "store"))
            return work, ("repair",), first
        self.change()
        changed = manifest(work, *NAMES)
        if command == "add":
            return work, ("add", "data"), changed
        if command == "commit":
            return work, ("commit", "-a", "-m", "second"), changed
        if command == "restore":
            # What is new was never recorded, and stays.
            path = "data/new.bin"
            return work, ("restore", "-f", "data"), {**first, path: changed[path]}
        self.record("second")
        if command == "undo":
            return work, ("undo",), changed
        if command == "checkout":
            world.must(work, "checkout", "-q", "HEAD~1")
            return work, ("checkout", "main"), changed
        if command == "push":
            return work, ("push",), changed
        world.must(work, "push", "-q")
        world.git(self.clone, "pull", "-q")
        return self.clone, (command,), changed if command == "pull" else first

    # -- One command

    def try_command(self, command):
        self.copy(self.world.path("base"), self.disk.place)
        place, words, expected = self.scene(command)
        saved = self.world.path("scene")
        self.copy(self.disk.place, saved)
        need = self.measure(place, words)
        for number in range(self.options.levels):
            # None at all, nearly all, and what is drawn between.
            part = (0, 0.02, 0.98, 0.5)[number] if number < 4 else self.draw.random()
            self.copy(saved, self.disk.place)
            self.case(command, place, words, expected, int(need * part))
        self.counts[command]["KiB needed"] = need >> 10

    def copy(self, source, target):
        if target == self.disk.place:
            self.disk.clear()
        else:
            shutil.rmtree(target, ignore_errors=True)
            os.mkdir(target)
        subprocess.run(["cp", "-a", f"{source}/.", target], check=True)

    def measure(self, place, words):
        """The most room that a command takes while it works, in bytes."""
        start, least, ended = self.disk.room(), [self.disk.room()], threading.Event()

        def watch():
            while not ended.wait(0.001):
                least[0] = min(least[0], self.disk.room())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            self.world.must(place, *words)
        finally:
            ended.set()
            watcher.join()
        return max(start - min(least[0], self.disk.room()), 64 << 10)

    def run_limited(self, place, words):
        if self.disk.limit is None:
            return self.world.run(place, *words)
        script = f"trap '' XFSZ; ulimit -f {self.disk.limit >> 10}; exec \"$@\""
        return self.world.run(
            place, "-c", script, "bash", self.world.shale, *words, program="bash")

    def case(self, command, place, words, expected, room):
        that, world = self.tally.that, self.world
        case = f"{command} with room for {room >> 10} KiB"
        old = manifest(place, *NAMES)
        self.disk.leave_room(room)
        result = self.run_limited(place, words)
        found = manifest(place, *NAMES)
        if result.returncode == 0:
            self.counts[command]["had room enough"] += 1
            that(found == expected, f"{case}: {difference(found, expected)}")
        else:
            self.counts[command]["full"] += 1
            that(result.returncode == 1 and HINT in text(result),
                 f"{case}: {result.returncode}: {text(result)}")
            that("Fatal" not in text(result), f"{case}: {text(result)}")
        for path in {*old, *found, *expected}:
            that(found.get(path) in (old.get(path), expected.get(path)),
                 f"{case}: '{path}' is neither as before nor as after")
        that(not self.temporary(), f"{case}: left {self.temporary()}")
        look = world.run(place, "status")
        that(look.returncode == 0, f"{case}: status: {look.returncode}: {text(look)}")
        self.disk.make_room()
        # What is damaged, or yet to be brought, is told; nothing else may be.
        lawful = {"repair": (0, 4), "fetch": (0, 5), "pull": (0, 5)}.get(command, (0,))
        self.sound(case, place, lawful)
        self.again(case, command, place, words, expected)
        self.sound(f"{case}, again", place, (0,))
        that(not self.temporary(), f"{case}, again: left {self.temporary()}")

    def sound(self, case, place, lawful):
        for extra, statuses in (((), lawful), (("--remote", "origin"), (0,))):
            result = self.world.run(place, "fsck", *extra)
            self.tally.that(
                result.returncode in statuses,
                f"{case}: fsck {' '.join(extra)}: {result.returncode}: {text(result)}")

    def again(self, case, command, place, words, expected):
        that, world = self.tally.that, self.world
        result = world.run(place, *words)
        if command == "checkout" and b"local changes" in result.stderr:
            # A git that could not write its index has replaced pointers before. A person is told,
            # and gives them up as git says.
            self.counts[command]["git stopped halfway"] += 1
            world.git(place, "checkout", "--", "data.shale", "notes.shale")
            result = world.run(place, *words)
        lawful = {"add": (0, 10), "commit": (0, 10), "undo": (0, 10)}.get(command, (0,))
        if command in ("rm", "mv") and result.returncode == 1:
            # What is done cannot be done once more.
            lawful = (0, 1)
        that(result.returncode in lawful, f"{case}, again: {result.returncode}: {text(result)}")
        found = manifest(place, *NAMES)
        that(found == expected, f"{case}, again: {difference(found, expected)}")
        if command in ("add", "commit", "checkout", "gc", "repair"):
            # What is in the store is what the files were.
            for name in ("data", "notes"):
                shutil.rmtree(os.path.join(place, name))
            result = world.run(place, "checkout", "-f")
            found = manifest(place, *NAMES)
            that(result.returncode == 0 and found == expected,
                 f"{case}, brought: {text(result)} {difference(found, expected)}")
        if command in ("push", "fetch", "pull"):
            where = ("--remote", "origin") if command == "push" else ()
            result = world.run(place, "verify", *where)
            that(result.returncode == 0, f"{case}: verify {' '.join(where)}: {text(result)}")

    def temporary(self):
        return [
            name for _, folders, files in os.walk(self.disk.place)
            for name in (*folders, *files) if name.startswith(".shale-tmp-")]

    # -- A remote that is read-only

    def read_only(self):
        """By how it is mounted, and by its modes for an ordinary user."""
        ways = []
        if self.disk.is_mounted:
            ways.append("mounted")
        if os.geteuid() != 0 or os.environ.get(INSIDE) == "root" and shutil.which("setpriv"):
            ways.append("modes")
        for way in ways:
            self.copy(self.world.path("base"), self.disk.place)
            self.change()
            self.record("second")
            self.world.must(self.work, "push", "-q")
            self.world.git(self.clone, "pull", "-q")
            self.write("data/unsent.bin", 100_000)
            self.record("third")
            if way == "mounted":
                mounted = done("mount", "--bind", self.remote, self.remote) and done(
                    "mount", "-o", "remount,ro,bind", self.remote)
                self.tally.that(mounted, "the remote cannot be mounted for reading only")
                self.use_read_only(way, self.world.run)
                done("umount", self.remote)
            else:
                done("chmod", "-R", "a-w", self.remote)
                self.use_read_only(way, self.unprivileged())
                done("chmod", "-R", "u+w", self.remote)
            result = self.world.run(self.work, "push")
            self.tally.that(result.returncode == 0, f"{way}: push later: {text(result)}")
            self.sound(f"{way}: push later", self.work, (0,))

    def unprivileged(self):
        """Runs the program as a user whom the modes of files concern."""
        if os.geteuid() != 0:
            return self.world.run
        binary = self.world.path("shale")
        shutil.copy(self.world.shale, binary)
        os.chmod(binary, 0o755)
        for path in (self.work, self.clone, self.world.env["HOME"]):
            done("chown", "-R", "65534:65534", path)
        for path in (self.world.root, self.disk.place):
            os.chmod(path, 0o777)

        def run(place, *words):
            return self.world.run(
                place, "--reuid=65534", "--regid=65534", "--clear-groups", binary, *words,
                program="setpriv")
        return run

    def use_read_only(self, way, run):
        that = self.tally.that
        before = manifest(self.disk.place, "remote")
        files = manifest(self.work, *NAMES)
        result = run(self.work, "push")
        that(result.returncode == 1 and "cannot be written to" in text(result)
             and "hint: " in text(result), f"{way}: push: {result.returncode}: {text(result)}")
        copy = self.world.path(f"copy-{way}")
        second = {path: sum for path, sum in files.items() if path != "data/unsent.bin"}
        for place, *words in (
                (self.clone, "fetch"), (self.clone, "pull"),
                (self.clone, "fsck", "--remote", "origin"),
                (self.clone, "verify", "--remote", "origin"),
                (self.world.root, "clone", self.clone, copy)):
            result = run(place, *words)
            that(result.returncode == 0,
                 f"{way}: {words[0]}: {result.returncode}: {text(result)}")
        for place in (self.clone, copy):
            found = manifest(place, *NAMES)
            that(found == second, f"{way}: {place}: {difference(found, second)}")
        that(manifest(self.work, *NAMES) == files, f"{way}: push changed files")
        that(manifest(self.disk.place, "remote") == before, f"{way}: the remote was changed")
        self.counts["read-only remote"][way] += 1

    # -- All of it

    def run(self):
        self.base()
        self.copy(self.disk.place, self.world.path("base"))
        print(f"the disk is {self.disk.kind}", flush=True)
        commands = [
            "add", "commit", "checkout", "restore", "push", "fetch", "pull", "gc", "repair",
            "undo", "mv", "rm"]
        for command in commands:
            if not self.options.only or command in self.options.only.split(","):
                self.try_command(command)
        if not self.options.only or "read-only" in self.options.only:
            self.read_only()
        for name, counts in self.counts.items():
            print(f"{name:17}" + ", ".join(f"{n} {what}" for what, n in counts.items()))


def damage(store):
    """Turns a bit in the largest pack of a store."""
    packs = [
        os.path.join(folder, name) for folder, _, files in os.walk(os.path.join(store, "packs"))
        for name in files if name.endswith(".pack")]
    pack = max(packs, key=os.path.getsize)
    os.chmod(pack, 0o644)
    with open(pack, "r+b") as file:
        place = os.path.getsize(pack) // 3
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 4]))


def enter_namespace():
    """Starts this program anew where it may mount what nobody else sees."""
    if os.environ.get(INSIDE) is not None:
        return
    options = ("-m",) if os.geteuid() == 0 else ("-rm",)
    if shutil.which("unshare") and done("unshare", *options, "true"):
        os.environ[INSIDE] = "root" if os.geteuid() == 0 else "user"
        os.execvp("unshare", ["unshare", *options, sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser(prog="full_disk.py", description=__doc__.split("\n")[0])
    parser.add_argument("shale", help="the binary")
    parser.add_argument("--levels", type=int, default=9, help="how many for each command")
    parser.add_argument("--only", default="", help="commands, or `read-only`, with commas between")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", help="where to work")
    options = parser.parse_args()
    enter_namespace()
    full = FullDisk(options)
    try:
        full.run()
    except Failure as failure:
        full.tally.that(False, str(failure))
    finally:
        full.disk.leave()
        full.world.leave()
    sys.exit(full.tally.end())


if __name__ == "__main__":
    main()
