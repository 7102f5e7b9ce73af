#!/usr/bin/env python3
"""Measures Shale beside the machine's limits and beside other tools: `make bench`.

For every run each tool gets a fresh repository and the same data, in turn, so that what disturbs
the machine disturbs all of them. Every checkout and clone is compared with the data it should be.
Medians go to docs/performance.md with the machine and the command.
"""

import argparse
import json
import os
import shutil
import sys

import chart
import data
import report
from measure import Runner, CommandFailed, disk_bytes, fingerprint, note, settle
from tools import Shale, ShaleLinks, peers

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CACHE = os.path.join(ROOT, ".cache")
HASHING = os.path.join(os.path.dirname(os.path.realpath(__file__)), "hashing.py")

# These write little.
SMALL_OPERATIONS = ("version", "commit", "commit again", "status", "status touched", "fsck", "gc")


def parse():
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__.split("\n")[0])
    parser.add_argument("--shale", required=True, help="the binary")
    parser.add_argument("--scale", type=float, default=1, help="1: the sizes in the titles")
    parser.add_argument("--runs", type=int, default=3, help="how often everything is run")
    parser.add_argument("--only", default="", help="workloads, as W1,W3")
    parser.add_argument("--tools", default="", help="peers to run, as dvc,git-lfs; or none")
    parser.add_argument("--huge", action="store_true", help="W5 and W6 too")
    parser.add_argument("--peer-runs", type=int, help="how often the peers are run, of all runs")
    parser.add_argument("--ballast", type=int, default=6, help="memory held between runs, in GiB")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", default=os.path.join(CACHE, "bench"), help="where to work")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    return parser.parse_args()


class Bench:
    """One workload, measured for all tools."""

    def __init__(self, workload, options, tools, runner, env):
        self.workload, self.options = workload, options
        self.runner, self.env = runner, env
        self.folder = data.prepare(workload, options.dir, options.seed, options.scale)
        self.v1, self.v2 = (os.path.join(self.folder, name) for name in ("v1", "v2"))
        self.prints = [fingerprint(self.v1), fingerprint(self.v2)]
        self.work = os.path.join(options.dir, "work")
        self.trash = os.path.join(options.dir, "trash")
        self.samples, self.sizes = {}, {}
        self.files = sorted(
            os.path.relpath(os.path.join(folder, name), self.v1)
            for folder, _, names in os.walk(self.v1) for name in names
        )
        self.is_large = len(self.files) < 10
        runner.ballast.reserve(min(options.ballast << 30, 3 * disk_bytes(self.v1)))
        self.tools = [tool for tool in tools if len(self.files) <= tool.most_files]
        for tool in tools:
            if tool not in self.tools:
                note(f"{workload.name}: {tool.name} is left out with so many files")
        self.plain = None if self.is_large else self.plain_repository()

    def plain_repository(self):
        """The same files under git alone: the bound of `status`."""
        repo = os.path.join(self.options.dir, "plain")
        self.discard(repo)
        os.makedirs(repo)
        shutil.copytree(self.v1, os.path.join(repo, "data"))
        commands = "git init -q && git add data && git commit -q -m plain && git status"
        self.runner.run(commands, repo, self.env)
        return repo

    def discard(self, path):
        """Takes a directory away without slowing down what is measured next.

        Where many files were just deleted, ext4 makes new ones ten times slower for minutes. So
        many small files are moved aside, and deleted when the workload is done.
        """
        if self.is_large:
            shutil.rmtree(path, ignore_errors=True)
        elif os.path.lexists(path):
            os.makedirs(self.trash, exist_ok=True)
            os.rename(path, os.path.join(self.trash, str(len(os.listdir(self.trash)))))

    def record(self, tool, operation, sample):
        self.samples.setdefault(tool, {}).setdefault(operation, []).append(
            (sample.wall, sample.cpu, sample.memory))

    def timed(self, tool, operation, cwd):
        """Runs and measures an operation, if the tool has it."""
        command = tool.command(operation)
        if command is None:
            return False
        try:
            sample, _ = self.runner.run(
                command, cwd, self.env, is_large=operation not in SMALL_OPERATIONS)
        except CommandFailed as failure:
            if isinstance(tool, Shale):
                raise
            note(f"  {tool.name} {operation}: failed, left out: {failure}")
            return False
        self.record(tool.name, operation, sample)
        note(f"  {tool.name:16} {operation:16} {sample.wall:8.3f} s"
             f" {sample.cpu:8.2f} cpu {sample.memory / 2**20:7.0f} MiB")
        return True

    def bound(self, name, command, cwd):
        sample, _ = self.runner.run(command, cwd, self.env, is_large=name == "cp")
        self.record(name, name, sample)
        note(f"  {'':16} {name:16} {sample.wall:8.3f} s")

    def bounds(self, session):
        """What the machine can do: copying, hashing, and git's look at the same files."""
        copy = ["cp", "-r", "--reflink=never", self.v1, os.path.join(session, "copy")]
        self.bound("cp", copy, session)
        self.discard(os.path.join(session, "copy"))
        self.bound("sha256, all cores", [HASHING, self.v1], session)
        if self.is_large:
            paths = [os.path.join(self.v1, name) for name in self.files]
            self.bound("sha256", ["openssl", "dgst", "-sha256", *paths], session)
        else:
            for name, value in (("git status", "false"), ("git status, cached", "true")):
                command = f"git -c core.untrackedCache={value} status"
                # The first one fills the cache, or takes it away.
                self.runner.run(command, self.plain, self.env)
                self.bound(name, command, self.plain)

    def verify(self, tool, path, version):
        found = fingerprint(path)
        if found != self.prints[version - 1]:
            raise CommandFailed(f"{tool.name}: {path} is not version {version}: {found}")

    def edit(self, repo):
        """Makes the data of version 2 out of that of version 1, as an editor does."""
        target = os.path.join(repo, "data")
        new = set()
        for folder, _, names in os.walk(self.v2):
            for name in names:
                source = os.path.join(folder, name)
                path = os.path.relpath(source, self.v2)
                new.add(path)
                old = os.path.join(self.v1, path)
                if os.path.exists(old) and report.same_content(old, source):
                    continue
                place = os.path.join(target, path)
                if os.path.lexists(place):
                    os.unlink(place)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                shutil.copyfile(source, place)
        for path in set(self.files) - new:
            os.unlink(os.path.join(target, path))

    def session(self, tool):
        """One tool, from an empty repository to a clone."""
        session = os.path.join(self.work, "session")
        self.discard(self.work)
        repo = os.path.join(session, "repo")
        target = os.path.join(repo, "data")
        os.makedirs(repo)
        if tool.has_clones:
            self.runner.run("git init -q --bare -b main code.git", session, self.env)
        for command in tool.setup():
            self.runner.run(command, repo, self.env)
        self.timed(tool, "version", repo)
        shutil.copytree(self.v1, target)
        empty = disk_bytes(*tool.store_paths(repo))
        self.bounds(session)
        settle(target)

        self.timed(tool, "add", repo)
        self.timed(tool, "commit", repo)
        first = disk_bytes(*tool.store_paths(repo))
        self.timed(tool, "status", repo)
        os.utime(os.path.join(target, self.files[len(self.files) // 2]))
        self.timed(tool, "status touched", repo)
        self.edit(repo)
        self.timed(tool, "add again", repo)
        self.timed(tool, "commit again", repo)
        second = disk_bytes(*tool.store_paths(repo))
        self.sizes.setdefault(tool.name, []).append([first - empty, second - first])

        # What was copied and stored just now is not the checkout's to write to the disk.
        os.sync()
        if self.timed(tool, "checkout v1", repo):
            self.verify(tool, target, 1)
            self.timed(tool, "checkout v2", repo)
            self.verify(tool, target, 2)
            if self.timed(tool, "v1 again", repo):
                self.verify(tool, target, 1)
                self.timed(tool, "v2 again", repo)
                self.verify(tool, target, 2)
        if tool.command("full checkout"):
            self.discard(target)
            if self.timed(tool, "full checkout", repo):
                self.verify(tool, target, 2)
        self.transfers(tool, session, repo)
        self.timed(tool, "fsck", repo)
        self.timed(tool, "gc", repo)

    def transfers(self, tool, session, repo):
        remote = os.path.join(session, tool.remote)
        if not self.timed(tool, "push", repo):
            return
        first = disk_bytes(remote)
        if self.timed(tool, "push again", repo):
            self.sizes[tool.name][-1] += [first, disk_bytes(remote) - first]
        if tool.has_clones and tool.command("clone"):
            self.runner.run(
                "git push -q $(cd .. && pwd)/code.git main 2>&1", repo, self.env, check=False)
            if self.timed(tool, "clone", session):
                self.verify(tool, os.path.join(session, "clone", "data"), 2)

    def run(self):
        for number in range(self.options.runs):
            turn = number % len(self.tools)
            for tool in self.tools[turn:] + self.tools[:turn]:
                if not isinstance(tool, Shale) and number >= (self.options.peer_runs or number + 1):
                    continue
                note(f"{self.workload.name}, run {number + 1}: {tool.name}")
                try:
                    self.session(tool)
                except CommandFailed as failure:
                    if isinstance(tool, Shale):
                        raise
                    note(f"  {tool.name}: left out: {failure}")
        for folder in (self.work, self.trash):
            shutil.rmtree(folder, ignore_errors=True)
        return {
            "title": self.workload.title,
            "scale": self.options.scale,
            "runs": self.options.runs,
            "seed": self.options.seed,
            "bytes": disk_bytes(self.v1),
            "files": len(self.files),
            "changed": data.changed_bytes(self.v1, self.v2, self.files),
            "edits": data.edits(self.options.scale),
            "processors": len(os.sched_getaffinity(0)),
            "samples": self.samples,
            "sizes": self.sizes,
        }


def environment(options):
    """The variables that tools get: nothing of the person who runs this."""
    home = os.path.join(options.dir, "home")
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(home)
    with open(os.path.join(home, ".gitconfig"), "w") as file:
        file.write("[user]\n\tname = Ada Example\n\temail = ada@example.com\n"
                   "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
                   "[advice]\n\tdetachedHead = false\n")
        # What `git lfs install` writes: a clone has only the settings of its user.
        file.write("[filter \"lfs\"]\n\trequired = true\n\tclean = git-lfs clean -- %f\n"
                   "\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n")
    return {
        "HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
        "RESTIC_PASSWORD": "x", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
        "GIT_TERMINAL_PROMPT": "0",
    }


def main():
    options = parse()
    options.shale = os.path.realpath(options.shale)
    options.dir = os.path.realpath(options.dir)
    os.makedirs(options.dir, exist_ok=True)
    runner = Runner()
    env = environment(options)
    others = [ShaleLinks(options.shale)] + peers(CACHE)
    if options.tools:
        names = options.tools.split(",")
        others = [tool for tool in others if tool.name.split(",")[0] in names]
    tools = [Shale(options.shale)] + others
    results_path = os.path.join(options.dir, "results.json")
    results = {}
    if os.path.exists(results_path):
        with open(results_path) as file:
            results = json.load(file)
    versions = results.setdefault("versions", {})
    results["machine"] = report.machine(tools, runner, env, options.dir, versions)
    words = sys.argv[3:]
    if "--dir" in words:
        # Where it was done does not matter to who does it again.
        del words[words.index("--dir"):words.index("--dir") + 2]
    command = "make bench" + (f" BENCH='{' '.join(words)}'" if words else "")
    only = options.only.split(",") if options.only else []
    for workload in data.WORKLOADS:
        if workload.name in only if only else options.huge or not workload.huge:
            # Other sizes have tables of their own.
            size = "" if options.scale == 1 else f" at scale {options.scale:g}"
            result = Bench(workload, options, tools, runner, env).run()
            results[workload.name + size] = result | {"command": command}
            if not options.no_write:
                with open(results_path, "w") as file:
                    json.dump(results, file)
    text = report.render(results)
    print(text)
    if not options.no_write:
        report.write(os.path.join(ROOT, "docs", "performance.md"), text)
        with open(os.path.join(ROOT, "docs", "performance.svg"), "w") as file:
            file.write(chart.draw(results, report.bound_of))
    misses = report.misses(results)
    for miss in misses:
        print(f"missed: {miss}")
    checked = "every checkout and clone was compared file by file"
    print(f"bench: done; {checked}; {len(misses)} of the targets missed")


if __name__ == "__main__":
    main()
