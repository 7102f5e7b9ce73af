internal import Glibc
package import Primitives

/// One of the three streams that a process is born with.
package enum StandardStream: CInt, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Whether a person sits at the other end.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal in columns, or `nil` when it is none.
  package var width: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

  /// The height of the terminal in rows, or `nil` when it is none.
  package var height: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

  private var size: winsize? {
    var size = winsize()
    return unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: ``FileError`` with operation `.write`; `isBrokenPipe` when nobody reads any more.
  package func write(_ bytes: Span<UInt8>) throws(FileError) {
    let path = FilePath(self == .output ? "standard output" : "standard error")
    try writeAll(bytes, to: rawValue, called: path)
  }

  /// Everything that comes in on standard input.
  ///
  /// - Throws: ``FileError`` with operation `.read`, also for more than `limit`.
  package static func contentsOfInput(limit: ByteCount) throws(FileError) -> [UInt8] {
    let path = FilePath("standard input")
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var span = buffer.mutableSpan
      let count = try unsafe span.withUnsafeMutableBufferPointer { room throws(FileError) in
        try systemCall(.read, path) {
          unsafe Glibc.read(Self.input.rawValue, room.baseAddress, room.count)
        }
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit.bytes else { throw FileError(.read, path, code: nil) }
    }
  }

  /// The longest line that is read, in bytes.
  private static let lineLimit = 4_096

  /// Reads up to a line break, byte by byte: what follows is for whoever reads next.
  ///
  /// - Returns: The line without its break, cut where it is very long; `nil` at the end.
  /// - Throws: ``FileError`` with operation `.read`.
  package func line() throws(FileError) -> ByteString? {
    let path = FilePath("standard input")
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < Self.lineLimit {
      let count = try systemCall(.read, path) { unsafe Glibc.read(rawValue, &byte, 1) }
      if count == 0 { return line.isEmpty ? nil : ByteString(line) }
      if byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    return ByteString(line)
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
