internal import Git
internal import ObjectStore
package import Platform
package import Primitives
package import Remotes

/// One thing that Shale did to this clone, or a part of it: what one line of the log tells.
///
/// `docs/format/operations.md` is the specification.
package struct Operation: Hashable, Sendable {
  /// When it began.
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
      /// What lies in the worktree, and with it the base; the subject is the tracked path.
      case data
      /// The base alone; the subject is the tracked path.
      case base
      /// What lies in the worktree while the base stays; the subject is the tracked path or a part.
      case placed
      /// Where data lies; the values are paths.
      case moved
      /// Content that was put into the store before it was replaced; the subject is where it lay.
      case saved
      /// Where a ref points to; the subject is its name, or `HEAD`.
      case head
      /// Which branch is checked out; the subject is `HEAD`.
      case branch
      /// Where a remote lies; the subject is its name.
      case remote
      /// What a setting is; the subject is its full name, after the word for where it is set.
      case setting
      /// A file of the worktree that git carries; the subject is its path.
      case file
      /// What git's index has; the subject is the path.
      case index
      /// A commit whose data a remote was sent; the subject is the remote's name.
      case pushed
      /// Data that was asked for where something came from a remote; the subject is the tracked path.
      case fetched
      /// The record of a run; the subject is its id.
      case run
      /// An operation that was taken back; the subject is what it was.
      case undid
      /// How many bytes garbage collection took; the subject is the remote, or the local store.
      case collected
      /// What a repair brought back or put aside: the subject is the path that lacked an object, or
      /// the pack.
      case repaired
      /// Content whose bytes were removed for good, or may be stored again; the subject is its oid.
      case forgotten
    }

    package let kind: Kind

    /// What it was: an id in hexadecimal, a location or a value; `nil` for nothing.
    package let old: ByteString?

    /// What it became; `nil` for nothing.
    package let new: ByteString?

    package let subject: ByteString

    package init(_ kind: Kind, old: ByteString?, new: ByteString?, subject: ByteString) {
      self.kind = kind
      self.old = old
      self.new = new
      self.subject = subject
    }

    /// A pointer that names other data.
    package static func pointer(_ path: RepositoryPath, old: ObjectID?, new: ObjectID?) -> Self {
      Self(.pointer, old: hex(old), new: hex(new), subject: path.bytes)
    }

    /// Data in the worktree that became other data.
    package static func data(_ path: RepositoryPath, old: ObjectID?, new: ObjectID?) -> Self {
      Self(.data, old: hex(old), new: hex(new), subject: path.bytes)
    }

    /// Content that the store keeps because it was about to be replaced.
    package static func saved(_ path: RepositoryPath, as id: ObjectID) -> Self {
      Self(.saved, old: nil, new: hex(id), subject: path.bytes)
    }

    /// A ref that moved from one commit to another, both in hexadecimal.
    package static func head(_ name: ByteString, old: String?, new: String?) -> Self {
      Self(
        .head, old: old.map { ByteString($0) }, new: new.map { ByteString($0) }, subject: name)
    }

    /// A remote that lies elsewhere, or that was not or is no longer configured.
    package static func remote(_ name: RemoteName, old: ByteString?, new: ByteString?) -> Self {
      Self(.remote, old: old, new: new, subject: ByteString(name.text))
    }

    /// A setting with its full name that has another value in one layer.
    package static func setting(
      _ key: String, in layer: Configuration.Layer, old: ByteString?, new: ByteString?
    ) -> Self {
      Self(.setting, old: old, new: new, subject: ByteString("\(layer) \(key)"))
    }

    /// Another branch that is checked out, by full names; `nil` for none.
    package static func branch(old: ByteString?, new: ByteString?) -> Self {
      Self(.branch, old: old, new: new, subject: "HEAD")
    }

    /// An operation that was taken back.
    package static func undid(_ id: ByteString, of command: ByteString) -> Self {
      Self(.undid, old: nil, new: id, subject: command)
    }

    init(_ entry: JournalEntry) {
      let kind: Kind =
        switch entry.kind {
        case .file: .file
        case .index: .index
        case .setting: .setting
        case .data: .data
        case .base: .base
        case .placed: .placed
        case .saved: .saved
        case .moved: .moved
        }
      self.init(kind, old: entry.old, new: entry.new, subject: entry.subject)
    }

    /// A commit whose data a remote was sent.
    package static func pushed(_ commit: String, to remote: RemoteName) -> Self {
      Self(.pushed, old: nil, new: ByteString(commit), subject: ByteString(remote.text))
    }

    /// Data that was asked for where something came from a remote.
    package static func fetched(_ path: RepositoryPath, _ id: ObjectID) -> Self {
      Self(.fetched, old: nil, new: hex(id), subject: path.bytes)
    }

    /// A record of a run that was removed.
    package static func removedRun(_ id: ObjectID) -> Self {
      Self(.run, old: hex(id), new: nil, subject: ByteString(id.hex))
    }

    /// What garbage collection took out of the local store, or out of a remote.
    package static func collected(_ size: ByteCount, from remote: RemoteName?) -> Self {
      Self(
        .collected, old: nil, new: ByteString("\(size.bytes)"),
        subject: ByteString(remote?.text ?? "store"))
    }

    /// Content whose bytes were removed for good: nothing brings it back.
    package static func forgotten(_ id: ObjectID) -> Self {
      Self(.forgotten, old: hex(id), new: nil, subject: ByteString(id.hex))
    }

    /// Content that was forgotten and may be stored again.
    package static func lifted(_ id: ObjectID) -> Self {
      Self(.forgotten, old: nil, new: hex(id), subject: ByteString(id.hex))
    }

    /// What the store has to keep as long as the change can be undone: all that lay there before or
    /// after.
    ///
    /// Some of it may be in no store, as where data was never fetched.
    package var storedObjects: [ObjectID] {
      switch kind {
      case .pointer, .data, .base, .placed, .saved, .file:
        [old, new].compactMap { $0.flatMap(Self.stored) }
      case .moved, .head, .branch, .index, .remote, .setting, .pushed, .fetched, .run, .undid,
        .collected, .repaired, .forgotten:
        []
      }
    }

    /// The oid in a value, which may say more before a colon.
    private static func stored(_ value: ByteString) -> ObjectID? {
      ObjectID(hex: value.bytes.split(separator: UInt8(ascii: ":")).last ?? [])
    }

    /// An object that a path lacked, and that is back.
    package static func repaired(_ path: RepositoryPath, _ id: ObjectID) -> Self {
      Self(.repaired, old: nil, new: hex(id), subject: path.bytes)
    }

    /// A damaged pack that went to the trash of its store.
    package static func replacedPack(_ id: ObjectID) -> Self {
      Self(.repaired, old: hex(id), new: nil, subject: ByteString("\(id.hex).pack"))
    }

    private static func hex(_ id: ObjectID?) -> ByteString? { id.map { ByteString($0.hex) } }
  }
}

// MARK: - Lines

extension Operation {
  private static let space: [UInt8] = [UInt8(ascii: " ")]
  private static let dash = UInt8(ascii: "-")

  /// The longest line, in bytes.
  static let lineLimit = 16 << 20

  /// The whole line with its line break (§1).
  func encoded() -> [UInt8] {
    var fields: [[UInt8]] = [
      Array("1".utf8),
      LineLog.text(time),
      PercentEncoding.encode(worktree.bytes.bytes),
      Array(
        command.map { PercentEncoding.encode($0.bytes, also: Self.space) }
          .joined(separator: Self.space)),
    ]
    for change in changes {
      fields.append(
        Array(change.kind.rawValue.utf8) + Self.space + Self.field(change.old) + Self.space
          + Self.field(change.new) + Self.space + PercentEncoding.encode(change.subject.bytes))
    }
    return LineLog.line(fields)
  }

  /// Reads a line without its line break.
  ///
  /// - Returns: `nil` when the check fails, or for a version that is not known here.
  init?(line: ArraySlice<UInt8>) {
    guard let fields = LineLog.fields(line), fields.count >= 4,
      fields[0].elementsEqual("1".utf8), let time = LineLog.time(fields[1]),
      let worktree = PercentEncoding.decode(fields[2])
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

  /// A value, in which a lone dash is not to be taken for nothing.
  private static func field(_ value: ByteString?) -> [UInt8] {
    guard let value else { return Array("-".utf8) }
    return PercentEncoding.encode(value.bytes, also: value == "-" ? [dash] : space)
  }

  /// Reads what ``field(_:)`` wrote; the outer `nil` stands for any other spelling.
  fileprivate static func value(_ field: ArraySlice<UInt8>) -> ByteString?? {
    if field.elementsEqual("-".utf8) { return .some(nil) }
    guard
      let value = PercentEncoding.decode(
        field, also: field.elementsEqual("%2D".utf8) ? [dash] : space)
    else { return nil }
    return .some(value)
  }

}

extension Operation.Change {
  fileprivate init?(_ field: ArraySlice<UInt8>) {
    let parts = field.split(
      separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let kind = Kind(rawValue: String(decoding: parts[0], as: UTF8.self)),
      let old = Operation.value(parts[1]), let new = Operation.value(parts[2]),
      let subject = PercentEncoding.decode(parts[3])
    else { return nil }
    self.init(kind, old: old, new: new, subject: subject)
  }
}
