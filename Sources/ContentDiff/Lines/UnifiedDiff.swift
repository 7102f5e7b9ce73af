/// The lines in which two texts differ, with some around them, as `diff -u` writes them.
package struct UnifiedDiff {
  /// One line of the joined texts.
  private struct Line {
    enum Kind: UInt8 {
      case both = 0x20
      case removed = 0x2D
      case added = 0x2B
    }

    let kind: Kind
    let bytes: ArraySlice<UInt8>

    /// How many lines of each text came before it.
    let old: Int
    let new: Int
  }

  /// How many lines are shown before and after a difference.
  private static let context = 3

  /// Texts with more lines than that in between are not compared line by line: it would take the
  /// square of them.
  private static let lineLimit = 3_000

  private let lines: [Line]

  /// Whether lines were compared one by one; otherwise all between the first and the last difference
  /// are told as replaced.
  package let isExact: Bool

  /// The lines of a text, each with its line end.
  package static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      lines.append(rest[..<end])
      rest = rest[end...]
    }
    return lines
  }

  /// Compares two texts.
  package init(from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]) {
    let start = zip(old, new).prefix { $0 == $1 }.count
    let rest = min(old.count, new.count) - start
    let end = zip(old.reversed(), new.reversed()).prefix(rest).prefix { $0 == $1 }.count
    let left = old[start..<old.count - end]
    let right = new[start..<new.count - end]
    var removed = Set(left.indices)
    var added = Set(right.indices)
    isExact = left.count + right.count <= Self.lineLimit
    if isExact {
      removed = []
      added = []
      for change in right.difference(from: left) {
        switch change {
        case .remove(let offset, _, _): removed.insert(start + offset)
        case .insert(let offset, _, _): added.insert(start + offset)
        }
      }
    }
    var lines: [Line] = []
    var (one, other) = (0, 0)
    while one < old.count || other < new.count {
      if one < old.count, removed.contains(one) {
        lines.append(Line(kind: .removed, bytes: old[one], old: one, new: other))
        one += 1
      } else if other < new.count, added.contains(other) {
        lines.append(Line(kind: .added, bytes: new[other], old: one, new: other))
        other += 1
      } else {
        lines.append(Line(kind: .both, bytes: old[one], old: one, new: other))
        one += 1
        other += 1
      }
    }
    self.lines = lines
  }

  /// How many lines are in the new text alone, and in the old one alone.
  package var counts: (added: Int, removed: Int) {
    lines.reduce(into: (0, 0)) { counts, line in
      if line.kind == .added { counts.0 += 1 }
      if line.kind == .removed { counts.1 += 1 }
    }
  }

  /// The hunks; nothing where the texts are the same.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for hunk in hunks {
      let part = lines[hunk]
      let old = part.count { $0.kind != .added }
      let new = part.count { $0.kind != .removed }
      func range(_ start: Int, _ count: Int) -> String {
        "\(count == 0 ? start : start + 1)\(count == 1 ? "" : ",\(count)")"
      }
      let first = part[part.startIndex]
      bytes += "@@ -\(range(first.old, old)) +\(range(first.new, new)) @@\n".utf8
      for line in part {
        bytes.append(line.kind.rawValue)
        bytes += line.bytes
        if line.bytes.last != UInt8(ascii: "\n") {
          bytes += "\n\\ No newline at end of file\n".utf8
        }
      }
    }
    return bytes
  }

  /// The stretches of lines with differences, joined where their surroundings meet.
  private var hunks: [Range<Int>] {
    var hunks: [Range<Int>] = []
    for index in lines.indices where lines[index].kind != .both {
      let start = max(0, index - Self.context)
      let end = min(lines.count, index + Self.context + 1)
      if let last = hunks.last, start <= last.upperBound {
        hunks[hunks.count - 1] = last.lowerBound..<end
      } else {
        hunks.append(start..<end)
      }
    }
    return hunks
  }
}
