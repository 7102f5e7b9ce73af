"""Turns measurements into the tables of docs/performance.md."""

import filecmp
import os
import platform
import statistics

MIB = 1 << 20
MEMORY_LIMIT = 256 * MIB
OPERATIONS = [
    "add", "commit", "status", "status touched", "add again", "commit again", "checkout v1",
    "checkout v2", "full checkout", "push", "push again", "clone", "fsck", "version",
]

# (workload, operation): what it is compared with, and the ratio it may have.
TARGETS = {
    ("W1", "add"): ("sha256", 1.5), ("W3", "add"): ("sha256", 2.6),
    ("W4", "add"): ("sha256", 2.6), ("W6", "add"): ("sha256", 1.5),
    ("W2", "add"): ("cp", 1.0), ("W5", "add"): ("cp", 1.0),
    ("W2", "status"): ("git status", 1.0), ("W5", "status"): ("git status", 1.0),
    ("W1", "checkout v1"): ("cp", 0.15), ("W1", "checkout v2"): ("cp", 0.15),
    ("W1", "full checkout"): ("cp", 1.6), ("W2", "full checkout"): ("cp", 1.0),
    ("W3", "full checkout"): ("cp", 1.6), ("W4", "full checkout"): ("cp", 1.6),
    ("W5", "full checkout"): ("cp", 1.0), ("W6", "full checkout"): ("cp", 1.6),
}
DEFAULT_BOUND = {
    "checkout v1": "cp", "checkout v2": "cp", "push": "cp", "push again": "cp", "clone": "cp",
}


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


def _bound(name, operation, samples):
    """What an operation is compared with: its name, its time, the ratio, the target."""
    bound, limit = TARGETS.get((name.split()[0], operation), (DEFAULT_BOUND.get(operation), None))
    if bound not in samples:
        return None
    limits = samples[bound][bound]
    ours = samples["shale"][operation]
    own = limits[-len(ours):] if len(limits) >= len(ours) else limits
    ratio = _median(ours) / _median(limits)
    return bound, _median(own), ratio, limit


def _workload(name, result):
    samples = result["samples"]
    tools = [tool for tool in samples if tool not in ("shale", "cp", "sha256", "git status")]
    lines = [
        f"### {name}: {result['title']}", "",
        f"{result['files']:,} files, {_size(result['bytes'])} MiB (scale {result['scale']:g}, "
        f"seed {result['seed']}, runs {result['runs']}; median, and smallest to largest). Wall "
        f"time in seconds. Command: `{result['command']}`", "",
        "| operation | shale | CPU s | peak MiB | bound | s | ratio | target |"
        + "".join(f" {tool} |" for tool in tools),
        "| --- | --: | --: | --: | --- | --: | --: | --: |" + " --: |" * len(tools),
    ]
    for operation in OPERATIONS:
        ours = samples["shale"].get(operation)
        if not ours:
            continue
        bound = _bound(name, operation, samples)
        cells = [operation, _spread(ours), _seconds(_median(ours, 1)),
                 f"{max(sample[2] for sample in ours) / MIB:.0f}"]
        if bound:
            label, wall, ratio, limit = bound
            target = "" if limit is None else f"≤ {limit:g}" + (" ✗" if ratio > limit else " ✓")
            cells += [label, _seconds(wall), f"{ratio:.2f}", target]
        else:
            cells += ["", "", "", ""]
        for tool in tools:
            theirs = samples[tool].get(operation)
            cells.append(_seconds(_median(theirs)) if theirs else "–")
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "Storage in MiB:", "",
              "| tool | store | growth by version 2 | remote | growth by version 2 |",
              "| --- | --: | --: | --: | --: |"]
    for tool, runs in result["sizes"].items():
        row = [_size(value) for value in runs[-1]] + ["–"] * (4 - len(runs[-1]))
        lines.append(f"| {tool} | " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def render(results):
    """The measured part of docs/performance.md."""
    parts = [f"Machine: {results['machine']}\n"]
    parts += [_workload(name, results[name]) for name in sorted(results) if name.startswith("W")]
    return "\n".join(parts)


def misses(results):
    """How many targets were missed, the limit of memory included."""
    count = 0
    for name in results:
        if not name.startswith("W"):
            continue
        for operation, ours in results[name]["samples"]["shale"].items():
            bound = _bound(name, operation, results[name]["samples"])
            if bound and bound[3] is not None and bound[2] > bound[3]:
                count += 1
            if max(sample[2] for sample in ours) > MEMORY_LIMIT:
                count += 1
    return count


def write(path, text):
    with open(path) as file:
        page = file.read()
    begin, end = "<!-- written by `make bench`: begin -->\n", "<!-- end -->\n"
    start = page.index(begin) + len(begin)
    page = page[:start] + text.rstrip() + "\n" + page[page.index(end, start):]
    with open(path, "w") as file:
        file.write(page)
