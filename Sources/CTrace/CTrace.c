// The library that `shale run` loads into programs where the kernel may not announce what they
// open: it takes the place of the calls of the C library that open files, and appends to the file
// that SHALE_TRACE names one record for each: `r` for a file that was opened for reading or `x` for
// the program that was started, the path through all links, and a NUL; and `n` with the path by
// which a file was named, where it is absolute and another one.
//
// A program must not notice: `errno` stays, nothing is allocated, and what goes wrong is let go.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// As much as a record file may hold before no more is written: a bound on the disk, not a target.
enum { MOST_BYTES = 512 << 20 };

// Appended by one call, so that records of several processes do not mix.
static void append(char kind, const char *path, size_t length) {
  const char *target = getenv("SHALE_TRACE");
  if (!target || length >= PATH_MAX) return;
  char record[PATH_MAX + 2];
  record[0] = kind;
  memcpy(record + 1, path, length);
  record[length + 1] = 0;
  long file = syscall(SYS_openat, AT_FDCWD, target, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return;
  struct stat status;
  if (fstat((int)file, &status) == 0 && status.st_size < MOST_BYTES) {
    ssize_t written = write((int)file, record, length + 2);
    (void)written;
  }
  close((int)file);
}

static void note_opened(int file, const char *name, int flags) {
  if (file < 0 || flags & (O_WRONLY | O_TRUNC | O_PATH)) return;
  int code = errno;
  struct stat status;
  char link[32];
  char path[PATH_MAX];
  // An empty file that may have been made just now holds nothing that could be read.
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
      !(flags & O_CREAT && status.st_size == 0)) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    if (length > 0) append('r', path, (size_t)length);
    size_t count = name ? strlen(name) : 0;
    int is_same = (size_t)length == count && memcmp(name, path, count) == 0;
    if (length > 0 && count > 0 && name[0] == '/' && !is_same) append('n', name, count);
  }
  errno = code;
}

__attribute__((constructor)) static void note_start(void) {
  int code = errno;
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length > 0) append('x', path, (size_t)length);
  errno = code;
}

// The function of that name which this library takes the place of.
#define NEXT(name)                                                       \
  static __typeof__(name) *_Atomic known;                                \
  __typeof__(name) *next = known;                                        \
  if (!next) known = next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name); \
  if (!next) return errno = ENOSYS, FAILURE

#define MODE_OF(flags)                                         \
  mode_t mode = 0;                                             \
  if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                              \
    va_start(rest, flags);                                     \
    mode = va_arg(rest, mode_t);                               \
    va_end(rest);                                              \
  }

#define FAILURE -1

#define OPEN(name)                                         \
  int name(const char *path, int flags, ...) {             \
    NEXT(name);                                            \
    MODE_OF(flags)                                         \
    int file = next(path, flags, mode);                    \
    note_opened(file, path, flags);                        \
    return file;                                           \
  }

#define OPENAT(name)                                       \
  int name(int directory, const char *path, int flags, ...) { \
    NEXT(name);                                            \
    MODE_OF(flags)                                         \
    int file = next(directory, path, flags, mode);         \
    note_opened(file, path, flags);                        \
    return file;                                           \
  }

// What a build with _FORTIFY_SOURCE calls where no mode is given.
#define OPEN_2(name)                                       \
  int name(const char *path, int flags) {                  \
    NEXT(name);                                            \
    int file = next(path, flags);                          \
    note_opened(file, path, flags);                        \
    return file;                                           \
  }

#define OPENAT_2(name)                                     \
  int name(int directory, const char *path, int flags) {   \
    NEXT(name);                                            \
    int file = next(directory, path, flags);               \
    note_opened(file, path, flags);                        \
    return file;                                           \
  }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
OPEN_2(__open_2)
OPEN_2(__open64_2)
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)

#undef FAILURE
#define FAILURE NULL

static void note_stream(FILE *stream, const char *path, const char *mode) {
  if (!stream || (mode[0] != 'r' && !strchr(mode, '+'))) return;
  note_opened(fileno(stream), path, mode[0] == 'w' ? O_TRUNC : mode[0] == 'a' ? O_CREAT : 0);
}

#define FOPEN(name)                                        \
  FILE *name(const char *path, const char *mode) {         \
    NEXT(name);                                            \
    FILE *stream = next(path, mode);                       \
    note_stream(stream, path, mode);                       \
    return stream;                                         \
  }

#define FREOPEN(name)                                      \
  FILE *name(const char *path, const char *mode, FILE *old) { \
    NEXT(name);                                            \
    FILE *stream = next(path, mode, old);                  \
    note_stream(stream, path, mode);                       \
    return stream;                                         \
  }

FOPEN(fopen)
FOPEN(fopen64)
FREOPEN(freopen)
FREOPEN(freopen64)
