package import Primitives

/// The sides of a pointer in which a merge left conflict markers.
///
/// See section 3 of `docs/format/pointer.md`.
package struct PointerConflict: Hashable, Sendable {
  /// One side of a conflict.
  package struct Side: Hashable, Sendable {
    /// What git wrote behind the marker: usually a branch or a commit.
    package let label: ByteString

    /// The file as this side has it; empty where the side deleted it.
    package let bytes: [UInt8]

    /// The pointer of this side, or `nil` where it is none.
    package var pointer: PointerFile? { try? PointerFile(decoding: bytes) }
  }

  package let ours: Side
  package let theirs: Side

  /// The common ancestor, where git was asked to write it (`merge.conflictStyle = diff3`).
  package let ancestor: Side?

  /// Reads the sides, or gives `nil` where no line begins a conflict.
  init?(_ bytes: [UInt8]) {
    var reader = ConflictReader()
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      reader.take(line)
    }
    guard reader.hasConflict else { return nil }
    ours = Side(label: reader.labels.ours, bytes: Self.joined(reader.ours))
    theirs = Side(label: reader.labels.theirs, bytes: Self.joined(reader.theirs))
    ancestor = reader.labels.ancestor.map {
      Side(label: $0, bytes: Self.joined(reader.ancestor))
    }
  }

  private static func joined(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
    Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}

extension PointerConflict: CustomStringConvertible {
  package var description: String {
    // Somebody may have taken the names away.
    if ours.label.isEmpty || theirs.label.isEmpty { return "its two sides differ" }
    return "'\(ours.label)' and '\(theirs.label)' differ"
  }
}

/// Sorts the lines of a file with conflict markers to the sides they belong to.
private struct ConflictReader {
  private enum Place { case common, ours, ancestor, theirs }

  var ours: [ArraySlice<UInt8>] = []
  var theirs: [ArraySlice<UInt8>] = []
  var ancestor: [ArraySlice<UInt8>] = []
  var labels: (ours: ByteString, theirs: ByteString, ancestor: ByteString?) = ("", "", nil)
  var hasConflict = false
  private var place = Place.common

  mutating func take(_ line: ArraySlice<UInt8>) {
    if let label = Self.label(of: line, marker: "<") {
      (labels.ours, place, hasConflict) = (label, .ours, true)
    } else if place == .ours, let label = Self.label(of: line, marker: "|") {
      (labels.ancestor, place) = (label, .ancestor)
    } else if place == .ours || place == .ancestor, Self.label(of: line, marker: "=") != nil {
      place = .theirs
    } else if place == .theirs, let label = Self.label(of: line, marker: ">") {
      (labels.theirs, place) = (label, .common)
    } else {
      if place == .common || place == .ours { ours.append(line) }
      if place == .common || place == .theirs { theirs.append(line) }
      if place == .common || place == .ancestor { ancestor.append(line) }
    }
  }

  /// What follows seven times `marker` at the start of a line, after a space.
  private static func label(of line: ArraySlice<UInt8>, marker: Character) -> ByteString? {
    guard let byte = marker.asciiValue, line.count >= 7 else { return nil }
    guard line.prefix(7).allSatisfy({ $0 == byte }) else { return nil }
    let rest = line.dropFirst(7)
    if rest.isEmpty { return "" }
    guard rest.first == UInt8(ascii: " ") else { return nil }
    return ByteString(rest.dropFirst())
  }
}
