internal import Lineage
package import ObjectStore
package import Platform
package import Primitives
package import Remotes

/// How much a run record tells.
package enum RecordSetting: String, Sendable, CaseIterable {
  /// All that helps to make the run again.
  case full
  /// Nothing about the person and the machine.
  case minimal
}

/// Every setting there is.
///
/// What is not in ``all`` does not exist: it is reported where a user set it, and refused in a
/// shared `.shale/config`.
package enum Settings {
  /// Where the objects of this clone are kept, when not in its git directory.
  package static let store = Setting<FilePath?>(
    "store", standard: nil, written: "", values: "a directory", isShareable: false,
    help: "The store to use instead of the clone's own, such as one that a team shares",
    parse: { $0.isEmpty || $0.bytes.contains(0) ? nil : .some(FilePath($0)) })

  /// Where `get` keeps what it brought, for all jobs of a user.
  package static let cache = Setting<FilePath?>(
    "cache", standard: nil, written: "", values: "a directory", isShareable: false,
    help: "Where `get` keeps what it brought; without a value in `~/.cache/shale`",
    parse: { $0.isEmpty || $0.bytes.contains(0) ? nil : .some(FilePath($0)) })

  /// How large the cache may stay.
  package static let cacheSize = Setting<ByteCount>(
    "cacheSize", standard: .gibibytes(20), written: "20 GiB",
    values: "a size, such as 50 GiB, or 0 for no cache", isShareable: false,
    help: "How large the cache of `get` may be; what was not used for longest goes first",
    parse: { $0.text.flatMap(size) })

  /// How records are compressed.
  package static let compression = Setting.choice(
    "compression", standard: CompressionSetting.auto, isShareable: true,
    help: "How new content is compressed; `auto` looks at each piece")

  /// For how long what garbage collection takes can be had back.
  package static let gcGrace = Setting<Int>(
    "gcGrace", standard: 14 * 86_400, written: "14d", values: "a length of time, such as 30d",
    isShareable: false,
    help: "For how long `gc` keeps what commands replaced, and what it moved to trash",
    parse: { $0.text.flatMap { RunInterval($0) }.map { Int($0.seconds) } })

  /// Whether the hooks that are installed do anything.
  package static let hooks = Setting<Bool>(
    "hooks", standard: true, written: "true", values: "`true` or `false`", isShareable: false,
    help: "Whether the hooks of git that `hooks install` wrote do anything", parse: bool)

  /// How the worktree shares content with the store.
  package static let link = Setting.choice(
    "link", standard: LinkSetting.copy, isShareable: false,
    help: "How checked-out data shares its bytes with the store")

  /// The remote that commands use when none is named.
  package static let defaultRemote = Setting<RemoteName?>(
    "defaultRemote", standard: nil, written: "", values: "the name of a remote",
    isShareable: true, help: "The remote that push, fetch and pull use when none is named",
    parse: { text in (try? RemoteName(text)).map { .some($0) } })

  /// The size from which an untracked file is pointed out by `status`, and one for git by a hook.
  package static let largeFile = Setting<ByteCount>(
    "largeFile", standard: .mebibytes(1), written: "1 MiB", values: "a size, such as 500 KiB",
    isShareable: true,
    help: "From which size on `status` and a hook point out files that Shale does not track",
    parse: { $0.text.flatMap(size) })

  /// How much run records tell.
  package static let record = Setting.choice(
    "record", standard: RecordSetting.full, isShareable: true,
    help: "How much a run record tells; `minimal` leaves out the author and the machine")

  /// Whether a push is proven before it is called done.
  package static let verifyOnPush = Setting<Bool>(
    "verifyOnPush", standard: false, written: "false", values: "`true` or `false`",
    isShareable: true,
    help: "Whether `push`, and the hook `pre-push` of git, read what was sent back and hash it",
    parse: bool)

  /// How long a command waits for another one that holds what it needs, in seconds.
  package static let wait = Setting<Int>(
    "wait", standard: 60, written: "60", values: "a number of seconds, such as 600",
    isShareable: false,
    help: "How many seconds to wait for another command that holds what is needed",
    parse: { $0.text.flatMap { Int($0) }.flatMap { (0...1_000_000).contains($0) ? $0 : nil } })

  /// Every setting, in the order of their names.
  package static let all: [SettingDeclaration] = [
    cache.declaration, cacheSize.declaration, compression.declaration, defaultRemote.declaration,
    gcGrace.declaration, hooks.declaration, largeFile.declaration, link.declaration,
    record.declaration, store.declaration, verifyOnPush.declaration, wait.declaration,
  ]

  /// The declaration of a setting by its name, in any mixture of cases, as git compares names.
  package static func declaration(_ name: String) -> SettingDeclaration? {
    all.first { $0.name.lowercased() == name.lowercased() }
  }

  /// Reads a boolean, as git does.
  private static func bool(_ text: ByteString) -> Bool? {
    switch text.text?.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
  }

  /// Reads a size: a whole number with or without `B`, `KiB`, `MiB`, `GiB`, `k`, `m` or `g`, and so on
  /// up to `TiB`.
  package static func size(_ text: String) -> ByteCount? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let shift: Int
    switch text.dropFirst(digits.count).drop(while: { $0 == " " }).lowercased() {
    case "", "b": shift = 0
    case "k", "kib": shift = 10
    case "m", "mib": shift = 20
    case "g", "gib": shift = 30
    case "t", "tib": shift = 40
    default: return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : .bytes(bytes)
  }
}
