internal import Platform
package import Primitives

/// What collecting a store comes to: exact, as long as nobody writes meanwhile.
package struct CollectionPlan: Sendable {
  /// What becomes of a pack.
  package enum Fate: Equatable, Sendable {
    /// It stays as it is.
    case kept(Reason)
    /// Its live records are written to another pack, and it goes to trash.
    case repacked
    /// It goes to trash: nothing in it is live.
    case trashed

    /// Why a pack stays.
    package enum Reason: Equatable, Sendable {
      /// All of it is live, or too little is dead to write it anew.
      case live
      /// It was written a short while ago, or since the oldest running writer began.
      case young
      /// No list says that it is on disk.
      case unsafe
    }
  }

  /// What becomes of one pack.
  package struct Pack: Sendable {
    package let id: ObjectID

    /// The size of the file.
    package let size: ByteCount

    /// How many records it holds.
    package let records: Int

    /// How many of them stay.
    package internal(set) var liveRecords: Int

    /// The size of those, as stored.
    package internal(set) var liveBytes: ByteCount

    /// The size of all, as stored.
    package let recordBytes: ByteCount

    package internal(set) var fate: Fate

    let number: PackNumber
    let kind: PackKind

    /// Where the list of what is live has the records of this pack.
    let ranges: [Range<Int>]

    /// Live records by their places in the pack that another pack, which stays, has as well.
    var copies: Set<UInt32> = []
  }

  /// A file in trash.
  package struct TrashedFile: Sendable {
    package let id: ObjectID
    package let size: ByteCount

    /// When it went to trash.
    package let time: Timestamp

    let isPack: Bool
  }

  /// The packs that were there at the beginning.
  package internal(set) var packs: [Pack] = []

  /// Packs that cannot be read, or only by a newer version: they are left alone.
  package let unreadable: [UnreadablePack]

  /// Packs in trash that hold something which is reached: they come back.
  package internal(set) var restored: [TrashedFile] = []

  /// What is unlinked: trashed longer ago than the grace, before every writer began, and not
  /// reached.
  package internal(set) var due: [TrashedFile] = []

  /// What stays in trash.
  package internal(set) var waiting: [TrashedFile] = []

  /// Whole files that no worktree has as a link: they are removed, as packs have what they hold.
  package internal(set) var wholeFiles: [UnlinkedWholeFile] = []

  let marked: Marked
  var places: [PackNumber: Int] = [:]

  /// For packs in trash, where the list of what is live has their records.
  var trashRanges: [ObjectID: [Range<Int>]] = [:]

  init(marked: Marked, unreadable: [UnreadablePack]) {
    self.marked = marked
    self.unreadable = unreadable
  }
}

// MARK: - Totals

extension CollectionPlan {
  /// Whether carrying it out would change nothing.
  package var isEmpty: Bool {
    due.isEmpty && restored.isEmpty && trashed.isEmpty && repacked.isEmpty
      && wholeFiles.isEmpty
  }

  /// Packs of which nothing is live.
  package var trashed: [Pack] { packs.filter { $0.fate == .trashed } }

  /// Packs whose live records move to another one.
  package var repacked: [Pack] { packs.filter { $0.fate == .repacked } }

  /// How many records go.
  package var deadRecords: Int { leaving.reduce(0) { $0 + $1.records - $1.liveRecords } }

  /// Their size as stored: what the store will be smaller by when the grace of it all is over.
  package var deadBytes: ByteCount {
    leaving.reduce(.zero) { $0 + $1.recordBytes - $1.liveBytes }
  }

  /// What is written to new packs: so much room is needed, and given back after the grace.
  package var copiedBytes: ByteCount { repacked.reduce(.zero) { $0 + $1.liveBytes } }

  /// What is unlinked now.
  package var freedBytes: ByteCount { due.reduce(.zero) { $0 + $1.size } }

  /// Dead records in packs that are not worth being written anew, as stored.
  package var wastedBytes: ByteCount {
    packs.filter { $0.fate == .kept(.live) }.reduce(.zero) { $0 + $1.recordBytes - $1.liveBytes }
  }

  private var leaving: [Pack] {
    packs.filter { if case .kept = $0.fate { false } else { true } }
  }
}
