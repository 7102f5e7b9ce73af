internal import ObjectStore
internal import Primitives
internal import Terminal
package import Workspace

extension CommandFailure {
  /// Explains why files and pointers could not be kept in step.
  package init(_ error: WorkspaceError) {
    let message = error.description
    func refused(_ id: String, _ hints: String...) -> Self {
      Self(.refused, id: id, message, hints: hints)
    }
    self =
      switch error {
      case .notFound: refused("not-found", "Check the path")
      case .notForData, .pointerName, .notAFileOrDirectory:
        refused("not-for-data", "Name a file or directory of data")
      case .trackedByGit(let path, _):
        refused(
          "tracked-by-git",
          "Run `git rm -r --cached \(shellWord(path))` to take it out of git, then add it again")
      case .pointerIgnored:
        refused("ignore-rules", "Change the rule; `git check-ignore -v` shows where it is")
      case .nested(_, let outer):
        refused("nested", "Run `shale add \(shellWord(outer))` to record it")
      case .inOtherRepository(_, let other):
        refused("other-repository", "Run the command in \(shellWord(other))")
      case .notTracked(let path):
        refused(
          "not-tracked", "Run `shale ls` to see what is tracked",
          "Run `shale add \(shellWord(path))` to track it")
      case .tooDeep: refused("too-deep", "Keep it in an archive, or name it in `.shaleignore`")
      case .unstorable: refused("unstorable", "Move it away, or name it in `.shaleignore`")
      case .unreadable(let error, _): Self(error)
      case .diverged(let path, _): Self(diverged: path, message)
      case .forgotten(let path, let tombstone, _):
        Self(
          .denied, id: "content-forgotten", message,
          hints: [
            "Remove \(shellWord(path))",
            "Run `shale forget --lift \(tombstone.id.hex)` if it may be stored again",
          ])
      case .behind(let path): refused("behind", "Run `shale checkout \(shellWord(path))`")
      case .conflicted(let path), .undecided(let path, _, _):
        refused("conflict", Self.resolving(path))
      case .notConflicted: refused("no-conflict", "Run `shale status` to see what has one")
      case .sideMissing(let path, _): refused("no-such-side", Self.resolving(path))
      case .mergeNeeds(let path, _): Self(mergeOf: path, lacks: message)
      case .unfinishedCheckout(let path):
        refused(
          "unfinished-checkout", "Run `shale checkout \(shellWord(path))` to finish it",
          "Run `shale add --force \(shellWord(path))` to record what is there")
      case .pointerMoved:
        Self(
          .tryAgain, id: "pointer-moved", message, hints: ["Run `shale status`, then try again"])
      case .dataMissing(let path):
        refused(
          "data-missing", "Run `shale checkout \(shellWord(path))` to bring it back",
          "Run `shale rm \(shellWord(path))` to track it no longer")
      case .wouldOverwrite(let paths, _):
        refused(
          "would-overwrite",
          "Run `shale add \(paths.first.map { shellWord($0) } ?? "PATH")` to record it, "
            + "with `--force` where the pointer moved as well",
          "Run the command with `--force`: what is overwritten is put into the store first")
      case .cutOff(let reason, _): Self(Self(reason), thatLeaves: message)
      case .exists: refused("exists", "Choose another name")
      case .caseCollision: refused("case-collision", "Rename one of them")
      case .path: Self(.usage, id: "bad-path", message)
      case .pointer(let path, let problem): Self(problem, of: path, message)
      case .file(let error): Self(error)
      case .content(_, let error):
        Self(Self(error).kind, id: Self(error).id, message, hints: Self(error).hints)
      case .store(let error): Self(error)
      case .git(let error): Self(error)
      }
  }

  /// How a conflict ends.
  static func resolving(_ path: RepositoryPath) -> String {
    "Run `shale resolve \(shellWord(path)) --ours`, or with `--theirs`, `--base` or `--both`"
  }

  /// Data and a pointer that both changed.
  private init(diverged path: RepositoryPath, _ message: String) {
    let word = shellWord(path)
    self.init(
      .refused, id: "diverged", message,
      hints: [
        "Run `shale resolve \(word)` to merge both",
        "Run `shale checkout --force \(word)` to take what the pointer says",
        "Run `shale add --force \(word)` to record yours",
      ])
  }

  /// A merge that depends on what is not here.
  private init(mergeOf path: RepositoryPath, lacks message: String) {
    let resolve = "`shale resolve \(shellWord(path))`"
    self.init(
      .missing, id: "object-missing", message,
      hints: ["Run `shale fetch`, which brings all sides, and then \(resolve)"])
  }

  /// Explains why a file was passed over.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - others: The end of the message, where more files were passed over.
  init(_ file: SkippedFile, others: String = "") {
    let changed = CommandFailure(
      .tryAgain, id: "file-changed", file.reason,
      hints: ["Wait until nothing writes to it, and run the command again"])
    let failure = file.refusal.map { CommandFailure($0) } ?? changed
    self.init(failure.kind, id: failure.id, failure.message + others, hints: failure.hints)
  }

  /// Explains why files could not be brought or taken away; `nil` where there is none.
  init?(notBrought files: [SkippedFile]) {
    guard let first = files.first else { return nil }
    let others = files.count > 1 ? ", and \(grouped(files.count - 1)) more" : ""
    self.init(first, others: others)
    let absent = files.filter(\.isAbsent).map(\.path)
    if absent.isEmpty { return }
    self = Self(self, thatLeaves: "\(message); \(WorkspaceError.absent(absent))")
  }

  /// A failure that has left files absent.
  private init(_ failure: CommandFailure, thatLeaves message: String) {
    self.init(
      failure.kind, id: failure.id, message,
      hints: failure.hints + ["Run the command again to bring what is not there"])
  }

  private init(_ problem: PointerProblem, of pointer: RepositoryPath, _ message: String) {
    let path = shellWord(pointer)
    switch problem {
    case .newerVersion, .unknownKey:
      self.init(.refused, id: "newer-pointer", message, hints: ["Upgrade shale"])
    case .conflict:
      self.init(
        .refused, id: "pointer-conflict", message,
        hints: [Self.resolving(PointerFile.dataPath(of: pointer) ?? pointer)])
    case .notAPointer, .tooLarge, .truncated, .missingKey, .misplacedKey, .badValue, .badLine,
      .carriageReturns, .notCanonical:
      self.init(
        .damaged, id: "bad-pointer", message,
        hints: ["Bring it back with `git checkout -- \(path)`"])
    }
  }
}
