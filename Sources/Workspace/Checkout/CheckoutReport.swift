package import ObjectStore
package import Primitives

/// How `checkout` and `restore` go about their work.
package struct CheckoutOptions: Sendable {
  /// What becomes of files that the user changed.
  package enum LocalChanges: Sendable {
    /// They stay where the target does not touch them, as git keeps them when it switches branches.
    case keep
    /// They are replaced by what the target has, as by `git restore`.
    case replace
  }

  package var localChanges = LocalChanges.keep

  /// Whether changed files that are in no store are put there and then replaced.
  package var isForced = false

  /// Whether git is made to ignore data that is brought, where it does not.
  package var keepsOutOfGit = true

  /// A directory that was brought before, and of which nothing need stay.
  package var brought: ObjectID?

  /// Whether only what would be done is found out.
  package var isDryRun = false

  /// Which files are patched where they lie.
  package var patching = Patching()

  /// Bounds of what is patched (`docs/design/0021-patching.md`).
  package struct Patching: Sendable {
    /// How much of a file has to stay for that to be worth its syncs.
    package var leastKept = ByteCount.mebibytes(32)

    /// How long to wait for who has the file open: a program that is just being started has all
    /// that we have open for a moment.
    package var milliseconds = 8
  }

  /// How large files are brought, also those that are as they are to be otherwise; `nil` as the
  /// workspace does, and those that are here stay as they are.
  package var linking: LinkSetting?

  /// Whether a dry run looks for the content of each file that would be written.
  package var looksForContent = false

  package init() {}
}

/// What the data of a path is to become.
package struct CheckoutTarget: Sendable {
  package let path: RepositoryPath

  /// What to bring; `nil` takes the data away.
  package let pointer: PointerFile?

  /// The parts of the path that are meant, from it down; none for all of it.
  package let parts: [ByteString]

  /// Whether what is brought becomes the base: it is what the pointer in the worktree stands for,
  /// or is about to.
  ///
  /// Otherwise the data differs from its pointer afterwards.
  package let becomesBase: Bool

  /// Whether files that were never recorded go too, because something else takes the place of the
  /// data that is taken away.
  package let isCleared: Bool

  /// Whether the path stays known when its data was taken away, for who has more to do with it.
  let staysKnown: Bool

  package init(
    path: RepositoryPath, pointer: PointerFile?, parts: [ByteString] = [],
    becomesBase: Bool = true, isCleared: Bool = false
  ) {
    self.init(
      path: path, pointer: pointer, parts: parts, becomesBase: becomesBase, isCleared: isCleared,
      staysKnown: false)
  }

  /// Data that is taken away, of a path that stays known.
  init(takingAway path: RepositoryPath) {
    self.init(
      path: path, pointer: nil, parts: [], becomesBase: true, isCleared: false, staysKnown: true)
  }

  private init(
    path: RepositoryPath, pointer: PointerFile?, parts: [ByteString], becomesBase: Bool,
    isCleared: Bool, staysKnown: Bool
  ) {
    self.path = path
    self.pointer = pointer
    self.parts = parts
    self.becomesBase = becomesBase
    self.isCleared = isCleared
    self.staysKnown = staysKnown
  }
}

/// The outcome of `checkout` or `restore`.
package struct CheckoutReport: Sendable {
  /// The paths whose data changed, or would in a dry run.
  package var changes: [CheckoutChange] = []

  /// The paths whose data was what it should be.
  package var unchanged: [RepositoryPath] = []

  /// Files that the user changed and that were left so.
  package var kept: [RepositoryPath] = []

  /// Files and directories whose content is not in the store.
  package var missing: [MissingContent] = []

  /// Files whose content was forgotten on purpose: they are not here, and that is no loss.
  package var forgotten: [ForgottenContent] = []

  /// Changed files that were replaced or removed, once their content was in the store.
  package var saved: [SavedFile] = []

  /// Files that could not be brought or taken away for other reasons; they are as they were, or
  /// absent.
  package var failures: [SkippedFile] = []

  /// Symlinks that lead out of the tracked directory.
  package var outsideLinks: [RepositoryPath] = []

  /// Tracked paths whose pointer cannot be read.
  package var unreadable: [RepositoryPath: PointerProblem] = [:]

  package init() {}

  /// Adds what happened after.
  package mutating func add(_ later: CheckoutReport) {
    changes += later.changes
    unchanged += later.unchanged
    kept += later.kept
    missing += later.missing
    forgotten += later.forgotten
    saved += later.saved
    failures += later.failures
    outsideLinks += later.outsideLinks
    unreadable.merge(later.unreadable) { $1 }
  }
}

extension CheckoutReport {
  /// Adds what came of a plan.
  ///
  /// - Parameters:
  ///   - found: What happened besides what was planned.
  ///   - plan: The plan.
  ///   - planned: What it was to change.
  mutating func add(
    _ found: CheckoutRun.Outcome, of plan: CheckoutPlan, _ planned: CheckoutChange
  ) {
    missing += plan.missingTrees + found.missing.sorted { $0.path < $1.path }
    forgotten += found.forgotten.sorted { $0.path < $1.path }
    failures += found.failures.sorted { $0.path < $1.path }
    outsideLinks += found.outsideLinks.sorted()
    kept += plan.kept
    var change = planned
    change.filesWritten -= found.filesNotWritten
    change.bytesWritten = change.bytesWritten - found.bytesNotWritten
    changes.append(change)
  }
}

/// A path whose data a checkout changed.
package struct CheckoutChange: Hashable, Sendable {
  package let path: RepositoryPath

  /// The base before.
  package let old: ObjectID?

  /// What was brought; `nil` where the data was taken away.
  package let new: ObjectID?

  /// Whether what was brought is a directory.
  package var isTree = false
  package var filesWritten = 0
  package var bytesWritten = ByteCount.zero
  package var filesRemoved = 0

  /// Files of which only the permission to execute changed.
  package var modesChanged = 0
}

/// Content that the store lacks.
package struct MissingContent: Hashable, Sendable {
  package let path: RepositoryPath
  package let id: ObjectID

  package init(path: RepositoryPath, id: ObjectID) {
    self.path = path
    self.id = id
  }
}

/// A file whose content was forgotten on purpose.
package struct ForgottenContent: Hashable, Sendable {
  package let path: RepositoryPath

  /// When, by whom, and why.
  package let tombstone: Tombstone

  package init(path: RepositoryPath, tombstone: Tombstone) {
    self.path = path
    self.tombstone = tombstone
  }
}

/// A file that was put into the store before it was replaced or removed.
package struct SavedFile: Hashable, Sendable {
  package let path: RepositoryPath
  package let id: ObjectID

  /// A file, an executable file or a symlink.
  package var kind = TreeEntry.Kind.file
}
