#define _GNU_SOURCE
#include "foreground.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observation.h"

enum { HANDLED = 7 };

static const int handled[HANDLED] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};
static struct sigaction previous[HANDLED];
static sigset_t previous_mask;
static _Atomic pid_t watched = 0;

// What the kernel sends, it sends to every process of the terminal: the program has it already.
static void pass_on(int number, siginfo_t *info, void *context) {
  (void)context;
  int code = errno;
  pid_t process = watched;
  if (process > 0 && info->si_code <= 0) kill(process, number);
  errno = code;
}

static struct sigaction replacement(int number) {
  struct sigaction action = {0};
  sigemptyset(&action.sa_mask);
  if (number == SIGINT || number == SIGQUIT) {
    action.sa_handler = SIG_IGN;
  } else if (number == SIGCHLD) {
    // Where it is ignored, as some parents leave it, the end of a child cannot be waited for.
    action.sa_handler = SIG_DFL;
  } else {
    action.sa_sigaction = pass_on;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
  }
  return action;
}

void shale_foreground_begin(void) {
  sigset_t all;
  sigfillset(&all);
  watched = 0;
  pthread_sigmask(SIG_SETMASK, &all, &previous_mask);
  for (int index = 0; index < HANDLED; index++) {
    sigaction(handled[index], NULL, &previous[index]);
    if (previous[index].sa_handler == SIG_IGN && handled[index] != SIGCHLD) continue;
    struct sigaction action = replacement(handled[index]);
    sigaction(handled[index], &action, NULL);
  }
}

void shale_foreground_watch(pid_t process) {
  watched = process;
  pthread_sigmask(SIG_SETMASK, &previous_mask, NULL);
}

void shale_foreground_end(void) {
  for (int index = 0; index < HANDLED; index++) {
    sigaction(handled[index], &previous[index], NULL);
  }
}

// In the new process: only calls that are safe after a fork of a process with threads.
static void restore_signals(void) {
  shale_foreground_end();
  // This process makes errors of them, which a program does not expect.
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  pthread_sigmask(SIG_SETMASK, &previous_mask, NULL);
}

static _Noreturn void report(int channel, enum shale_obstacle obstacle) {
  int message[2] = {obstacle, errno};
  ssize_t written = write(channel, message, sizeof message);
  _exit(written == sizeof message ? 127 : 126);
}

// Room for one descriptor beside a message.
union attachment {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr header;
};

static struct msghdr envelope(struct iovec *content, union attachment *attachment) {
  return (struct msghdr){
      .msg_iov = content, .msg_iovlen = 1, .msg_control = attachment->bytes,
      .msg_controllen = sizeof attachment->bytes};
}

// Gives the descriptor on which this process announces its calls to the other end.
static int hand_over_listener(int channel) {
  int listener = shale_observe_self();
  if (listener < 0) return -1;
  char mark = 0;
  struct iovec content = {&mark, 1};
  union attachment attachment = {0};
  struct msghdr message = envelope(&content, &attachment);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  *header = (struct cmsghdr){
      .cmsg_len = CMSG_LEN(sizeof listener), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(header), &listener, sizeof listener);
  ssize_t sent = sendmsg(channel, &message, MSG_NOSIGNAL);
  close(listener);
  return sent == 1 ? 0 : -1;
}

int shale_foreground_listener(int channel) {
  char mark;
  struct iovec content = {&mark, 1};
  union attachment attachment = {0};
  struct msghdr message = envelope(&content, &attachment);
  // A refusal is left for who asks how the start went.
  while (recvmsg(channel, &message, MSG_PEEK | MSG_CMSG_CLOEXEC) < 0) {
    if (errno != EINTR) return -1;
  }
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return -1;
  int listener;
  memcpy(&listener, CMSG_DATA(header), sizeof listener);
  while (recv(channel, &mark, 1, 0) < 0 && errno == EINTR) continue;
  return listener;
}

static _Noreturn void become(const struct shale_program *program, int channel) {
  if (program->is_observed && hand_over_listener(channel) != 0) {
    report(channel, SHALE_OBSTACLE_OBSERVATION);
  }
  if (program->directory && chdir(program->directory) != 0) {
    report(channel, SHALE_OBSTACLE_DIRECTORY);
  }
  restore_signals();
  execve(program->path, program->arguments, program->environment);
  if (errno == ENOEXEC) {
    execve("/bin/sh", program->shell_arguments, program->environment);
    errno = ENOEXEC;
  }
  report(channel, SHALE_OBSTACLE_PROGRAM);
}

pid_t shale_foreground_start(const struct shale_program *program, int *channel) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  pid_t process = fork();
  if (process == 0) become(program, ends[1]);
  int code = errno;
  close(ends[1]);
  *channel = ends[0];
  if (process < 0) close(ends[0]);
  errno = code;
  return process;
}

enum shale_obstacle shale_foreground_started(int channel, int *code) {
  int message[2] = {SHALE_OBSTACLE_NONE, 0};
  // The start of the program closes the other end, and then nothing can be read.
  while (read(channel, message, sizeof message) < 0 && errno == EINTR) continue;
  close(channel);
  *code = message[1];
  return message[0];
}

int shale_foreground_wait(pid_t process) {
  siginfo_t info;
  if (waitid(P_PID, process, &info, WEXITED | WSTOPPED | WNOWAIT) != 0) return -1;
  return info.si_code == CLD_STOPPED ? 2 : 1;
}

void shale_foreground_follow_stop(pid_t process) {
  siginfo_t info = {0};
  // Ctrl-Z stops both, and this process learns of it only after both were continued.
  if (waitid(P_PID, process, &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) return;
  raise(SIGTSTP);
}

pid_t shale_foreground_reap(pid_t process, int *status, struct rusage *usage) {
  return wait4(process, status, 0, usage);
}
