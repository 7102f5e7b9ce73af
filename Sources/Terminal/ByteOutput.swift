package import Platform
internal import Synchronization

/// Why bytes could not be written to a stream.
package typealias OutputError = FileError

/// Where bytes for the user or the next program go.
package protocol ByteOutput: Sendable {
  /// Writes all of `bytes`, or throws what the operating system said.
  func write(_ bytes: Span<UInt8>) throws(OutputError)
}

extension StandardStream: ByteOutput {}

/// A stream for the user, and what is known of who reads it.
package struct OutputStream: Sendable {
  package let bytes: any ByteOutput

  /// Whether a person sits at the other end.
  package let isTerminal: Bool

  /// The columns of the terminal now, which people resize, or `nil` when it is none.
  package let width: @Sendable () -> Int?

  /// The rows of the terminal now, or `nil` when it is none.
  package let height: @Sendable () -> Int?

  package init(
    _ bytes: any ByteOutput, isTerminal: Bool = false,
    width: @escaping @Sendable () -> Int? = { nil },
    height: @escaping @Sendable () -> Int? = { nil }
  ) {
    self.bytes = bytes
    self.isTerminal = isTerminal
    self.width = width
    self.height = height
  }

  /// A stream of the process.
  package init(_ stream: StandardStream) {
    self.init(
      stream, isTerminal: stream.isTerminal, width: { stream.width }, height: { stream.height })
  }
}

/// An output that keeps what is written, for tests and for texts that are needed whole.
package final class MemoryOutput: ByteOutput {
  private let kept = Mutex<[UInt8]>([])

  /// Makes an empty output.
  package init() {}

  /// Keeps a copy of the bytes.
  package func write(_ bytes: Span<UInt8>) {
    kept.withLock { kept in
      kept.reserveCapacity(kept.count + bytes.count)
      for index in bytes.indices { kept.append(bytes[index]) }
    }
  }

  /// Everything written so far.
  package var bytes: [UInt8] { kept.withLock { $0 } }

  /// Everything written so far, with what is not UTF-8 replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
