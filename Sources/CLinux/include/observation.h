// Watching which files a program opens, through the notifications of a seccomp filter.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A call that waits for an answer: one that opens a file for reading or starts a program.
struct shale_notice {
  uint64_t id;
  /// The thread that makes it; 0 where it is not to be seen from here.
  pid_t thread;
  int is_start;
  /// The directory that a relative path starts from: a descriptor of the thread, or `AT_FDCWD`.
  int directory;
  /// Where the path is in the thread's memory.
  uint64_t path;
  /// Where the flags of an `openat2` are, or 0: no other call is announced that does not read.
  uint64_t how;
};

/// `O_PATH`: opens a handle that can read nothing.
extern const int shale_path_only;

/// Makes the calling process, and all it starts, announce its calls on a new descriptor.
///
/// Returns the descriptor, or -1 with `errno`: where the kernel is older than 5.9, forbids it, or
/// somebody watches already. From then on no program gains rights by being started (`setuid`).
int shale_observe_self(void);

/// Waits for a call.
///
/// Returns 1 for a call, 0 when nobody is left to make one or when `stop` can be read, or -1 with
/// `errno`; EINTR and ENOENT mean that the call is no more, and the next may be waited for.
int shale_observe_next(int listener, int stop, struct shale_notice *notice);

/// Lets a call go on as if nobody watched.
///
/// Returns 0, or -1 with `errno` when its thread has died or was interrupted and makes it anew.
int shale_observe_continue(int listener, uint64_t id);

/// Whether somebody is left who may make a call.
int shale_observe_is_used(int listener);

/// Starts a small process that lets all calls go on from the moment when no writer of the pipe
/// `watched` is left, until nobody is left to make one.
///
/// Without it, calls of programs that outlive this process would fail with ENOSYS.
pid_t shale_observe_keep(int listener, int watched);

/// Reads bytes of another process's memory (`process_vm_readv`).
ssize_t shale_observe_memory(pid_t thread, uint64_t address, void *buffer, size_t count);

/// Whether the memory of a child that was just forked may be read.
int shale_observe_may_read(pid_t process);

/// Reads the string at `address` in another process, with its NUL, into `buffer`.
///
/// Returns its length without the NUL, or -1 with `errno`: ENAMETOOLONG where `count` bytes do not
/// hold it.
ssize_t shale_observe_string(pid_t thread, uint64_t address, char *buffer, size_t count);

/// The path of what `path` leads to through all links, not ended by a NUL, and its mode.
///
/// Returns the length, or -1 with `errno` where nothing is there.
ssize_t shale_observe_resolve(const char *path, char *buffer, size_t count, unsigned *mode);
