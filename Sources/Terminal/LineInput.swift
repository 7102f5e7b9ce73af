package import Platform
package import Primitives

/// Where answers of the user come from.
package protocol LineInput: Sendable {
  /// The next line without its line break, or `nil` at the end; it waits until there is one.
  ///
  /// - Throws: ``FileError`` with operation `.read`.
  func line() throws(FileError) -> ByteString?
}

extension StandardStream: LineInput {}

/// A stream of the user's answers, and whether a person types them.
package struct InputStream: Sendable {
  package let lines: any LineInput

  /// Whether a person sits at the other end.
  package let isTerminal: Bool

  package init(_ lines: any LineInput, isTerminal: Bool) {
    self.lines = lines
    self.isTerminal = isTerminal
  }

  /// A stream of the process.
  package init(_ stream: StandardStream) {
    self.init(stream, isTerminal: stream.isTerminal)
  }
}
