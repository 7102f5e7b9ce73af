#!/usr/bin/env python3
"""Reads a Shale store: the format pages as a program, for platforms on which Shale does not run.

    read_shale.py STORE                      the refs that were pushed to it
    read_shale.py STORE ls REVISION          what a pushed commit tracks
    read_shale.py STORE get REVISION PATH [OUTPUT]
    read_shale.py STORE get sha256:OID OUTPUT

STORE is the directory of a remote, or `.git/shale/store`, which has no revisions. A revision is a
pushed branch or tag, or a commit or the first digits of one. Nothing in the store is changed, and
indexes are not needed: the packs say themselves what they hold. Every byte that is written was
hashed before it got its name.

It needs Python 3.9 and, for zstd, the library libzstd, or the package zstandard.
"""

import ctypes
import ctypes.util
import hashlib
import os
import re
import struct
import sys
import tempfile
import zlib


class Refused(Exception):
    """What is read does not keep to its format, or is not there."""


# MARK: - Codecs (codecs.md)


def _library_decompressor():
    name = ctypes.util.find_library("zstd") or "libzstd.so.1"
    library = ctypes.CDLL(name)
    library.ZSTD_decompress.restype = ctypes.c_size_t
    library.ZSTD_decompress.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    library.ZSTD_isError.argtypes = [ctypes.c_size_t]

    def decompress(stored, size):
        output = ctypes.create_string_buffer(max(size, 1))
        count = library.ZSTD_decompress(output, size, stored, len(stored))
        if library.ZSTD_isError(count):
            raise Refused("a zstd frame is damaged")
        return output.raw[:count]

    return decompress


def _decompressor():
    """A function that decompresses one zstd frame into at most `size` bytes."""
    try:
        return _library_decompressor()
    except OSError:
        pass
    try:
        import zstandard
    except ImportError:
        raise Refused("neither libzstd nor the package zstandard is here") from None

    def decompress(stored, size):
        try:
            return zstandard.ZstdDecompressor().decompress(stored, max_output_size=size)
        except zstandard.ZstdError as error:
            raise Refused(f"a zstd frame is damaged: {error}") from None

    return decompress


_zstd = None


def unzstd(stored, size):
    global _zstd
    if stored[:4] != b"\x28\xb5\x2f\xfd":
        raise Refused("a zstd frame has another magic number")
    _zstd = _zstd or _decompressor()
    return _zstd(stored, size)


def unzlib(stored, size):
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(stored, size + 1)
    except zlib.error as error:
        raise Refused(f"a zlib stream is damaged: {error}") from None
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise Refused("a zlib stream does not end where it should")
    return content


def unplanes(stored, size):
    width, coded = stored[0], stored[1]
    if width not in (2, 4, 8) or not coded or coded >> width:
        raise Refused("planes of a wrong width")
    planes = [plane for plane in range(width) if coded >> plane & 1]
    lengths = struct.unpack_from(f"<{len(planes)}I", stored, 2)
    position, content = 2 + 4 * len(planes), bytearray(size)
    for plane in range(width):
        count = max(0, -(-(size - plane) // width))
        length = lengths[planes.index(plane)] if plane in planes else count
        part = stored[position : position + length]
        position += length
        if len(part) != length:
            raise Refused("a plane ends early")
        part = unzstd(part, count) if plane in planes else part
        if len(part) != count:
            raise Refused("a plane has another length")
        content[plane::width] = part
    if position != len(stored):
        raise Refused("bytes are left over behind the planes")
    return bytes(content)


CODECS = {0: lambda stored, size: stored, 1: unzlib, 2: unzstd, 3: unplanes}


# MARK: - Packs (pack.md)

ENTRY = struct.Struct("<32sIIIHBB")
CONTENT, RECIPE = 0, 1


class Pack:
    """The directory of a pack, checked."""

    def __init__(self, path):
        self.path = path
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            head = file.read(16)
            file.seek(max(0, size - 96))
            footer = file.read(96)
            if head[:8] != b"SHALEPAK" or len(footer) != 96 or footer[88:] != b"SHALEEND":
                raise Refused(f"'{path}' is no pack")
            versions = struct.unpack_from("<I", head, 8) + struct.unpack_from("<I", footer, 84)
            if versions != (1, 1):
                raise Refused(f"'{path}' is of version {max(versions)}: a newer reader is needed")
            digest, offset, count = struct.unpack_from("<32sQI", footer)
            if offset < 16 or offset + 48 * count + 96 != size or not count:
                raise Refused(f"'{path}' has another size than it says")
            file.seek(offset)
            directory = file.read(48 * count)
        if hashlib.sha256(directory).digest() != digest:
            raise Refused(f"the directory of '{path}' is damaged")
        self.entries = []
        for oid, pack, start, stored, low, high, kind in ENTRY.iter_unpack(directory):
            if pack or start < 16 or start + stored > offset or kind >> 7:
                raise Refused(f"an entry of '{path}' is damaged")
            self.entries.append((oid, start, stored, low | high << 16, kind))


class Store:
    """The records of all packs, by oid and form."""

    def __init__(self, root):
        self.root = root
        try:
            with open(os.path.join(root, "format"), "rb") as file:
                first = file.readline()
        except OSError as error:
            raise Refused(f"'{root}' is no store: {error}") from None
        if first != b"shale store 1\n":
            raise Refused(f"'{root}' is a store of another version: {first!r}")
        self.records = {}
        packs = os.path.join(root, "packs")
        for fan in sorted(os.listdir(packs)):
            for name in sorted(os.listdir(os.path.join(packs, fan))):
                if re.fullmatch(r"[0-9a-f]{64}\.pack", name):
                    self._take(os.path.join(packs, fan, name))

    def _take(self, path):
        try:
            pack = Pack(path)
        except Refused as error:
            # Another pack may have the same records.
            print(f"read_shale.py: left out: {error}", file=sys.stderr)
            return
        for oid, start, stored, length, kind in pack.entries:
            place = (path, start, stored, length, kind & 15)
            self.records.setdefault((oid, kind >> 4 & 1), []).append(place)

    def _read(self, oid, form):
        """The bytes of each copy of a record."""
        for path, start, stored, length, codec in self.records.get((oid, form), []):
            with open(path, "rb") as file:
                file.seek(start)
                data = file.read(stored)
            if codec not in CODECS:
                raise Refused(f"codec {codec} in '{path}': a newer reader is needed")
            try:
                content = CODECS[codec](data, length)
            except (Refused, struct.error, IndexError):
                continue
            if len(content) == length:
                yield content

    def record(self, oid):
        """The content of a record, or `None`; what does not hash to its oid does not count."""
        for content in self._read(oid, CONTENT):
            if hashlib.sha256(content).digest() == oid:
                return content
        return None

    def parts(self, oid):
        """The content of an object, in parts. The whole is to be hashed by who takes it."""
        content = self.record(oid)
        if content is not None:
            yield content
            return
        for root in self._read(oid, RECIPE):
            yield from self._node(root, None, None)
            return
        raise Refused(f"the store has no sound copy of sha256:{oid.hex()}")

    def _node(self, node, level, length):
        """What a node of a recipe stands for (recipe.md §2)."""
        if node[:8] != b"ShRcpe\0\1":
            raise Refused("a recipe has another magic number")
        own, flags, count, total = struct.unpack_from("<BBHQ", node, 8)
        entries = [struct.unpack_from("<32sQ", node, 20 + 40 * number) for number in range(count)]
        if own > 7 or level not in (None, own) or length not in (None, total) or flags > 1:
            raise Refused("a node of a recipe is not what its parent says")
        if sum(size for _, size in entries) != total or any(size == 0 for _, size in entries):
            raise Refused("the lengths in a recipe do not add up")
        for oid, size in entries:
            part = self.record(oid)
            if part is None:
                raise Refused(f"the store has no sound copy of the part sha256:{oid.hex()}")
            if own:
                yield from self._node(part, own - 1, size)
            elif len(part) == size:
                yield part
            else:
                raise Refused(f"the part sha256:{oid.hex()} has another length")

    def content(self, oid):
        """An object that fits into memory."""
        content = b"".join(self.parts(oid))
        if hashlib.sha256(content).digest() != oid:
            raise Refused(f"sha256:{oid.hex()} is damaged")
        return content


# MARK: - Trees (tree.md)


def tree(store, oid):
    """The entries of a directory: kind, size, files, oid and name of each."""
    content, entries, position = store.content(oid), [], 8
    if content[:8] != b"ShTree\0\1":
        raise Refused(f"sha256:{oid.hex()} is no directory")
    while position < len(content):
        kind, count = chr(content[position]), content[position + 1]
        size, files = struct.unpack_from("<Q", content, position + 2)[0], 1
        position += 10
        if kind == "d":
            files = struct.unpack_from("<Q", content, position)[0]
            position += 8
        part, end = content[position : position + 32], position + 32 + count
        name, position = content[position + 32 : end], end
        if position > len(content) or kind not in "fxld":
            raise Refused(f"the directory sha256:{oid.hex()} is damaged")
        if name in (b"", b".", b"..") or name.lower() == b".git" or b"/" in name or b"\0" in name:
            raise Refused(f"a directory has the name {name!r}")
        if entries and entries[-1][-1] >= name:
            raise Refused(f"the directory sha256:{oid.hex()} is not sorted")
        entries.append((kind, size, files, part, name))
    return entries


def write_file(store, oid, path, executable=False):
    """Writes a file under a temporary name, and names it when its hash is right."""
    folder = os.path.dirname(path) or b"."
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=b".shale-tmp-")
    try:
        digest = hashlib.sha256()
        with open(handle, "wb") as file:
            for part in store.parts(oid):
                digest.update(part)
                file.write(part)
        if digest.digest() != oid:
            raise Refused(f"sha256:{oid.hex()} is damaged")
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, (0o777 if executable else 0o666) & ~mask)
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_tree(store, oid, path, depth=0):
    """Writes a directory that must not be there."""
    if depth > 200:
        raise Refused("directories lie deeper than 200 within each other")
    os.mkdir(path)
    for kind, _, _, part, name in tree(store, oid):
        place = os.path.join(path, name)
        if kind == "d":
            write_tree(store, part, place, depth + 1)
        elif kind == "l":
            os.symlink(store.content(part), place)
        else:
            write_file(store, part, place, executable=kind == "x")


# MARK: - Roots (remote.md)


def _unescape(text):
    return re.sub(rb"%([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), text)


def root_lines(path):
    """The lines of a root without its checksum."""
    with open(path, "rb") as file:
        text = file.read(64 << 20)
    body, mark, rest = text.rpartition(b"checksum ")
    if not mark or rest.strip() != hashlib.sha256(body).hexdigest().encode():
        raise Refused(f"'{path}' is damaged")
    return body.splitlines()


def refs(root):
    """The newest commit of each ref that was pushed, by full name."""
    newest, place = {}, os.path.join(root, "roots", "refs")
    for folder, _, names in os.walk(place):
        for name in names:
            if re.fullmatch(r"[0-9a-f]{40,64}", name):
                lines = root_lines(os.path.join(folder, name))
                values = dict(line.split(b" ", 1) for line in lines[1:])
                found = (int(values[b"date"]), os.path.getmtime(os.path.join(folder, name)),
                         values[b"commit"].decode())
                ref = _unescape(values[b"ref"])
                newest[ref] = max(found, newest.get(ref, found))
    return {ref: commit for ref, (_, _, commit) in sorted(newest.items())}


def commit_of(root, revision):
    """The id of the commit that a revision names."""
    known = refs(root)
    for prefix in ("", "refs/heads/", "refs/tags/"):
        if (prefix + revision).encode() in known:
            return known[(prefix + revision).encode()]
    place = os.path.join(root, "roots", "commits", revision[:2])
    found = []
    if re.fullmatch(r"[0-9a-f]{4,64}", revision) and os.path.isdir(place):
        found = [name for name in os.listdir(place) if name.startswith(revision)]
    if len(found) != 1:
        raise Refused(f"'{revision}' is no ref or commit that was pushed here" if not found
                      else f"'{revision}' is the beginning of several commits")
    return found[0]


def tracked(root, revision):
    """What a commit tracks: kind, oid, size, files and path of each."""
    commit = commit_of(root, revision)
    found = []
    for line in root_lines(os.path.join(root, "roots", "commits", commit[:2], commit))[5:]:
        _, kind, oid, size, files, path = line.split(b" ", 5)
        oid = bytes.fromhex(oid.decode())
        found.append((kind.decode(), oid, int(size), int(files), _unescape(path)))
    return found


def find(store, revision, path):
    """What a tracked path, or a path in a tracked directory, is: kind and oid."""
    for kind, oid, _, _, top in tracked(store.root, revision):
        if path == top:
            return ("d" if kind == "tree" else "f"), oid
        if kind == "tree" and path.startswith(top + b"/"):
            found = ("d", oid)
            for name in path[len(top) + 1 :].split(b"/"):
                matches = [entry for entry in tree(store, found[1]) if entry[4] == name]
                if found[0] != "d" or not matches:
                    break
                found = (matches[0][0], matches[0][3])
            else:
                return found
    raise Refused(f"'{revision}' does not track '{os.fsdecode(path)}'")


def main(words):
    if not words or words[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    store = words.pop(0)
    if not words:
        for ref, commit in refs(store).items():
            print(commit, os.fsdecode(ref))
    elif words[0] == "ls" and len(words) == 2:
        for kind, oid, size, files, path in tracked(store, words[1]):
            print(f"{kind} sha256:{oid.hex()} {size:>14} {files:>9} {os.fsdecode(path)}")
    elif words[0] == "get" and len(words) == 3 and words[1].startswith("sha256:"):
        write_file(Store(store), bytes.fromhex(words[1][7:]), os.fsencode(words[2]))
    elif words[0] == "get" and len(words) in (3, 4):
        path = os.fsencode(words[2].rstrip("/"))
        output = os.fsencode(words[3]) if len(words) == 4 else os.path.basename(path)
        opened = Store(store)
        kind, oid = find(opened, words[1], path)
        if os.path.lexists(output):
            raise Refused(f"'{os.fsdecode(output)}' is there already")
        if kind == "d":
            write_tree(opened, oid, output)
        elif kind == "l":
            os.symlink(opened.content(oid), output)
        else:
            write_file(opened, oid, output, executable=kind == "x")
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refused, OSError) as problem:
        sys.exit(f"read_shale.py: {problem}")
