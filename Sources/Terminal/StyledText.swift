internal import Primitives

/// A short text whose pieces say what they mean.
///
/// Written as a string with labels in its interpolations:
/// `"\("added", .added) \(path, .path): \(count) files"`.
package struct StyledString: Hashable, Sendable, ExpressibleByStringInterpolation {
  struct Span: Hashable, Sendable {
    let text: String
    let label: Label?
  }

  private(set) var spans: [Span]

  /// Makes a text that is all of one label.
  package init(_ text: some CustomStringConvertible, _ label: Label? = nil) {
    spans = [Span(text: text.description, label: label)]
  }

  package init(stringLiteral text: String) {
    spans = [Span(text: text, label: nil)]
  }

  package init(stringInterpolation: StringInterpolation) {
    spans = stringInterpolation.spans
  }

  /// The pieces of an interpolated text, as the compiler hands them over.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var spans: [Span] = []

    package init(literalCapacity _: Int, interpolationCount: Int) {
      spans.reserveCapacity(2 * interpolationCount + 1)
    }

    /// Takes what stands between the values.
    package mutating func appendLiteral(_ text: String) {
      if !text.isEmpty { spans.append(Span(text: text, label: nil)) }
    }

    /// Takes a value as its description shows it: paths and names quoted where they must be.
    package mutating func appendInterpolation(
      _ value: some CustomStringConvertible, _ label: Label? = nil
    ) {
      spans.append(Span(text: value.description, label: label))
    }

    /// Takes over the pieces of another text.
    package mutating func appendInterpolation(_ text: StyledString) {
      spans += text.spans
    }
  }

  /// The text without labels.
  package var text: String { spans.map(\.text).joined() }

  /// The columns it takes on a terminal.
  package var width: Int { spans.reduce(0) { $0 + DisplayWidth.columns(of: $1.text) } }
}

/// How much the user wants to read.
package enum Verbosity: Hashable, Sendable {
  /// What was asked for, and nothing else.
  case quiet
  case normal
  /// More than the usual.
  case verbose
}

/// Text on its way to a person: labelled pieces in, bytes for a stream out.
///
/// A report writes itself into one of these. What is written may be as long as it likes: where
/// there is a stream, full blocks go out as they come, so memory stays small.
package struct StyledText: Sendable {
  /// How many bytes are gathered before they are written.
  private static let blockSize = 64 << 10

  /// How much the user wants to read.
  package let verbosity: Verbosity
  private let palette: Palette
  private let output: (any ByteOutput)?

  /// What has not been written out yet.
  private var bytes: [UInt8] = []

  /// Why writing ended, if it did.
  ///
  /// What is written after that is dropped.
  package private(set) var failure: OutputError?

  /// Makes an empty text.
  ///
  /// - Parameters:
  ///   - palette: How labels look.
  ///   - verbosity: How much the user wants to read.
  ///   - output: Where full blocks go. Without one all is kept: see ``text``.
  package init(
    palette: Palette = .plain, verbosity: Verbosity = .normal, output: (any ByteOutput)? = nil
  ) {
    self.palette = palette
    self.verbosity = verbosity
    self.output = output
  }

  /// What was gathered and not yet written out.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes a text without a line break.
  package mutating func write(_ text: StyledString) {
    for span in text.spans {
      guard let code = span.label.flatMap(palette.code(for:)) else {
        append(span.text)
        continue
      }
      bytes += "\u{1B}[\(code)m".utf8
      append(span.text)
      bytes += "\u{1B}[0m".utf8
    }
    if bytes.count >= Self.blockSize { flush() }
  }

  /// Writes a text and a line break.
  package mutating func line(_ text: StyledString = "") {
    write(text)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Hands everything gathered to the stream.
  package mutating func flush() {
    guard let output else { return }
    if failure == nil {
      do {
        try output.write(bytes.span)
      } catch {
        failure = error
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }

  /// Appends text in which nothing can command the terminal.
  ///
  /// File names are quoted long before, but commit messages and other people's text come through
  /// here as they are.
  private mutating func append(_ text: String) {
    guard text.unicodeScalars.contains(where: Self.isHarmful) else {
      bytes += text.utf8
      return
    }
    for scalar in text.unicodeScalars {
      let shown: Unicode.Scalar =
        switch scalar.value {
        case _ where !Self.isHarmful(scalar): scalar
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        default: "\u{FFFD}"
        }
      bytes += Array(String(Character(shown)).utf8)
    }
  }

  /// Control codes other than tab and line break, and marks that reorder text.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
