package import Primitives

/// A root under construction: lines, and the checksum that ends them.
///
/// `docs/format/remote.md` §1 is the specification.
package struct RootText {
  private var bytes: [UInt8]

  /// Begins a root of a kind, in the one version that there is.
  package init(_ kind: String) {
    bytes = Array("shale \(kind) 1\n".utf8)
  }

  /// Adds a line of text that holds no control bytes.
  package mutating func line(_ text: String) {
    bytes += Array(text.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds a line that ends in a value of any bytes.
  package mutating func line(_ text: String, _ value: ByteString) {
    bytes += Array(text.utf8)
    bytes.append(UInt8(ascii: " "))
    bytes += PercentEncoding.encode(value.bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// The whole file.
  package func finished() -> [UInt8] {
    bytes + Array("checksum \(SHA256.id(of: bytes.span).hex)\n".utf8)
  }
}

/// The lines of a root whose checksum is right, read one after the other.
package struct RootLines {
  /// What keeps a file from being a root.
  package enum Flaw: Error {
    case damaged
    case newer(Int)
  }

  private let lines: [ArraySlice<UInt8>]
  private var next = 0

  /// Checks the checksum and the first line of a root.
  package init(_ bytes: [UInt8], kind: String) throws(Flaw) {
    let header = Array("shale \(kind) ".utf8)
    guard bytes.last == UInt8(ascii: "\n"), bytes.starts(with: header),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
    else { throw .damaged }
    guard let version = Self.number(bytes[header.count..<end]) else { throw .damaged }
    guard version == 1 else { throw .newer(version) }
    let start = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let label = Array("checksum ".utf8)
    guard bytes[start...].starts(with: label),
      let checksum = ObjectID(hex: bytes[(start + label.count)...].dropLast()),
      checksum == SHA256.id(of: bytes.span.extracting(..<start))
    else { throw .damaged }
    lines = bytes[(end + 1)..<max(start, end + 1)].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).dropLast()
  }

  package var isAtEnd: Bool { next == lines.count }

  /// The fields of the next line, of which the last may hold spaces.
  package mutating func fields(_ count: Int) throws(Flaw) -> [ArraySlice<UInt8>] {
    guard next < lines.count else { throw .damaged }
    let fields = lines[next].split(
      separator: UInt8(ascii: " "), maxSplits: count - 1, omittingEmptySubsequences: false)
    guard fields.count == count else { throw .damaged }
    next += 1
    return fields
  }

  /// The value of the next line, which must begin with `name`.
  package mutating func value(_ name: String) throws(Flaw) -> ArraySlice<UInt8> {
    let fields = try fields(2)
    guard fields[0].elementsEqual(name.utf8) else { throw .damaged }
    return fields[1]
  }

  /// The number on the next line, which must begin with `name`.
  package mutating func number(_ name: String) throws(Flaw) -> Int {
    guard let number = Self.number(try value(name)) else { throw .damaged }
    return number
  }

  /// A number in its one spelling; only a date may be negative.
  package static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = Int(text), "\(number)" == text else { return nil }
    return number
  }
}
