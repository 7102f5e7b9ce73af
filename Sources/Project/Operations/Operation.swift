internal import ObjectStore
package import Platform
package import Primitives

/// One thing that Shale did to this clone.
///
/// `docs/format/operations.md` is the specification.
package struct Operation: Hashable, Sendable {
  /// When it ended.
  package let time: Timestamp

  /// The root of the worktree it ran in.
  package let worktree: FilePath

  /// What was run, without the name of the program.
  package let command: [ByteString]

  package let changes: [Change]

  package init(time: Timestamp, worktree: FilePath, command: [ByteString], changes: [Change]) {
    self.time = time
    self.worktree = worktree
    self.command = command
    self.changes = changes
  }
}

extension Operation {
  /// One thing that became another.
  package struct Change: Hashable, Sendable {
    /// What kind of thing it is.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      /// What a pointer names; the subject is the tracked path.
      case pointer
      /// What lies in the worktree; the subject is the tracked path or one inside it.
      case data
      /// Content that was put into the store before it was replaced; the subject is where it lay.
      case saved
      /// Where a ref points to; the subject is its name, or `HEAD`.
      case head
      /// A remote that was added, changed or removed; the subject is its name.
      case remote
    }

    package let kind: Kind

    /// The id before, in hexadecimal; `nil` for nothing.
    package let old: String?

    /// The id after, in hexadecimal; `nil` for nothing.
    package let new: String?

    package let subject: ByteString

    package init(_ kind: Kind, old: String?, new: String?, subject: ByteString) {
      self.kind = kind
      self.old = old
      self.new = new
      self.subject = subject
    }

    /// A pointer that names other data.
    package static func pointer(_ path: RepositoryPath, old: ObjectID?, new: ObjectID?) -> Self {
      Self(.pointer, old: old?.hex, new: new?.hex, subject: path.bytes)
    }

    /// Data in the worktree that became other data.
    package static func data(_ path: RepositoryPath, old: ObjectID?, new: ObjectID?) -> Self {
      Self(.data, old: old?.hex, new: new?.hex, subject: path.bytes)
    }

    /// Content that the store keeps because it was about to be replaced.
    package static func saved(_ path: RepositoryPath, as id: ObjectID) -> Self {
      Self(.saved, old: nil, new: id.hex, subject: path.bytes)
    }

    /// A ref that moved from one commit to another, both in hexadecimal.
    package static func head(_ name: ByteString, old: String?, new: String?) -> Self {
      Self(.head, old: old, new: new, subject: name)
    }

    /// A remote that was added, changed or removed.
    package static func remote(_ name: String) -> Self {
      Self(.remote, old: nil, new: nil, subject: ByteString(name))
    }
  }
}

// MARK: - Lines

extension Operation {
  private static let space: [UInt8] = [UInt8(ascii: " ")]
  private static let tab = UInt8(ascii: "\t")

  /// The longest line, in bytes.
  static let lineLimit = 16 << 20

  /// The whole line with its line break (§1).
  func encoded() -> [UInt8] {
    let seconds = time.seconds
    let fraction = "\(time.nanoseconds - seconds * 1_000_000_000)"
    var fields: [[UInt8]] = [
      Array("1".utf8),
      Array("\(seconds).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)".utf8),
      PercentEncoding.encode(worktree.bytes.bytes),
      Array(
        command.map { PercentEncoding.encode($0.bytes, also: Self.space) }
          .joined(separator: Self.space)),
    ]
    for change in changes {
      fields.append(
        Array("\(change.kind.rawValue) \(change.old ?? "-") \(change.new ?? "-") ".utf8)
          + PercentEncoding.encode(change.subject.bytes))
    }
    let body = Array(fields.joined(separator: [Self.tab]))
    return Self.check(of: body) + [Self.tab] + body + [UInt8(ascii: "\n")]
  }

  /// Reads a line without its line break.
  ///
  /// - Returns: `nil` when the check fails, or for a version that is not known here.
  init?(line: ArraySlice<UInt8>) {
    guard let end = line.firstIndex(of: Self.tab) else { return nil }
    let body = Array(line[(end + 1)...])
    guard line[..<end].elementsEqual(Self.check(of: body)) else { return nil }
    let fields = body.split(separator: Self.tab, omittingEmptySubsequences: false)
    guard fields.count >= 4, fields[0].elementsEqual("1".utf8),
      let time = Self.time(fields[1]), let worktree = PercentEncoding.decode(fields[2])
    else { return nil }
    var command: [ByteString] = []
    for word in fields[3].split(separator: Self.space[0], omittingEmptySubsequences: false) {
      guard let word = PercentEncoding.decode(word, also: Self.space) else { return nil }
      command.append(word)
    }
    var changes: [Change] = []
    for field in fields[4...] {
      guard let change = Change(field) else { return nil }
      changes.append(change)
    }
    self.init(
      time: time, worktree: FilePath(worktree), command: command, changes: changes)
  }

  private static func check(of body: [UInt8]) -> [UInt8] {
    Array(SHA256.id(of: body.span).hex.utf8.prefix(16))
  }

  private static func time(_ field: ArraySlice<UInt8>) -> Timestamp? {
    let parts = field.split(separator: UInt8(ascii: "."))
    guard parts.count == 2, parts[1].count == 9,
      let seconds = Int(String(decoding: parts[0], as: UTF8.self)),
      let fraction = Int(String(decoding: parts[1], as: UTF8.self)), fraction >= 0
    else { return nil }
    return Timestamp(seconds: seconds, nanoseconds: fraction)
  }
}

extension Operation.Change {
  fileprivate init?(_ field: ArraySlice<UInt8>) {
    let parts = field.split(
      separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let kind = Kind(rawValue: String(decoding: parts[0], as: UTF8.self)),
      let subject = PercentEncoding.decode(parts[3])
    else { return nil }
    func value(_ part: ArraySlice<UInt8>) -> String? {
      part.elementsEqual("-".utf8) ? nil : String(decoding: part, as: UTF8.self)
    }
    self.init(kind, old: value(parts[1]), new: value(parts[2]), subject: subject)
  }
}
