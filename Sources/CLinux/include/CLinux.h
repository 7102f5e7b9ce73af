// Calls of Linux that the C library declares only under _GNU_SOURCE, which the Swift overlay of it
// is built without. Each function is the call of the same name, unless it says otherwise.
#pragma once

#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

#include "foreground.h"
#include "observation.h"

/// Writes dirty pages of the range back; waits until they are written if `wait` is not 0.
int shale_sync_file_range(int descriptor, off_t offset, off_t count, int wait);

/// `copy_file_range` without flags.
ssize_t shale_copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t count);

/// `renameat2` that fails with EEXIST where the new name is taken.
int shale_rename_to_free(int from, const char *name, int to, const char *new_name);

/// `renameat2` that exchanges what two names in a directory stand for.
int shale_exchange(int directory, const char *one, const char *other);

/// Makes a pipe whose ends, the reading and the writing one, no other program inherits.
int shale_pipe(int ends[2]);

/// `getdents64`: as many records of a directory as fit, 0 at its end.
ssize_t shale_directory_records(int descriptor, void *buffer, size_t count);

/// `getrandom` without flags.
ssize_t shale_random(void *bytes, size_t count);

/// The processors that this process may run on (`sched_getaffinity`), or -1.
int shale_processor_count(void);

/// The GNU `strerror_r`: the message, in `buffer` or in memory that is never freed.
const char *shale_error_text(int code, char *buffer, size_t count);

/// Sets the modification time only (`futimens` with `UTIME_OMIT` for the access time).
int shale_set_modified(int descriptor, int64_t seconds, long nanoseconds);

/// Makes a spawned program start in `path` (`posix_spawn_file_actions_addchdir_np`).
int shale_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *path);

/// Whether somebody may have the file open for writing, or mapped so; 0 only when nobody does.
///
/// A read lease (`F_SETLEASE`) is granted only then. It is given back at once.
int shale_may_have_writers(int descriptor);

/// Takes the lease by which whoever opens the file for reading or writing is kept waiting.
///
/// The kernel grants it only while nobody else has the file open or mapped. It is asked for on file
/// systems alone that are known to be local and of one layer: on others somebody may have the file
/// open elsewhere, or mapped below. Returns 0, or -1 with `errno`.
int shale_take_lease(int descriptor);

/// Whether the lease is held, and nobody waits for it to be given back.
int shale_holds_lease(int descriptor);

/// Gives the lease back.
void shale_give_lease_back(int descriptor);

/// Makes a file share all blocks of another one (`FICLONE`). Returns 0, or -1 with `errno`.
int shale_clone(int descriptor, int source);

/// What `statfs` says of a path: the kind of the file system, the bytes that this user may still
/// write, and how many there are in all. Returns 0, or -1 with `errno`.
int shale_file_system(const char *path, uint64_t *kind, uint64_t *free, uint64_t *size);

/// Makes allocations of `count` bytes or more ones of their own, which go back to the system when
/// they are freed (`mallopt`, `M_MMAP_THRESHOLD`); of the rest, twice as much is kept.
void shale_return_allocations(int count);

/// The variables of the environment as `NAME=value`, ended by a null pointer (`environ`).
char **shale_environment(void);
