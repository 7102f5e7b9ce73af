"""Turns measurements into the tables of docs/performance.md."""

import filecmp
import os
import platform
import statistics

MIB = 1 << 20
MEMORY_LIMIT = 256 * MIB
OPERATIONS = [
    "add", "commit", "status", "status touched", "add again", "commit again", "checkout v1",
    "checkout v2", "v1 again", "v2 again", "full checkout", "push", "push again", "clone", "fsck",
    "gc", "version",
]

# (workload, operation): what it is compared with, and the ratio it may have.
TARGETS = {
    ("W1", "add"): [("sha256", 1.5)], ("W3", "add"): [("sha256", 2.6)],
    ("W4", "add"): [("sha256", 2.6)], ("W6", "add"): [("sha256", 1.5)],
    ("W2", "add"): [("cp", 1.0)], ("W5", "add"): [("cp", 1.0)],
    ("W2", "status"): [("git status", 1.0), ("git status, cached", 1.3)],
    ("W5", "status"): [("git status", 1.0), ("git status, cached", 1.3)],
    ("W1", "status touched"): [("sha256, all cores", 1.3)],
    ("W6", "status touched"): [("sha256, all cores", 1.3)],
    ("W1", "checkout v1"): [("cp", 0.15)], ("W1", "checkout v2"): [("cp", 0.15)],
    ("W1", "full checkout"): [("cp", 1.6)], ("W2", "full checkout"): [("cp", 1.0)],
    ("W3", "full checkout"): [("cp", 1.6)], ("W4", "full checkout"): [("cp", 1.6)],
    ("W5", "full checkout"): [("cp", 1.0)], ("W6", "full checkout"): [("cp", 1.6)],
    ("W7", "add"): [("sha256, all cores", 2.6)],
}
DEFAULT_BOUNDS = {
    "checkout v1": "cp", "checkout v2": "cp", "v1 again": "cp", "v2 again": "cp", "push": "cp",
    "push again": "cp", "clone": "cp", "full checkout": "cp", "fsck": "sha256, all cores",
    "status touched": "sha256, all cores",
}
# Seconds of wall time, whatever else the machine does.
LIMITS = {("W5", "status"): 1.5}
# How much of the processors' time is used while `add` runs.
BUSY = {"W7": 0.9}
# What the store may hold of the data, and by how much version 2 may make it grow.
STORED = {"W3": 0.37, "W4": 0.37}
LINKS = ", hard links"
BOUNDS = ("cp", "sha256", "sha256, all cores", "git status", "git status, cached")


def _is_full(name):
    """Whether a workload has the sizes of its title, for which the targets are."""
    return " at scale " not in name


def growth_limit(name, result):
    """By how many bytes version 2 may make the store grow, or `None`."""
    sizes = result["sizes"]["shale"][-1]
    if name in ("W1", "W6"):
        # What changed, as small as the rest was made.
        return 1.25 * result["changed"] * sizes[0] / result["bytes"]
    if name == "W3":
        return 2 * result["edits"] * (128 << 10) * sizes[0] / result["bytes"]
    return None


def same_content(old, new):
    return filecmp.cmp(old, new, shallow=False)


def machine(tools, runner, env, directory, versions):
    """What was measured on, and with which versions: earlier ones stay where no newer is known."""
    model = memory = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as file:
        memory = f"{int(file.readline().split()[1]) / MIB:.0f} GiB"
    kind, _ = runner.run(["stat", "-f", "-c", "%T", directory], "/", env)[1], None
    for tool in tools:
        command = tool.command("version")
        versions[tool.name] = runner.run(command, "/", env, check=False)[1].strip().split("\n")[0]
    git = runner.run("git --version", "/", env)[1].strip()
    texts = [f"{name}: {text}" for name, text in versions.items()]
    return (
        f"{model}, {len(os.sched_getaffinity(0))} processors, {memory} of memory, "
        f"Linux {platform.release()}, {kind.strip()}. " + "; ".join(texts) + f"; {git}."
    )


def _median(samples, field=0):
    return statistics.median(sample[field] for sample in samples)


def _seconds(value):
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _spread(samples):
    walls = sorted(sample[0] for sample in samples)
    text = _seconds(statistics.median(walls))
    return text if len(walls) == 1 else f"{text} ({_seconds(walls[0])}–{_seconds(walls[-1])})"


def _size(count):
    return f"{count / MIB:.1f}" if count < 100 * MIB else f"{count / MIB:.0f}"


def bound_of(name, operation):
    """What an operation is compared with first."""
    targets = TARGETS.get((name.split()[0], operation))
    return targets[0][0] if targets else DEFAULT_BOUNDS.get(operation)


def _bounds(name, operation, samples):
    """What an operation is compared with: each name, its time, the ratio, the target."""
    kind, found, is_full = name.split()[0], [], _is_full(name)
    targets = TARGETS.get((kind, operation), [(DEFAULT_BOUNDS.get(operation), None)])
    ours = _median(samples["shale"][operation])
    for bound, limit in targets:
        if bound in samples:
            wall = _median(samples[bound][bound])
            found.append((bound, wall, ours / wall, limit if is_full else None))
    if is_full and (kind, operation) in LIMITS:
        found.append(("1 s", 1, ours, LIMITS[kind, operation]))
    return found


def _busy(result):
    """Which part of the processors' time `add` uses."""
    samples = result["samples"]["shale"]["add"]
    return _median(samples, 1) / _median(samples) / result["processors"]


def _is_peer(tool):
    return tool not in BOUNDS and not tool.startswith("shale")


def _verdict(value, limit, digits="g"):
    return f"≤ {limit:{digits}}" + (" ✗" if value > limit else " ✓")


def _workload(name, result):
    samples = result["samples"]
    tools = [tool for tool in samples if tool != "shale" and tool not in BOUNDS]
    lines = [
        f"### {name}: {result['title']}", "",
        f"{result['files']:,} files, {_size(result['bytes'])} MiB (scale {result['scale']:g}, "
        f"seed {result['seed']}, runs {result['runs']}; median, and smallest to largest). Wall "
        f"time in seconds; behind that of others, how many times Shale's it is. "
        f"Command: `{result['command']}`", "",
        "| operation | shale | CPU s | peak MiB | bound | s | ratio | target |"
        + "".join(f" {tool} |" for tool in tools),
        "| --- | --: | --: | --: | --- | --: | --: | --: |" + " --: |" * len(tools),
    ]
    for operation in OPERATIONS:
        ours = samples["shale"].get(operation)
        if not ours:
            continue
        memory = max(sample[2] for sample in ours)
        cells = [operation, _spread(ours), _seconds(_median(ours, 1)),
                 f"{memory / MIB:.0f}" + (" ✗" if memory > MEMORY_LIMIT else "")]
        bounds = [
            [label, _seconds(wall), f"{ratio:.2f}", "" if limit is None else _verdict(ratio, limit)]
            for label, wall, ratio, limit in _bounds(name, operation, samples)
        ] or [[""] * 4]
        others = []
        for tool in tools:
            theirs = samples[tool].get(operation)
            times = _median(theirs) / _median(ours) if theirs else 0
            others.append(f"{_seconds(_median(theirs))} ({times:.2g} ×)" if theirs else "–")
        lines.append("| " + " | ".join(cells + bounds[0] + others) + " |")
        for more in bounds[1:]:
            lines.append("| " + " | ".join([""] * 4 + more + [""] * len(tools)) + " |")
    if name in BUSY:
        lines += ["", f"`add` keeps the processors {_busy(result):.0%} busy "
                      f"(target: {BUSY[name]:.0%})."]
    lines += ["", "Storage in MiB:", "",
              "| tool | store | growth by version 2 | remote | growth by version 2 |",
              "| --- | --: | --: | --: | --: |"]
    for tool, runs in result["sizes"].items():
        row = [_size(value) for value in runs[-1]] + ["–"] * (4 - len(runs[-1]))
        if tool == "shale":
            for column, (value, limit) in enumerate(_sizes(name, result)):
                if limit is not None:
                    row[column] += f" ({_verdict(value / MIB, limit / MIB, '.0f')})"
        lines.append(f"| {tool} | " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def _sizes(name, result):
    """What is stored and may be: the first version, and the growth by the second."""
    stored = STORED.get(name)
    first, growth = result["sizes"]["shale"][-1][:2]
    return [
        (first, stored and stored * result["bytes"]), (growth, growth_limit(name, result)),
    ]


def render(results):
    """The measured part of docs/performance.md."""
    parts = [f"Machine: {results['machine']}\n",
             "![Seconds of each operation, by tool](performance.svg)\n"]
    parts += [_workload(name, results[name]) for name in sorted(results) if name.startswith("W")]
    return "\n".join(parts)


def misses(results):
    """Each target that was missed, the limit of memory included, in words."""
    found = []
    for name, result in sorted(results.items()):
        if not name.startswith("W"):
            continue
        for operation, ours in result["samples"]["shale"].items():
            for bound, _, ratio, limit in _bounds(name, operation, result["samples"]):
                if limit is not None and ratio > limit:
                    found.append(f"{name} {operation}: {ratio:.2f} × {bound}, not {limit:g}")
            memory = max(sample[2] for sample in ours)
            if memory > MEMORY_LIMIT:
                found.append(f"{name} {operation}: {memory / MIB:.0f} MiB of memory")
        for (value, limit), what in zip(_sizes(name, result), ("store", "growth")):
            if limit is not None and value > limit:
                found.append(f"{name} {what}: {_size(value)} MiB, not {_size(limit)}")
        busy = BUSY.get(name)
        if busy and _busy(result) < busy:
            found.append(f"{name} add: {_busy(result):.0%} busy, not {busy:.0%}")
        for tool, operations in result["samples"].items():
            # Links are compared with links.
            ours = tool.replace("dvc", "shale") if tool.endswith(LINKS) else "shale"
            mine = result["samples"].get(ours, result["samples"]["shale"])
            for operation, theirs in operations.items() if _is_peer(tool) else []:
                if operation in mine and _median(theirs) < _median(mine[operation]):
                    found.append(f"{name} {operation}: {tool} is ahead, {_seconds(_median(theirs))}"
                                 f" s to {_seconds(_median(mine[operation]))} s")
    return found


def write(path, text, part="the workloads"):
    """Puts what was measured into its part of the page."""
    with open(path) as file:
        page = file.read()
    begin, end = f"<!-- {part}, written by `make bench`: begin -->\n", "<!-- end -->\n"
    start = page.index(begin) + len(begin)
    page = page[:start] + text.rstrip() + "\n" + page[page.index(end, start):]
    with open(path, "w") as file:
        file.write(page)
