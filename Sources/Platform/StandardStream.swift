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
}
