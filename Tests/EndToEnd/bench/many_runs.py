#!/usr/bin/env python3
"""Makes a repository with many runs, and measures how long questions about them take.

Each run reads `data/raw.csv` and one of the last 60 intermediate files, and makes another one and
four models: 1,000 runs make 5,000 pieces of data.

Usage: many_runs.py SHALE [COUNT]
"""

import hashlib
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def artifact(path, oid):
    return {"path": path, "kind": "file", "oid": oid, "size": 1000, "origin": "declared"}


def record(number, raw, draw):
    """The record of one run, as `shale run` would have written it."""
    inputs = [artifact("data/raw.csv", raw)]
    if number > 0:
        earlier = draw.randrange(max(0, number - 60), number)
        inputs.append(artifact(f"stage/{earlier % 50}.csv", digest(f"stage {earlier}")))
    outputs = [artifact(f"stage/{number % 50}.csv", digest(f"stage {number}"))]
    for model in range(4):
        path = f"models/{number % 20}/{model}.pt"
        outputs.append(artifact(path, digest(f"model {number} {model}")))
    started = f"2026-01-{1 + number // 1440 % 28:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    values = lambda name, value: [{"path": name, "oid": digest(name), "values": value}]
    return {
        "shaleRun": 1, "invocation": digest(f"invocation {number}")[:32], "name": f"run-{number}",
        "state": "succeeded", "command": ["python3", "train.py"], "directory": ".",
        "exitStatus": 0, "seconds": 1.5, "started": started,
        "code": {"tree": {"oid": digest("code"), "size": 10, "files": 1}, "isModified": False},
        "inputs": inputs, "outputs": outputs,
        "parameters": values("params.yaml", {"lr": number / 1000, "epochs": 3}),
        "metrics": values("metrics.json", {"accuracy": 0.5, "loss": 1.5}),
        "observation": {"method": "declared", "mayMiss": []},
    }


def median_seconds(command, directory, runs=11):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times), min(times), max(times)


def main():
    shale = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        run = lambda *words: subprocess.run(words, cwd=directory, check=True)
        run("git", "init", "--quiet")
        run(shale, "init", "--quiet")
        (directory / "data").mkdir()
        (directory / "data/raw.csv").write_text("".join(f"{i}\n" for i in range(1000)))
        run(shale, "add", "--quiet", "data")
        run(shale, "commit", "--quiet", "-m", "one")
        raw = hashlib.sha256((directory / "data/raw.csv").read_bytes()).hexdigest()
        records = directory / ".git/shale/runs"
        records.mkdir(exist_ok=True)
        draw = random.Random(1)
        for number in range(count):
            content = (json.dumps(record(number, raw, draw), indent=2) + "\n").encode()
            (records / f"{hashlib.sha256(content).hexdigest()}.json").write_bytes(content)
        questions = {
            "everything that came of one file": ["--down", "data/raw.csv"],
            "the same as JSON": ["--down", "data/raw.csv", "--json"],
            "what the last model came from": [digest(f"model {count - 1} 0")],
        }
        run(shale, "lineage", "--quiet", "data/raw.csv", "-o", "first.txt")
        for what, words in questions.items():
            middle, least, most = median_seconds([shale, "lineage", *words], directory)
            print(f"{what}: {middle * 1000:.0f} ms ({least * 1000:.0f}–{most * 1000:.0f})")


if __name__ == "__main__":
    main()
