// A program that runs in the place of this process: with its streams, terminal and process group.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

/// A program to start. Arrays end with a null pointer.
struct shale_program {
  const char *path;
  char *const *arguments;
  /// What `/bin/sh` is given where the file is a script that names no interpreter.
  char *const *shell_arguments;
  char *const *environment;
  /// Where it starts, or null for the working directory of this process.
  const char *directory;
  /// Whether what it opens is announced.
  int is_observed;
};

/// What may stand in the way of a program.
enum shale_obstacle {
  SHALE_OBSTACLE_NONE,
  SHALE_OBSTACLE_DIRECTORY,
  SHALE_OBSTACLE_PROGRAM,
  SHALE_OBSTACLE_OBSERVATION,
};

/// Makes way for a program in the foreground: SIGINT and SIGQUIT are ignored from now on, and
/// SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 are passed on to it, except where they were ignored and
/// where the kernel sends them to the whole process group.
///
/// For one program at a time. The calling thread takes no signals until `shale_foreground_watch`.
void shale_foreground_begin(void);

/// Starts a program with the dispositions of before, except that a broken pipe ends it.
///
/// Returns its process, or -1 with `errno`. `channel` is to be given to `shale_foreground_started`.
pid_t shale_foreground_start(const struct shale_program *program, int *channel);

/// The descriptor on which an observed program announces its calls: to be asked for first, and
/// answered at once, for already the start of the program is announced.
///
/// Returns -1 where the program cannot be observed; `shale_foreground_started` then tells the same.
int shale_foreground_listener(int channel);

/// Waits until the program runs or has refused to, and closes the channel.
///
/// Returns what stood in the way, with the value of `errno` in `code`. The process has then ended
/// and still has to be waited for.
enum shale_obstacle shale_foreground_started(int channel, int *code);

/// Passes signals on to `process` from now on; 0 for none. The thread takes signals again.
void shale_foreground_watch(pid_t process);

/// Gives signals the dispositions of before.
void shale_foreground_end(void);

/// Waits until the child ends or stops, and leaves it as it is.
///
/// Returns 1 for an end, 2 for a stop, or -1 with `errno`.
int shale_foreground_wait(pid_t process);

/// Stops this process as the terminal would, if the child is still stopped.
///
/// Nothing happens where no shell watches that could continue it.
void shale_foreground_follow_stop(pid_t process);

/// Takes leave of a child that has ended (`wait4`).
pid_t shale_foreground_reap(pid_t process, int *status, struct rusage *usage);
