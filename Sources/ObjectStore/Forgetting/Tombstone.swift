package import Platform
package import Primitives

/// What a store says of a content that was forgotten on purpose, or that may be stored again.
///
/// `docs/format/store.md` § Tombstones is the specification.
package struct Tombstone: Hashable, Sendable {
  /// What holds now.
  package enum State: String, Hashable, Sendable {
    /// The bytes are to be nowhere.
    case forgotten
    /// They were to be nowhere, and may be stored again.
    case lifted
  }

  package let id: ObjectID
  package let state: State

  /// The size that the content has or had.
  package let size: ByteCount

  /// When that was said, in seconds since 1970-01-01 00:00 UTC.
  package let date: Int

  /// Who said it, as git names authors; empty where that is not known.
  package let author: ByteString

  /// Why; empty where nobody said.
  package let reason: ByteString

  /// The largest file that is read.
  static let limit = ByteCount.kibibytes(32)

  /// The longest author or reason, in bytes.
  package static let textLimit = 4_096

  package init(
    _ id: ObjectID, _ state: State, size: ByteCount, date: Int, author: ByteString,
    reason: ByteString
  ) {
    self.id = id
    self.state = state
    self.size = size
    self.date = date
    self.author = ByteString(author.bytes.prefix(Self.textLimit))
    self.reason = ByteString(reason.bytes.prefix(Self.textLimit))
  }

  /// Whether this counts where a store has the other one: the later one does, and of two of one
  /// second the one that forgets.
  package func supersedes(_ other: Self) -> Bool {
    if date != other.date { return date > other.date }
    return state == .forgotten && other.state == .lifted
  }

  /// The whole file.
  func encoded() -> [UInt8] {
    var text = RootText("tombstone")
    text.line("oid \(id.hex)")
    text.line("state \(state.rawValue)")
    text.line("size \(size.bytes)")
    text.line("date \(date)")
    text.line("author", author)
    text.line("reason", reason)
    return text.finished()
  }

  /// Reads a tombstone and checks every rule.
  init(decoding bytes: [UInt8]) throws(RootLines.Flaw) {
    var lines = try RootLines(bytes, kind: "tombstone")
    guard let id = ObjectID(hex: try lines.value("oid")), id != .empty,
      let state = State(rawValue: String(decoding: try lines.value("state"), as: UTF8.self))
    else { throw .damaged }
    let size = try lines.number("size")
    let date = try lines.number("date")
    guard size >= 0, let author = PercentEncoding.decode(try lines.value("author")),
      let reason = PercentEncoding.decode(try lines.value("reason")), lines.isAtEnd,
      max(author.count, reason.count) <= Self.textLimit
    else { throw .damaged }
    self.init(id, state, size: .bytes(size), date: date, author: author, reason: reason)
  }
}

extension Tombstone: CustomStringConvertible {
  /// The end of a sentence: when, by whom, and why.
  package var description: String {
    let day = Timestamp(seconds: date, nanoseconds: 0).description.prefix(10)
    let author = author.isEmpty ? "" : " by \(author)"
    return "\(day)\(author)" + (reason.isEmpty ? "" : ": \(reason)")
  }
}

/// What a store says of contents that were forgotten.
package struct Tombstones: Sendable {
  /// Every tombstone that can be read, by its oid.
  package private(set) var all: [ObjectID: Tombstone] = [:]

  /// Files that stand where tombstones do, and say nothing.
  package internal(set) var damaged: [FilePath] = []

  /// How many forgotten contents have a size, so that others need not be hashed.
  private var sizes: [ByteCount: Int] = [:]

  package init() {}

  /// The tombstone of a content that is to be nowhere.
  package subscript(id: ObjectID) -> Tombstone? {
    guard let found = all[id], found.state == .forgotten else { return nil }
    return found
  }

  /// The contents that are to be nowhere.
  package var forgotten: Set<ObjectID> {
    Set(all.values.lazy.filter { $0.state == .forgotten }.map(\.id))
  }

  /// Whether a content of a size may be one that was forgotten.
  ///
  /// Where nobody knew the size it may be any.
  func mayHold(_ size: ByteCount) -> Bool {
    sizes[size, default: 0] > 0 || sizes[.zero, default: 0] > 0
  }

  /// What two stores say together.
  package func merging(_ others: Self) -> Self {
    var merged = self
    for tombstone in others.all.values { merged.take(tombstone) }
    return merged
  }

  /// Takes a tombstone, unless the one that is there counts.
  ///
  /// - Returns: Whether it was taken.
  @discardableResult
  mutating func take(_ tombstone: Tombstone) -> Bool {
    if let old = all[tombstone.id] {
      guard tombstone.supersedes(old) else { return false }
      if old.state == .forgotten { sizes[old.size, default: 1] -= 1 }
    }
    all[tombstone.id] = tombstone
    if tombstone.state == .forgotten { sizes[tombstone.size, default: 0] += 1 }
    return true
  }
}
