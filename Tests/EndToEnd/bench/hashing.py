#!/usr/bin/env python3
"""Hashes files with SHA-256 on all cores, as a bound: a large file in parts of 16 MiB.

The hashes mean nothing; what counts is that every byte was read and hashed once.
"""

import hashlib
import multiprocessing
import os
import sys

PART = 16 << 20


def parts(top):
    """Lists of (path, offset), each list about as much work as a part."""
    batch, size = [], 0
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            length = os.path.getsize(path)
            if length > PART:
                yield from ([(path, start)] for start in range(0, length, PART))
                continue
            batch.append((path, 0))
            size += length + 4096
            if size > PART:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def work(batch):
    buffer = bytearray(PART)
    for path, start in batch:
        with open(path, "rb", buffering=0) as file:
            file.seek(start)
            count = file.readinto(buffer)
        hashlib.sha256(memoryview(buffer)[:count]).digest()


if __name__ == "__main__":
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.imap_unordered(work, parts(sys.argv[1])):
            pass
