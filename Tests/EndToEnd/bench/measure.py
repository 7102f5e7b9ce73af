"""Runs commands and measures them, and compares directories."""

import hashlib
import mmap
import multiprocessing
import os
import pickle
import socket
import struct
import subprocess
import sys
import time


class Sample:
    """The cost of a run: seconds of wall and CPU time, bytes of the largest process."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory


class CommandFailed(Exception):
    pass


class Ballast:
    """Free memory, held while nothing is measured and let go just before a command starts.

    A virtual machine gives memory that has been free for seconds back to its host, and the first
    touch of each such page costs more than copying it. Who works on a machine of his own does not
    pay that, and it differs from one command to the next.
    """

    POPULATE_WRITE = 23  # MADV_POPULATE_WRITE of Linux 5.14

    def __init__(self):
        self._size, self._area = 0, None

    def reserve(self, size):
        """Says how much to hold, in bytes, as far as that much is free."""
        self.release()
        self._size = size
        self.hold()

    def hold(self):
        with open("/proc/meminfo") as file:
            free = next(int(line.split()[1]) << 10 for line in file if line.startswith("MemFree"))
        # What is read and written again and again stays in the page cache.
        size = min(self._size, free - (1 << 30)) // mmap.PAGESIZE * mmap.PAGESIZE
        if size <= 0:
            return
        self._area = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        try:
            self._area.madvise(self.POPULATE_WRITE)
        except OSError:
            # Older kernels; then there is no ballast.
            self.release()

    def release(self):
        if self._area is not None:
            self._area.close()
            self._area = None


class Runner:
    """A small process that starts commands.

    The peak memory that Linux tells of a command counts the process that started it, before the
    command's own program took its place. So they are started by a process that stays small.
    """

    def __init__(self):
        self.ballast = Ballast()
        ours, theirs = socket.socketpair()
        if os.fork() == 0:
            ours.close()
            self._serve(theirs)
            os._exit(0)
        theirs.close()
        self._socket = ours

    def run(self, command, cwd, env, check=True, is_large=False):
        """Runs a command (a list, or a text for the shell), and gives its sample and output.

        One that needs much memory, its page cache included, gets what the ballast held.
        """
        argv = ["/bin/sh", "-c", command] if isinstance(command, str) else command
        if is_large:
            self.ballast.release()
        _send(self._socket, (argv, cwd, env))
        status, wall, cpu, memory, output = _receive(self._socket)
        if is_large:
            self.ballast.hold()
        if check and status != 0:
            raise CommandFailed(f"{command}\nended with {status}\n{output[-2000:]}")
        return Sample(wall, cpu, memory), output

    @staticmethod
    def _serve(channel):
        while True:
            try:
                argv, cwd, env = _receive(channel)
            except EOFError:
                return
            path = os.path.join(env["HOME"], "output.txt")
            start = time.monotonic()
            child = os.fork()
            if child == 0:
                try:
                    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                    os.dup2(out, 1)
                    os.dup2(out, 2)
                    os.chdir(cwd)
                    os.execvpe(argv[0], argv, env)
                except OSError as error:
                    os.write(2, str(error).encode())
                os._exit(127)
            _, state, usage = os.wait4(child, 0)
            wall = time.monotonic() - start
            with open(path, "rb") as file:
                output = file.read().decode(errors="replace")
            status = os.waitstatus_to_exitcode(state)
            cpu = usage.ru_utime + usage.ru_stime
            _send(channel, (status, wall, cpu, usage.ru_maxrss * 1024, output))


def _send(channel, value):
    data = pickle.dumps(value)
    channel.sendall(struct.pack("<Q", len(data)) + data)


def _receive(channel):
    (size,) = struct.unpack("<Q", _exactly(channel, 8))
    return pickle.loads(_exactly(channel, size))


def _exactly(channel, size):
    data = b""
    while len(data) < size:
        part = channel.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _digest(path):
    if os.path.islink(path):
        return "l " + os.readlink(path)
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ("x " if os.stat(path).st_mode & 0o100 else "f ") + digest


def _digest_all(paths):
    whole = hashlib.sha256()
    for top, path in paths:
        whole.update(f"{path}\0{_digest(os.path.join(top, path))}\0".encode(errors="replace"))
    return whole.hexdigest()


def fingerprint(top):
    """One hash over the names, kinds and contents of all files below a directory."""
    paths = []
    for folder, folders, files in os.walk(top):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(files + links):
            paths.append((top, os.path.relpath(os.path.join(folder, name), top)))
    parts = [paths[start : start + 500] for start in range(0, len(paths), 500)]
    with multiprocessing.Pool() as pool:
        digests = pool.map(_digest_all, parts)
    return f"{len(paths)} files {hashlib.sha256(''.join(digests).encode()).hexdigest()}"


def settle(directory):
    """Writes a directory out and reads it: data of yesterday that is worked with today.

    Whoever reads what was just written waits for the disk, and a host takes what nobody has touched
    for a minute out of the page cache.
    """
    os.sync()
    command = "find . -type f -print0 | xargs -0 -r -P4 -n1000 cat > /dev/null"
    subprocess.run(command, shell=True, cwd=directory, check=True)


def disk_bytes(*paths):
    """The sizes of all files below some directories, in bytes; hard links count once."""
    total, seen = 0, set()
    for path in paths:
        for folder, _, files in os.walk(path):
            for name in files:
                status = os.lstat(os.path.join(folder, name))
                if (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    total += status.st_size
    return total


def note(text):
    print(text, file=sys.stderr, flush=True)
