internal import Arguments
internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// How the pointer of one tracked path differs between two moments of git's.
package struct PointerChange: Encodable, Sendable {
  /// What became of the path.
  package enum Kind: String, Encodable, Sendable {
    case added, changed, removed
  }

  let kind: Kind
  let path: RepositoryPath
  let oldOID: ObjectID?
  let newOID: ObjectID?
  let oldSize: ByteCount?
  let newSize: ByteCount?
  let oldFiles: Int?
  let newFiles: Int?

  /// Why one of the pointers cannot be read; what it stands for is then not known.
  let problem: String?

  /// What a commit did.
  init(
    _ path: RepositoryPath, _ change: GitTreeChange, in git: GitRepository
  ) throws(GitError) {
    self.init(
      path, old: try change.old.map { entry throws(GitError) in try git.pointer(entry) },
      new: try change.new.map { entry throws(GitError) in try git.pointer(entry) })
  }

  /// What the next commit will do, or `nil` where in the end nothing changed.
  init?(
    _ path: RepositoryPath, _ pending: GitPendingPointer, in git: GitRepository
  ) throws(GitError) {
    let old = try pending.old.map { entry throws(GitError) in try git.pointer(entry) }
    let new = pending.new.map { PointerFile.reading($0) }
    if old == new { return nil }
    self.init(path, old: old, new: new)
  }

  private init(
    _ path: RepositoryPath, old: Result<PointerFile, PointerProblem>?,
    new: Result<PointerFile, PointerProblem>?
  ) {
    kind = old == nil ? .added : new == nil ? .removed : .changed
    self.path = path
    (oldOID, newOID) = (old?.success?.id, new?.success?.id)
    (oldSize, newSize) = (old?.success?.size, new?.success?.size)
    (oldFiles, newFiles) = (old?.success?.files, new?.success?.files)
    problem = (new?.failure ?? old?.failure)?.description
  }

  /// Writes the change as one line.
  func write(to text: inout StyledText) {
    let label: Label =
      switch kind {
      case .added: .added
      case .changed: .modified
      case .removed: .removed
      }
    let sizes =
      problem.map { "the pointer cannot be read: \($0)" }
      ?? sizeChange(from: oldSize, to: newSize) ?? "same size"
    var files = ""
    if let newFiles, newFiles != oldFiles, oldFiles != nil || newFiles > 1 {
      files = ", " + (oldFiles.map { "\(grouped($0)) → " } ?? "") + counted(newFiles, "file")
    }
    text.line("  \(kind.rawValue, label) \(path, .path) (\(sizes)\(files))")
  }
}

extension Project {
  /// The pointers at or below some paths, or of parts of them, that are not as the current commit
  /// has them; all of them where no path is given.
  func pendingPointers(
    in paths: [RepositoryPath]
  ) throws(GitError) -> [(path: RepositoryPath, pointer: GitPendingPointer)] {
    try git.pendingPointers(limit: PointerFile.sizeLimit).compactMap { pending in
      guard let path = PointerFile.dataPath(of: pending.path),
        paths.isEmpty || paths.contains(where: path.overlaps)
      else { return nil }
      return (path, pending)
    }
  }
}

extension Result {
  fileprivate var success: Success? {
    if case .success(let value) = self { value } else { nil }
  }

  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension PointerChange {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("kind", "`added`, `changed` or `removed`"),
    ResultKey("path", "The tracked path"),
    ResultKey("oldOID", "The oid before", isOptional: true),
    ResultKey("newOID", "The oid after", isOptional: true),
    ResultKey("oldSize", "The size before, in bytes", isOptional: true),
    ResultKey("newSize", "The size after, in bytes", isOptional: true),
    ResultKey("oldFiles", "How many files there were", isOptional: true),
    ResultKey("newFiles", "How many files there are", isOptional: true),
    ResultKey("problem", "Why one of the pointers cannot be read", isOptional: true),
  ]
}
