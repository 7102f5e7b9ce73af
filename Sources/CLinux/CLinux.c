#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

int shale_sync_file_range(int descriptor, off_t offset, off_t count, int wait) {
  unsigned flags = SYNC_FILE_RANGE_WRITE;
  if (wait) flags |= SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
  return sync_file_range(descriptor, offset, count, flags);
}

ssize_t shale_copy_file_range(
    int from, off_t *from_offset, int to, off_t *to_offset, size_t count) {
  return copy_file_range(from, from_offset, to, to_offset, count, 0);
}

int shale_rename_to_free(int from, const char *name, int to, const char *new_name) {
  return renameat2(from, name, to, new_name, RENAME_NOREPLACE);
}

int shale_exchange(int directory, const char *one, const char *other) {
  return renameat2(directory, one, directory, other, RENAME_EXCHANGE);
}

int shale_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

ssize_t shale_directory_records(int descriptor, void *buffer, size_t count) {
  return getdents64(descriptor, buffer, count);
}

ssize_t shale_random(void *bytes, size_t count) { return getrandom(bytes, count, 0); }

int shale_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  return CPU_COUNT(&set);
}

const char *shale_error_text(int code, char *buffer, size_t count) {
  return strerror_r(code, buffer, count);
}

int shale_set_modified(int descriptor, int64_t seconds, long nanoseconds) {
  struct timespec times[2] = {{0, UTIME_OMIT}, {(time_t)seconds, nanoseconds}};
  return futimens(descriptor, times);
}

int shale_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

// Whoever opens a file while a lease on it is held makes the kernel send SIGIO, whose default is to
// end the process.
static int take_lease(int descriptor, int kind) {
  static _Atomic int is_prepared = 0;
  if (!is_prepared) {
    struct sigaction current;
    if (sigaction(SIGIO, NULL, &current) == 0 && current.sa_handler == SIG_DFL) {
      signal(SIGIO, SIG_IGN);
    }
    is_prepared = 1;
  }
  return fcntl(descriptor, F_SETLEASE, kind);
}

int shale_may_have_writers(int descriptor) {
  if (take_lease(descriptor, F_RDLCK) != 0) return 1;
  shale_give_lease_back(descriptor);
  return 0;
}

int shale_take_lease(int descriptor) {
  struct statfs place;
  if (fstatfs(descriptor, &place) != 0) return -1;
  switch ((unsigned)place.f_type) {
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
      return take_lease(descriptor, F_WRLCK);
    default:
      errno = EOPNOTSUPP;
      return -1;
  }
}

int shale_holds_lease(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_WRLCK; }

void shale_give_lease_back(int descriptor) { fcntl(descriptor, F_SETLEASE, F_UNLCK); }

int shale_clone(int descriptor, int source) { return ioctl(descriptor, FICLONE, source); }

int shale_file_system(const char *path, uint64_t *kind, uint64_t *free, uint64_t *size) {
  struct statfs place;
  if (statfs(path, &place) != 0) return -1;
  uint64_t unit = place.f_frsize > 0 ? place.f_frsize : place.f_bsize;
  *kind = (uint32_t)place.f_type;
  *free = place.f_bavail * unit;
  *size = place.f_blocks * unit;
  return 0;
}

void shale_return_allocations(int count) {
  mallopt(M_MMAP_THRESHOLD, count);
  mallopt(M_TRIM_THRESHOLD, 2 * count);
}

char **shale_environment(void) { return environ; }
