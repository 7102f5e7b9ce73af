package import Primitives

/// The upkeep of a `.gitignore`: one anchored line for each tracked path beside it.
///
/// Lines of others are never touched, and neither is their order. Ours are kept sorted among
/// themselves, so that two branches that add data usually change different places.
package enum GitIgnoreFile {
  /// The name of the file.
  package static let name: ByteString = ".gitignore"

  /// The line that makes git ignore exactly `name` in the directory of the file.
  ///
  /// Characters with a meaning are escaped. A line break cannot be written in such a file, and a
  /// carriage return not at the end of a line: both become a class of control characters.
  package static func line(ignoring name: ByteString) -> ByteString {
    var line = [UInt8(ascii: "/")]
    for (index, byte) in name.bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"):
        line += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: " ") where index == name.count - 1:
        line += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        line += Array("[[:cntrl:]]".utf8)
      default:
        line.append(byte)
      }
    }
    return ByteString(line)
  }

  /// The content of the file with a line for each of some names.
  ///
  /// - Parameters:
  ///   - names: Names in the directory of the file.
  ///   - content: The file as it is.
  ///   - tracked: The names in this directory that have a pointer: their lines are ours.
  /// - Returns: The new content: the old one where all lines are there already.
  package static func adding(
    _ names: [ByteString], to content: [UInt8], tracked: Set<ByteString>
  ) -> [UInt8] {
    var file = TextLines(content)
    let new = Set(names.map { line(ignoring: $0).bytes })
      .subtracting(file.lines.indices.map { file.text($0) })
    if new.isEmpty { return content }
    let ours = Set(tracked.map { line(ignoring: $0).bytes })
    let places = file.lines.indices.filter { ours.contains(file.text($0)) }
    // The lines take the places they had, in order; the last place, or the end, takes the others.
    let end = places.last.map { $0 + 1 } ?? file.lines.count
    let sorted = (places.map { file.text($0) } + new).sorted { $0.lexicographicallyPrecedes($1) }
    file.lines.insert(contentsOf: repeatElement([], count: new.count), at: end)
    for (place, text) in zip(places + Array(end..<end + new.count), sorted) {
      file.lines[place] = file.line(text)
    }
    return file.bytes
  }

  /// The content of the file without the line for `name`; empty when no line is left.
  package static func removing(_ name: ByteString, from content: [UInt8]) -> [UInt8] {
    var file = TextLines(content)
    let old = line(ignoring: name).bytes
    let kept = file.lines.indices.filter { file.text($0) != old }
    if kept.count == file.lines.count { return content }
    file.lines = kept.map { file.lines[$0] }
    return file.bytes
  }

  /// The lines of both sides of a merge: those of ours, without what theirs took out, and then what
  /// theirs put in.
  ///
  /// - Parameters:
  ///   - base: The file that both began with; empty where there was none.
  ///   - ours: The file on our side.
  ///   - theirs: The file on the other side.
  package static func united(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8] {
    let (old, other) = (TextLines(base), TextLines(theirs))
    var file = TextLines(ours)
    let before = Set(old.lines.indices.map { old.text($0) })
    let after = Set(other.lines.indices.map { other.text($0) })
    let removed = before.subtracting(after)
    let kept = file.lines.indices.filter { !removed.contains(file.text($0)) }
    file.lines = kept.map { file.lines[$0] }
    var present = before.union(file.lines.indices.map { file.text($0) })
    for line in other.lines.indices.map({ other.text($0) }) where present.insert(line).inserted {
      file.lines.append(file.line(line))
    }
    return file.bytes
  }
}

/// The upkeep of the `.gitattributes` at the root of the worktree.
package enum GitAttributesFile {
  /// The name of the file.
  package static let name: ByteString = ".gitattributes"

  /// The lines that Shale needs.
  ///
  /// Git must never change the bytes of pointers and records, and merges pointers by asking Shale.
  /// `union` keeps both lines where two branches add their first data to one directory.
  package static let lines: [ByteString] = [
    "*.shale -text merge=shale diff=shale", "/.shale/** -text", ".gitignore merge=union",
  ]

  /// The content of the file with all of ``lines``; the old content where all are there.
  package static func completed(_ content: [UInt8]) -> [UInt8] {
    var file = TextLines(content)
    let present = Set(file.lines.indices.map { file.text($0) })
    // What somebody decided about a pattern, in a line of their own, stays.
    let patterns = Set(present.compactMap { $0.split(separator: UInt8(ascii: " ")).first })
    let missing = lines.map(\.bytes).filter { line in
      guard !present.contains(line) else { return false }
      let pattern = line.split(separator: UInt8(ascii: " ")).first ?? []
      return pattern != Array(".gitignore".utf8)[...] || !patterns.contains(pattern)
    }
    if missing.isEmpty { return content }
    file.lines += missing.map { file.line($0) }
    return file.bytes
  }
}
