internal import Glibc

/// What the process does when a signal reaches it.
package enum Signals {
  /// Makes writing to a closed pipe an error of the write instead of the end of the process.
  package static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Ends the process with `status` when the user interrupts it or it is asked to end.
  ///
  /// Everything Shale writes takes its place in one atomic step, so the process may end anywhere;
  /// what was half written lies under temporary names that the next command clears away.
  package static func exitOnInterrupt() {
    signal(SIGINT) { _ in _exit(130) }
    signal(SIGTERM) { _ in _exit(143) }
    signal(SIGHUP) { _ in _exit(129) }
  }
}
