package import Primitives

/// The list of a directory as DVC keeps it: an object whose name ends in `.dir`.
package struct DVCDirectory: Hashable, Sendable {
  /// One file.
  package struct Entry: Hashable, Sendable {
    /// From the directory down.
    package let path: RepositoryPath
    package let digest: MD5Digest

    package init(path: RepositoryPath, digest: MD5Digest) {
      self.path = path
      self.digest = digest
    }
  }

  /// The files, sorted by path; no path is another one's directory.
  package let entries: [Entry]

  /// Takes files in any order.
  package init(_ entries: [Entry]) throws(DVCFormatError) {
    self.entries = entries.sorted { $0.path < $1.path }
    var paths: Set<RepositoryPath> = []
    for entry in self.entries where !paths.insert(entry.path).inserted {
      throw .clashingPath(entry.path)
    }
    for entry in self.entries {
      if entry.path.isRoot { throw .badPath(entry.path.bytes) }
      var place = entry.path.parent
      while let directory = place, !directory.isRoot {
        if paths.contains(directory) { throw .clashingPath(directory) }
        place = directory.parent
      }
      let isGit = entry.path.components.contains { name in
        name.count == 4 && name.bytes.map { $0 | 0x20 } == Array(".git".utf8)
      }
      if isGit { throw .badPath(entry.path.bytes) }
    }
  }

  /// Reads a list: an array of JSON, with a table of `md5` and `relpath` for each file.
  ///
  /// Each entry is read by itself, so that the length of a list is not bounded by what a document may
  /// hold.
  package init(reading bytes: [UInt8]) throws(DVCFormatError) {
    var scanner = ListScanner(bytes)
    var entries: [Entry] = []
    while let item = try scanner.next() {
      let number = entries.count + 1
      let value: DocumentValue
      do {
        value = try DocumentValue(reading: Array(bytes[item]), as: .json)
      } catch {
        throw .badEntry(number)
      }
      guard case .text(let digest) = value["md5"], let digest = MD5Digest(hex: Array(digest.utf8)),
        case .text(let path) = value["relpath"]
      else { throw .badEntry(number) }
      do {
        entries.append(Entry(path: try RepositoryPath(ByteString(path)), digest: digest))
      } catch {
        throw .badPath(ByteString(path))
      }
    }
    try self.init(entries)
  }

  /// The list as DVC writes it, to the byte: the name of the directory is the MD5 of this.
  ///
  /// - Returns: `nil` where a path is no UTF-8, which JSON cannot hold.
  package func encoded() -> [UInt8]? {
    // Python compares texts by code points, which in UTF-8 is the order of bytes.
    var text = "["
    for (number, entry) in entries.enumerated() {
      guard let path = entry.path.bytes.text else { return nil }
      if number > 0 { text += ", " }
      text += "{\"md5\": \"\(entry.digest.hex)\", \"relpath\": \(Self.quoted(path))}"
    }
    return Array((text + "]").utf8)
  }

  /// A text of JSON in ASCII alone, as Python's `json` writes it.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x0A: quoted += "\\n"
      case 0x0D: quoted += "\\r"
      case 0x09: quoted += "\\t"
      case 0x08: quoted += "\\b"
      case 0x0C: quoted += "\\f"
      case 0x20...0x7E: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}

/// Finds the tables of an array of JSON, without reading what is in them.
private struct ListScanner {
  private let bytes: [UInt8]
  private var offset = 0
  private var state = State.start

  private enum State { case start, first, after, end }

  /// No entry is longer: a path has at most 4,096 bytes, of six characters each.
  private static let entryLimit = 64 << 10

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Where the next table stands; `nil` after the last.
  mutating func next() throws(DVCFormatError) -> Range<Int>? {
    while true {
      while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
      guard offset < bytes.count else {
        if case .end = state { return nil }
        throw .notAList(offset: offset)
      }
      switch (state, bytes[offset]) {
      case (.start, UInt8(ascii: "[")): state = .first
      case (.first, UInt8(ascii: "]")), (.after, UInt8(ascii: "]")): state = .end
      case (.first, UInt8(ascii: "{")): return try table()
      case (.after, UInt8(ascii: ",")):
        offset += 1
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) {
          offset += 1
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "{") else {
          throw .notAList(offset: offset)
        }
        return try table()
      default: throw .notAList(offset: offset)
      }
      offset += 1
    }
  }

  private mutating func table() throws(DVCFormatError) -> Range<Int> {
    let start = offset
    var (depth, isInText) = (0, false)
    while offset < bytes.count, offset - start < Self.entryLimit {
      let byte = bytes[offset]
      offset += 1
      if isInText {
        if byte == UInt8(ascii: "\\") { offset += 1 }
        if byte == UInt8(ascii: "\"") { isInText = false }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      default: break
      }
      if depth == 0 {
        state = .after
        return start..<offset
      }
    }
    throw .notAList(offset: start)
  }
}
