"""Draws the measurements as one SVG: a panel for each workload, seconds on a logarithmic axis."""

import math
import statistics
from html import escape

WIDTH, LEFT, PANEL, ROW, GAP = 880, 128, 424, 22, 46
OPERATIONS = [
    "add", "status", "status touched", "add again", "checkout v1", "checkout v2", "v1 again",
    "v2 again", "full checkout", "push", "push again", "clone", "fsck",
]
# Told apart by shape as well as by colour.
MARKS = {
    "shale": ("#0969da", "dot"), "shale, hard links": ("#54aeff", "cross"),
    "dvc": ("#bc4c00", "square"), "dvc, hard links": ("#e16f24", "diamond"),
    "git-lfs": ("#8250df", "triangle"),
    "oxen": ("#1a7f37", "square"), "restic": ("#bf3989", "diamond"),
    "borg": ("#6e7781", "triangle"), "git-annex": ("#4d2d00", "cross"),
}
STYLE = """text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.quiet { fill: #59636e } .title { font-weight: 600; font-size: 13px }
.grid { stroke: #d1d9e0 } .bound { stroke: #59636e; stroke-width: 2 } .page { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .page { fill: #0d1117 }
  .bound { stroke: #9198a1 }
}"""


def _mark(kind, x, y, color, text):
    shapes = {
        "dot": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{color}"/>',
        "square": f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" {{}}/>',
        "diamond": f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z" {{}}/>',
        "triangle": f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" {{}}/>',
        "cross": f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8" {{}}/>',
    }
    outline = f'fill="none" stroke="{color}" stroke-width="1.8"'
    return f"<g><title>{escape(text)}</title>{shapes[kind].replace('{}', outline)}</g>"


def _seconds(value):
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:g} s"


def _panel(name, result, bound_of, left, top):
    samples = result["samples"]
    median = {
        tool: {op: statistics.median(s[0] for s in runs) for op, runs in operations.items()}
        for tool, operations in samples.items()
    }
    rows = [op for op in OPERATIONS if op in median["shale"]]
    tools = [tool for tool in MARKS if tool in median]
    values = [median[tool][op] for tool in tools for op in rows if op in median[tool]]
    low = math.floor(math.log10(max(min(values), 0.001)))
    high = math.ceil(math.log10(max(values)))
    start, span = left + LEFT, PANEL - LEFT - 20

    def place(value):
        return start + (math.log10(max(value, 10**low)) - low) / max(1, high - low) * span

    bottom = top + 26 + ROW * len(rows)
    parts = [f'<text class="title" x="{left}" y="{top + 8}">{escape(name)}: '
             f"{escape(result['title'].split(';')[0])}</text>"]
    for power in range(low, high + 1):
        x = place(10**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 20}" y2="{bottom}"/>'
                     f'<text class="quiet" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">'
                     f"{_seconds(10.0**power)}</text>")
    for number, op in enumerate(rows):
        y = top + 34 + ROW * number
        parts.append(f'<text x="{start - 12}" y="{y + 4}" text-anchor="end">{op}</text>')
        bound = bound_of(name, op)
        if bound in median:
            x = place(median[bound][bound])
            line = f'<line class="bound" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 8}" y2="{y + 8}"/>'
            parts.append(f"<g><title>{bound}: {median[bound][bound]:.3f} s</title>{line}</g>")
        # Shale is drawn last, on top.
        for tool in reversed(tools):
            value = median[tool].get(op)
            if value is not None:
                color, kind = MARKS[tool]
                parts.append(_mark(kind, place(value), y, color, f"{tool}: {value:.3f} s"))
    return "".join(parts), bottom + 24


def draw(results, bound_of):
    """The chart as SVG text; `bound_of` names what an operation is compared with."""
    names = sorted(name for name in results if name.startswith("W"))
    # Small samples are drawn where there is nothing else.
    names = [name for name in names if " " not in name] or names
    parts, top, tools = [], 60, set()
    for pair in (names[i : i + 2] for i in range(0, len(names), 2)):
        ends = []
        for column, name in enumerate(pair):
            text, end = _panel(name, results[name], bound_of, 16 + column * (PANEL + 8), top)
            parts.append(text)
            ends.append(end)
            tools |= set(results[name]["samples"]) & set(MARKS)
        top = max(ends) + GAP - 24
    x, legend = 22, []
    for tool in (tool for tool in MARKS if tool in tools):
        color, kind = MARKS[tool]
        legend.append(_mark(kind, x, 16, color, tool) + f'<text x="{x + 11}" y="20">{tool}</text>')
        x += 32 + 7 * len(tool)
    legend.append('<line class="bound" x1="22" x2="22" y1="28" y2="44"/>'
                  '<text x="33" y="40">the bound: cp, sha256, git status</text>')
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}"\n'
        f'width="{WIDTH}" height="{top}" role="img"\n'
        f'aria-label="Seconds of each operation, by tool"><style>{STYLE}</style>'
        f'<rect class="page" width="{WIDTH}" height="{top}"/>' + "".join(legend + parts) + "</svg>"
    )
    # A line for each element.
    return text.replace("><", ">\n<") + "\n"
