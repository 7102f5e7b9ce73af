package import Platform
package import Primitives
internal import Synchronization

/// One thing that is about to become another.
///
/// `docs/format/operations.md` says what the values of each kind are.
package struct JournalEntry: Hashable, Sendable {
  /// What kind of thing it is.
  package enum Kind: String, Hashable, Sendable {
    /// A file of the worktree that git carries.
    case file
    /// What git's index has for a path.
    case index
    /// A setting outside the worktree.
    case setting
    /// What lies at a tracked path, and with it the base.
    case data
    /// The base alone.
    case base
    /// What lies at a tracked path or a part of it, while the base stays.
    case placed
    /// A file of data that is replaced or removed, and that was not as recorded.
    case saved
    /// Where data lies.
    case moved
  }

  package let kind: Kind
  package let old: ByteString?
  package let new: ByteString?
  package let subject: ByteString

  package init(_ kind: Kind, old: ByteString?, new: ByteString?, subject: ByteString) {
    self.kind = kind
    self.old = old
    self.new = new
    self.subject = subject
  }
}

/// Is told of what a command changes, before it is changed: what is known of a change that was begun
/// is enough to take it back, or to see that it was cut off.
package final class ChangeJournal: Sendable {
  /// Who is told; what it throws keeps the change from being made.
  package typealias Listener = @Sendable ([JournalEntry]) throws(FileError) -> Void

  /// Finds the last change of the data of a path that was told, and when its command began.
  package typealias Memory =
    @Sendable (ByteString) throws(FileError) -> (entry: JournalEntry, time: Timestamp)?

  private let listener = Mutex<Listener?>(nil)
  private let memory = Mutex<Memory?>(nil)

  init() {}

  /// Whether anybody listens: otherwise nothing need be found out.
  package var isOn: Bool { listener.withLock { $0 != nil } }

  /// Has somebody listen from now on.
  package func listen(_ listener: @escaping Listener) {
    self.listener.withLock { $0 = listener }
  }

  /// Has somebody remember what was told, by this process and others.
  package func remember(_ memory: @escaping Memory) {
    self.memory.withLock { $0 = memory }
  }

  /// The last change of the data of a path that was told: it was made, or cut off, and nothing came
  /// after it.
  ///
  /// - Returns: The change, and when its command began; `nil` where nothing is known.
  /// - Throws: ``FileError`` when that cannot be looked up.
  package func last(
    ofDataAt path: ByteString
  ) throws(FileError) -> (entry: JournalEntry, time: Timestamp)? {
    guard let memory = memory.withLock({ $0 }) else { return nil }
    return try memory(path)
  }

  /// Tells what is about to change.
  ///
  /// - Throws: ``FileError`` when that cannot be written down; then nothing may be changed.
  package func tell(_ entries: [JournalEntry]) throws(FileError) {
    guard !entries.isEmpty, let listener = listener.withLock({ $0 }) else { return }
    try listener(entries)
  }
}
