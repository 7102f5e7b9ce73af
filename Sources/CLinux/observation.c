#define _GNU_SOURCE
#include "observation.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Newer than the headers of some systems on which this is built.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
enum { SYNC_WAKE_UP = 1 };

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
// Calls with this bit follow the x32 convention.
#define FOREIGN_CALLS 0x40000000u
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#define FOREIGN_CALLS 0xFFFFFFFFu
#else
#define OWN_ARCHITECTURE 0
#define FOREIGN_CALLS 0u
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANNOUNCE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define ANNOUNCE_IF(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), ANNOUNCE
// Who only writes, empties the file, or wants a mere handle reads nothing of it.
#define ANNOUNCE_READING_IF(number, flags)                                 \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), LOAD(args[flags]),    \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_TRUNC | O_PATH, 1, 0), ANNOUNCE, ALLOW

static long set_filter(unsigned flags) {
  struct sock_filter steps[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
      ALLOW,
      LOAD(nr),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_CALLS, 0, 1),
      ALLOW,
      ANNOUNCE_READING_IF(SYS_openat, 2),
#ifdef SYS_open
      ANNOUNCE_READING_IF(SYS_open, 1),
#endif
      ANNOUNCE_IF(SYS_openat2),
      ANNOUNCE_IF(SYS_execve),
      ANNOUNCE_IF(SYS_execveat),
      ALLOW,
  };
  struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

const int shale_path_only = O_PATH;

int shale_observe_self(void) {
  // As old as this call is that a listener learns when nobody is left: both came with Linux 5.9.
  if (close_range(~0U, ~0U, 0) != 0 && errno == ENOSYS) return -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  // A signal that interrupts a call while it waits would make it fail with EINTR in programs that
  // do not expect that of files.
  long listener = set_filter(flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  if (listener < 0 && errno == EINVAL) listener = set_filter(flags);
  if (listener < 0) return -1;
  // Whoever answers then runs on the processor of who asks (Linux 6.6): measured in
  // docs/performance.md.
  ioctl((int)listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP);
  return (int)listener;
}

static int receive(int listener, struct seccomp_notif *notice) {
  memset(notice, 0, sizeof *notice);
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notice);
}

static void describe(const struct seccomp_notif *notice, struct shale_notice *result) {
  const __u64 *arguments = notice->data.args;
  int is_first = 1;
  *result = (struct shale_notice){
      .id = notice->id, .thread = (pid_t)notice->pid, .directory = AT_FDCWD};
  switch (notice->data.nr) {
    case SYS_execve:
      result->is_start = 1;
      break;
    case SYS_execveat:
      result->is_start = 1;
      is_first = 0;
      break;
    case SYS_openat:
      is_first = 0;
      break;
    case SYS_openat2:
      is_first = 0;
      result->how = arguments[2];
      break;
  }
  if (!is_first) result->directory = (int)arguments[0];
  result->path = arguments[is_first ? 0 : 1];
}

int shale_observe_next(int listener, int stop, struct shale_notice *result) {
  struct pollfd ends[2] = {{listener, POLLIN, 0}, {stop, POLLIN, 0}};
  if (poll(ends, 2, -1) < 0) return -1;
  if (!(ends[0].revents & POLLIN)) return 0;
  struct seccomp_notif notice;
  if (receive(listener, &notice) != 0) return -1;
  describe(&notice, result);
  return 1;
}

int shale_observe_continue(int listener, uint64_t id) {
  struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

int shale_observe_is_used(int listener) {
  struct pollfd end = {listener, POLLIN, 0};
  return poll(&end, 1, 0) >= 0 && !(end.revents & POLLHUP);
}

// In a process of its own: only calls that are safe after a fork of a process with threads.
static _Noreturn void keep(int listener, int watched) {
  setsid();
  if (chdir("/") != 0) _exit(1);
  // Nothing may be held open here that somebody waits to see closed.
  int low = listener < watched ? listener : watched;
  int high = listener < watched ? watched : listener;
  if (low > 0) close_range(0, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0U, 0);
  struct pollfd end = {watched, 0, 0};
  while (poll(&end, 1, -1) < 0 && errno == EINTR) continue;
  struct shale_notice notice;
  int state;
  while ((state = shale_observe_next(listener, -1, &notice)) != 0) {
    if (state > 0) shale_observe_continue(listener, notice.id);
  }
  _exit(0);
}

pid_t shale_observe_keep(int listener, int watched) {
  sigset_t all;
  sigset_t mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  pid_t process = fork();
  if (process == 0) keep(listener, watched);
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  errno = code;
  return process;
}

ssize_t shale_observe_memory(pid_t thread, uint64_t address, void *buffer, size_t count) {
  struct iovec local = {buffer, count};
  struct iovec remote = {(void *)(uintptr_t)address, count};  // NOLINT
  return process_vm_readv(thread, &local, 1, &remote, 1, 0);
}

int shale_observe_may_read(pid_t process) {
  // The address of a constant is the same in a child that has started nothing yet.
  static const char mark = 1;
  char found = 0;
  return shale_observe_memory(process, (uintptr_t)&mark, &found, 1) == 1 && found == mark;
}

// Reads page by page: what lies behind the string may not be there.
ssize_t shale_observe_string(pid_t thread, uint64_t address, char *buffer, size_t count) {
  size_t length = 0;
  while (length < count) {
    size_t part = 4096 - (address + length) % 4096;
    if (part > count - length) part = count - length;
    ssize_t read = shale_observe_memory(thread, address + length, buffer + length, part);
    if (read <= 0) return -1;
    char *end = memchr(buffer + length, 0, (size_t)read);
    if (end) return end - buffer;
    length += (size_t)read;
  }
  errno = ENAMETOOLONG;
  return -1;
}

ssize_t shale_observe_resolve(const char *path, char *buffer, size_t count, unsigned *mode) {
  int file = open(path, O_PATH | O_CLOEXEC);
  if (file < 0) return -1;
  struct stat status;
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = fstat(file, &status) == 0 ? readlink(link, buffer, count) : -1;
  int code = errno;
  close(file);
  *mode = status.st_mode;
  errno = code;
  return length;
}
