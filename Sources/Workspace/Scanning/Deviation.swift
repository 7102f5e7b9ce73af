internal import ObjectStore
package import Primitives

/// How a name in a scanned directory differs from what the stat index has of it.
package enum Deviation: UInt8, Hashable, Sendable {
  /// It is not in the base.
  case added = 0x10

  /// Its times say that it was written; its size is the same. Only reading tells.
  case touched = 0x20

  /// It has another content than in the base.
  case changed = 0x30

  /// It was materialised and is not there any more.
  case gone = 0x40

  /// It has the content of the base, and other times.
  case settled = 0x50

  /// It has the content of the base, and the permission to execute was given or taken.
  case modeChanged = 0x60

  /// A socket, pipe or device: nothing whose content can be kept.
  case special = 0x70

  /// A git repository inside the data, which would not come back as one.
  case nestedRepository = 0x80

  /// A temporary file of Shale, left behind by a crash.
  case leftover = 0x90

  /// It could not be recorded: it changed while it was read.
  case unrecorded = 0xA0

  /// Whether the data is another than in the base because of it.
  package var isChange: Bool {
    switch self {
    case .added, .touched, .changed, .gone, .modeChanged, .unrecorded: true
    case .settled, .special, .nestedRepository, .leftover: false
    }
  }
}

extension StatEntry.Flags {
  /// The upper half of the bits, which the format does not use.
  private static let deviationMask: UInt8 = 0xF0

  /// These flags, marked with a deviation; for entries in memory only.
  func marked(_ deviation: Deviation) -> Self {
    Self(rawValue: rawValue & ~Self.deviationMask | deviation.rawValue)
  }

  /// The flags that the format has.
  var written: Self { intersection([.materialised, .trusted, .differs]) }

  /// The flags without a deviation.
  var unmarked: Self { Self(rawValue: rawValue & ~Self.deviationMask) }
}

extension StatEntry {
  /// How the entry differs from the index it was compared with, if it is one of a scan.
  package var deviation: Deviation? { Deviation(rawValue: flags.rawValue & 0xF0) }
}

/// One directory in which a scan found something.
package struct ScannedDirectory: Sendable {
  /// From the tracked path down; empty for the tracked directory itself.
  package let path: ByteString

  /// The directory's times when it was listed.
  package let stamp: DirectoryStamp

  /// Whether the base has no such directory.
  package let isNew: Bool

  /// Whether the index has other times for it, or none that can be trusted.
  package let hasNewStamp: Bool

  /// The names that differ, in order.
  ///
  /// A name that became another kind of thing stands there twice:
  /// as gone and as added.
  ///
  /// The entry of a name has the kind, size, times and inode that are there now and, where the
  /// base has the name, the oid of the base.
  package var deviations: EntryList
}
