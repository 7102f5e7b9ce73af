"""Makes the data of the benchmark from a seed. Python's standard library is all it needs.

Every workload is a directory `v1` and a directory `v2`, made once for a scale and a seed and kept.
Blocks are made in several processes; each depends on its own number only, so that the bytes are
the same however many processes there are.
"""

import json
import multiprocessing
import os
import random
import shutil
import struct

MIB = 1 << 20
WORDS = "alpha bravo cedar delta ember flint grove haven inlet jetty knoll larch".split()


class Workload:
    """What is made, and what it is called in tables."""

    def __init__(self, name, title, make, huge=False):
        self.name, self.title, self.make, self.huge = name, title, make, huge


def _rng(*parts):
    return random.Random("/".join(map(str, parts)))


def _quantiles():
    """The high byte of bfloat16 numbers of deviation 0.02, at 256 evenly spaced ranks."""
    rng = _rng("quantiles")
    values = sorted(rng.gauss(0, 0.02) for _ in range(1 << 14))
    highs = [struct.pack(">f", value)[0] for value in values]
    return bytes(highs[(2 * rank + 1) * len(highs) // 512] for rank in range(256))


HIGH_BYTES = _quantiles()


def _tensor(arguments):
    """The bytes of one tensor of weights: 2-byte numbers, or 4-byte ones for every fourth."""
    seed, version, number, size = arguments
    rng = _rng(seed, "tensor", version, number)
    width = 4 if number % 4 == 3 else 2
    numbers = bytearray(size)
    count = size // width
    for plane in range(width - 1):
        numbers[plane::width] = rng.randbytes(count)
    numbers[width - 1 :: width] = rng.randbytes(count).translate(HIGH_BYTES)
    return bytes(numbers)


def make_weights(folder, seed, scale, pool, size=2048 * MIB, name="model.safetensors"):
    """One safetensors file, and a fine-tuned version in which 5% of the tensors are new."""
    total = max(int(size * scale), 1 << 16)
    count = min(256, max(20, total >> 16))
    each = total // count // 4096 * 4096 or 4096
    tuned = set(_rng(seed, "tuned").sample(range(count), max(1, count // 20)))
    header = {}
    for number in range(count):
        width, kind = (4, "F32") if number % 4 == 3 else (2, "BF16")
        header[f"layers.{number:03}.weight"] = {
            "dtype": kind,
            "shape": [each // width],
            "data_offsets": [number * each, (number + 1) * each],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    for version in (1, 2):
        tasks = [
            (seed, version if number in tuned else 1, number, each) for number in range(count)
        ]
        _write(folder, version, name, pool.imap(_tensor, tasks),
               start=struct.pack("<Q", len(text)) + text)


def _rows(arguments):
    """A block of rows of a table."""
    seed, block, count = arguments
    rng = _rng(seed, "rows", block)
    bits, start, lines = rng.getrandbits, block * count, []
    for number in range(start, start + count):
        word = bits(64)
        lines.append(
            f"{number},{WORDS[word & 7]},2026-{1 + (word >> 3) % 12:02}-{1 + (word >> 7) % 28:02},"
            f"{(word >> 12) % 100000 / 100},{(word >> 29) % 1000},{word >> 40:x}\n"
        )
    return "".join(lines).encode()


def edits(scale):
    """How many rows of the table are inserted, and how many removed."""
    return max(2, int(1000 * min(1, scale * 4)))


def make_table(folder, seed, scale, pool, size=1024 * MIB):
    """A CSV file, and a version with 1,000 rows inserted and 1,000 removed all over it."""
    rows = 20000
    block = len(_rows((seed, 0, rows)))
    count = max(1, int(size * scale) // block)
    tasks = ((seed, number, rows) for number in range(count))
    header = b"row,name,day,price,count,mark\n"
    first = _write(folder, 1, "table.csv", pool.imap(_rows, tasks), start=header)
    count = edits(scale)
    rng = _rng(seed, "edits")
    length = os.path.getsize(first)
    places = sorted(rng.sample(range(len(header), length - 200), 2 * count))
    second = _path(folder, 2, "table.csv")
    with open(first, "rb") as old, open(second, "wb") as new:
        done = 0
        for number, place in enumerate(places):
            old.seek(place)
            old.readline()
            edge = old.tell()
            if edge < done:
                continue
            _copy(old, new, done, edge)
            old.seek(edge)
            done = edge + len(old.readline()) if number % 2 else edge
            if number % 2 == 0:
                new.write(b"%d,inserted,2026-01-01,1.25,7,%x\n" % (place, rng.getrandbits(24)))
        _copy(old, new, done, length)


def _records(arguments):
    """A block of lines of JSON."""
    seed, block, count = arguments
    rng = _rng(seed, "records", block)
    lines = []
    for number in range(block * count, (block + 1) * count):
        text = " ".join(rng.choices(WORDS, k=20))
        record = {"id": number, "text": text, "score": round(rng.random(), 6)}
        lines.append(json.dumps(record) + "\n")
    return "".join(lines).encode()


def make_lines(folder, seed, scale, pool, size=1024 * MIB):
    """A JSONL file, and a version with 1% appended."""
    rows = 5000
    block = len(_records((seed, 0, rows)))
    count = max(1, int(size * scale) // block)
    more = max(1, count // 100)
    blocks = [(seed, number, rows) for number in range(count + more)]
    first = _write(folder, 1, "lines.jsonl", pool.imap(_records, blocks[:count]))
    second = _path(folder, 2, "lines.jsonl")
    shutil.copyfile(first, second)
    with open(second, "ab") as file:
        for data in pool.imap(_records, blocks[count:]):
            file.write(data)


def _small_name(number):
    return f"{number % 100:02}/{number // 100 % 50:02}/{number:07}.bin"


def _small_files(arguments):
    """Writes a range of small files."""
    folder, seed, numbers, low, high, version = arguments
    for number in numbers:
        rng = _rng(seed, "small", number, version)
        size = rng.randrange(low, high)
        if number % 2:
            data = rng.randbytes(size)
        else:
            data = " ".join(rng.choices(WORDS, k=size // 6)).encode()
        path = os.path.join(folder, _small_name(number))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def make_small(folder, seed, scale, pool, count=100_000, low=1024, high=12 * 1024):
    """Many small files; then 100 in 100,000 changed, 50 added, 50 removed."""
    count = max(200, int(count * scale))
    change = max(2, count // 1000)
    first, second = (os.path.join(folder, name) for name in ("v1", "v2"))
    for top in (first, second):
        tasks = [
            (top, seed, range(start, min(start + 1000, count)), low, high, 1)
            for start in range(0, count, 1000)
        ]
        for _ in pool.imap_unordered(_small_files, tasks):
            pass
    numbers = _rng(seed, "changes").sample(range(count), change + change // 2)
    _small_files((second, seed, numbers[:change], low, high, 2))
    _small_files((second, seed, range(count, count + change // 2), low, high, 2))
    for number in numbers[change:]:
        os.unlink(os.path.join(second, _small_name(number)))


def make_million(folder, seed, scale, pool):
    """The same with 1,000,000 smaller files."""
    make_small(folder, seed, scale, pool, count=1_000_000, low=64, high=1024)


def make_four(folder, seed, scale, pool):
    """Four files of weights of 1 GiB: work for every core without a file being cut for it."""
    for number in range(4):
        make_weights(folder, f"{seed}-{number}", scale, pool, size=1024 * MIB,
                     name=f"model-{number}.safetensors")


def make_huge(folder, seed, scale, pool):
    """One file of weights of 20 GiB."""
    make_weights(folder, seed, scale, pool, size=20 * 1024 * MIB)


WORKLOADS = [
    Workload("W1", "one 2 GiB safetensors file; 5% of its tensors tuned", make_weights),
    Workload("W2", "100,000 files of 1–12 KiB; 100 changed, 50 added, 50 removed", make_small),
    Workload("W3", "a 1 GiB CSV file; 1,000 rows inserted, 1,000 removed", make_table),
    Workload("W4", "a 1 GiB JSONL file; 1% appended", make_lines),
    Workload("W7", "four 1 GiB safetensors files at once", make_four),
    Workload("W5", "1,000,000 files of 64–1,023 bytes; 0.2% changed", make_million, huge=True),
    Workload("W6", "one 20 GiB safetensors file; 5% of its tensors tuned", make_huge, huge=True),
]


def _path(folder, version, name):
    path = os.path.join(folder, f"v{version}", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def _write(folder, version, name, blocks, start=b""):
    path = _path(folder, version, name)
    with open(path, "wb") as file:
        file.write(start)
        for block in blocks:
            file.write(block)
    return path


def _copy(old, new, start, end):
    old.seek(start)
    while start < end:
        data = old.read(min(4 * MIB, end - start))
        new.write(data)
        start += len(data)


def changed_bytes(first, second, names, block=1 << 16):
    """In how many bytes, counted by blocks, files of the same names differ."""
    total = 0
    for name in names:
        paths = [os.path.join(top, name) for top in (first, second)]
        if not os.path.exists(paths[1]):
            continue
        with open(paths[0], "rb") as old, open(paths[1], "rb") as new:
            while left := old.read(16 * MIB):
                right = new.read(len(left))
                if left != right:
                    total += sum(
                        min(block, len(left) - start) for start in range(0, len(left), block)
                        if left[start : start + block] != right[start : start + block])
    return total


def prepare(workload, cache, seed, scale):
    """Makes the data of a workload unless it is there, and says where."""
    folder = os.path.join(cache, f"{workload.name}-{seed}-{scale:g}")
    if not os.path.exists(os.path.join(folder, "made")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with multiprocessing.Pool() as pool:
            workload.make(folder, seed, scale, pool)
        open(os.path.join(folder, "made"), "w").close()
    return folder
