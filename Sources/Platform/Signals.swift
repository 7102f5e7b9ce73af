internal import Glibc

/// What the process does when a signal reaches it.
///
/// An interrupt (SIGINT, SIGTERM, SIGHUP) is left to the system, which ends the process at once:
/// a shell sees 130 and leaves its loop, which it would not do after an exit of our own, and
/// `nohup` keeps its word. Everything Shale writes takes its place in one atomic step; what was
/// half written lies under temporary names that a later command clears away.
package enum Signals {
  /// Makes writing to a closed pipe, or beyond the size that `ulimit` allows for files, an error of
  /// the write instead of the end of the process.
  package static func ignoreRefusedWrites() {
    for number in refusedWrites { signal(number, SIG_IGN) }
  }

  /// What the kernel sends with the error of a write.
  static let refusedWrites = [SIGPIPE, SIGXFSZ]

  /// What the terminal sends when somebody presses Ctrl-C or Ctrl-\.
  static let fromKeyboard = [SIGINT, SIGQUIT]

  /// The signals by which somebody asks a program to end: hang-up, interrupt, quit, terminate.
  package static let endings: Set<Int> = [Int(SIGHUP), Int(SIGINT), Int(SIGQUIT), Int(SIGTERM)]
}
