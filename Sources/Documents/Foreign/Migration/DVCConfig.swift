package import Primitives

/// What `.dvc/config` says of places where objects lie.
package struct DVCConfig: Hashable, Sendable {
  /// A place elsewhere where objects may lie.
  package struct Remote: Hashable, Sendable {
    package let name: String
    /// A path as seen from the directory of the file, or a location on the net.
    package let url: ByteString
  }

  /// The remotes, in the order of the file.
  package private(set) var remotes: [Remote] = []

  /// Where the cache is, if not in `.dvc/cache`.
  package private(set) var cache: ByteString?

  /// Reads a file of sections in brackets, such as `['remote "name"']`, with lines `key = value`.
  ///
  /// What it does not know it passes over.
  package init(reading bytes: [UInt8]) {
    var section: [UInt8] = []
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let line = Self.trimmed(line)
      guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
        continue
      }
      if first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") {
        section = Self.unquoted(line.dropFirst().dropLast())
        continue
      }
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = Self.trimmed(line[..<equals])
      let value = ByteString(Self.unquoted(line[(equals + 1)...]))
      take(key, value, in: section)
    }
  }

  private mutating func take(_ key: ArraySlice<UInt8>, _ value: ByteString, in section: [UInt8]) {
    if section.elementsEqual("cache".utf8), key.elementsEqual("dir".utf8) { cache = value }
    let prefix = Array("remote \"".utf8)
    guard key.elementsEqual("url".utf8), section.starts(with: prefix),
      section.last == UInt8(ascii: "\"")
    else { return }
    let name = String(decoding: section.dropFirst(prefix.count).dropLast(), as: UTF8.self)
    remotes.removeAll { $0.name == name }
    remotes.append(Remote(name: name, url: value))
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let rest = text.drop(while: isSpace)
    return rest.prefix(rest.count - rest.reversed().prefix(while: isSpace).count)
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let text = trimmed(text)
    guard text.count >= 2, let quote = text.first, text.last == quote,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { return Array(text) }
    return Array(text.dropFirst().dropLast())
  }
}
