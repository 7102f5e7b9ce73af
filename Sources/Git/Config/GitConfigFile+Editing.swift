internal import Platform
package import Primitives

extension GitConfigFile {
  /// Gives a key one value; comments and everything else stay as they are.
  ///
  /// The last line that sets the key is changed. A new key goes to the end of the last section of
  /// its name, which is added at the end of the file if there is none.
  ///
  /// - Throws: ``GitError/configKey(_:)``; ``GitError/configSeveralValues(key:)`` when the key has
  ///   more than one.
  package mutating func set(_ key: String, to value: ByteString) throws(GitError) {
    let found = try entries(key)
    guard found.count < 2 else { throw .configSeveralValues(key: key) }
    if let entry = found.first {
      let spelling = Array(bytes[entry.range].prefix { GitConfigKey.isNamePart($0) })
      try replace(entry, with: Self.line(name: spelling, value: value))
    } else {
      try add(key, value)
    }
  }

  /// Adds one more value to a key.
  ///
  /// - Throws: ``GitError/configKey(_:)``.
  package mutating func add(_ key: String, _ value: ByteString) throws(GitError) {
    let parts = try GitConfigKey(key)
    // The name as the caller spells it: case does not count.
    let name = Array(key.utf8.suffix(parts.name.utf8.count))
    let line = [UInt8(ascii: "\t")] + Self.line(name: name, value: value) + newline
    if let place = placeForNewEntry(section: parts.section, subsection: parts.subsection) {
      try splice(place..<place, with: missingNewline(at: place) + line)
    } else {
      let header = Self.header(section: parts.section, subsection: parts.subsection)
      let end = bytes.count
      try splice(end..<end, with: missingNewline(at: end) + header + newline + line)
    }
  }

  /// Removes all values of a key, and its section's header where nothing is left under it.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: ``GitError/configKey(_:)``.
  @discardableResult
  package mutating func unset(_ key: String) throws(GitError) -> Bool {
    let parts = try GitConfigKey(key)
    guard try !entries(key).isEmpty else { return false }
    while let entry = try entries(key).last { try replace(entry, with: nil) }
    try removeHeaders(section: parts.section, subsection: parts.subsection)
    return true
  }

  /// Removes a section with all its settings, and the comments among them.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  package mutating func removeSection(
    _ section: String, _ subsection: ByteString?
  ) throws(GitError) -> Bool {
    var found = false
    while let index = headers.firstIndex(where: {
      $0.section == section.lowercased() && $0.subsection == subsection
    }) {
      let end = index + 1 < headers.count ? headers[index + 1].start : bytes.count
      try splice(headers[index].start..<end, with: [])
      found = true
    }
    return found
  }

  // MARK: - Bytes

  /// How the lines of the file end.
  private var newline: [UInt8] {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0,
      bytes[end - 1] == UInt8(ascii: "\r")
    else { return [UInt8(ascii: "\n")] }
    return [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
  }

  /// What has to stand before a line that is put at a place, so that it is one of its own.
  private func missingNewline(at place: Int) -> [UInt8] {
    guard place > 0 else { return [] }
    guard bytes[place - 1] == UInt8(ascii: "\n") else { return newline }
    // A value may go on in a last line that never came: it would take the new one.
    let before = bytes[..<(place - 1)]
    let text = before.last == UInt8(ascii: "\r") ? before.dropLast() : before
    return text.last == UInt8(ascii: "\\") ? newline : []
  }

  /// The end of the last section of a name: after its last setting, or after its header.
  private func placeForNewEntry(section: String, subsection: ByteString?) -> Int? {
    guard
      let header = headers.last(where: { $0.section == section && $0.subsection == subsection })
    else { return nil }
    let next = headers.first { $0.start > header.start }?.start ?? bytes.count
    let inside = entries.last {
      $0.range.lowerBound >= header.bracketEnd && $0.range.upperBound <= next
    }
    return min(max(header.end, inside?.range.upperBound ?? 0), next)
  }

  /// Puts a line in the place of a setting, or removes it with its line if nothing else is on it.
  private mutating func replace(_ entry: Entry, with line: [UInt8]?) throws(GitError) {
    var range = entry.range
    let hasNewline = bytes[range].last == UInt8(ascii: "\n")
    if let line {
      try splice(range, with: line + (hasNewline ? newline : []))
      return
    }
    let lineStart = bytes[..<range.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let before = bytes[lineStart..<range.lowerBound]
    if before.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
      range = lineStart..<range.upperBound
      try splice(range, with: [])
    } else {
      try splice(range, with: hasNewline ? newline : [])
    }
  }

  /// Removes the headers of a section that have nothing under them, not even a comment.
  private mutating func removeHeaders(
    section: String, subsection: ByteString?
  ) throws(GitError) {
    while let index = headers.firstIndex(where: { header in
      guard header.section == section, header.subsection == subsection else { return false }
      let next = headers.first { $0.start > header.start }?.start ?? bytes.count
      return bytes[header.bracketEnd..<next].allSatisfy { $0 <= UInt8(ascii: " ") }
    }) {
      let end = index + 1 < headers.count ? headers[index + 1].start : bytes.count
      try splice(headers[index].start..<end, with: [])
    }
  }

  /// Changes the bytes and reads them anew: what was written is what will be read.
  private mutating func splice(_ range: Range<Int>, with new: [UInt8]) throws(GitError) {
    var changed = bytes
    changed.replaceSubrange(range, with: new)
    self = try Self(changed, path: path)
  }

  private static func line(name: [UInt8], value: ByteString) -> [UInt8] {
    name + Array(" = ".utf8) + quoted(value)
  }

  /// The value so that it is read back as it is.
  private static func quoted(_ value: ByteString) -> [UInt8] {
    var text: [UInt8] = []
    for byte in value.bytes {
      switch byte {
      case UInt8(ascii: "\n"): text += Array("\\n".utf8)
      case UInt8(ascii: "\t"): text += Array("\\t".utf8)
      case 0x08: text += Array("\\b".utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      default: text.append(byte)
      }
    }
    let needsQuotes =
      value.bytes.first == UInt8(ascii: " ") || value.bytes.last == UInt8(ascii: " ")
      || value.bytes.contains {
        $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\r")
      }
    return needsQuotes ? [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")] : text
  }

  private static func header(section: String, subsection: ByteString?) -> [UInt8] {
    guard let subsection else { return Array("[\(section)]".utf8) }
    var text = Array("[\(section) \"".utf8)
    for byte in subsection.bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text.append(UInt8(ascii: "\\"))
      }
      text.append(byte)
    }
    return text + Array("\"]".utf8)
  }
}
