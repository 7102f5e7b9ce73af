internal import Glibc

/// One of the three streams that a process is born with.
package enum StandardStream: CInt, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Whether a person sits at the other end.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal in columns, or `nil` when it is none.
  package var width: Int? {
    var size = winsize()
    guard unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: ``FileError`` with operation `.write`; `isBrokenPipe` when nobody reads any more.
  package func write(_ bytes: Span<UInt8>) throws(FileError) {
    let path = FilePath(self == .output ? "standard output" : "standard error")
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(FileError) in
      var written = 0
      while written < buffer.count {
        let rest = buffer.extracting(written...)
        written += try systemCall(.write, path) {
          unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
        }
      }
    }
  }

  /// Calls `body` while what this process and its children write to standard output goes to
  /// standard error.
  ///
  /// - Throws: ``FileError`` with operation `.open` when the streams cannot be exchanged.
  package static func withOutputOnError<Value>(
    _ body: () throws(FileError) -> Value
  ) throws(FileError) -> Value {
    let path = FilePath("standard output")
    let kept = try systemCall(.open, path) { fcntl(Self.output.rawValue, F_DUPFD_CLOEXEC, 3) }
    defer { close(kept) }
    try systemCall(.open, path) { dup2(Self.error.rawValue, Self.output.rawValue) }
    // Where it cannot be put back, standard error takes what would have gone there.
    defer { _ = dup2(kept, Self.output.rawValue) }
    return try body()
  }
}
