package import Git
package import ObjectStore
package import Platform
package import Primitives

/// A reason why runs could not be read, kept or answered about.
package enum LineageError: Error {
  /// The bytes of a record are not those that its name stands for.
  case tampered(ObjectID, found: ObjectID)

  /// A record is of a version that this build does not know.
  case newerRecord(ObjectID, version: Int)

  /// A record keeps to its hash and not to its format.
  case unreadableRecord(ObjectID, reason: String)

  /// No run has such an id, name or beginning of an id.
  case unknownRun(ByteString)

  /// Several runs have ids that begin so, or the same name.
  case ambiguousRun(ByteString, candidates: [ObjectID])

  /// A run of this worktree that has not ended uses the same path.
  case inUse(RepositoryPath, by: String)

  /// The journal of a run that goes on cannot be read.
  case unreadableJournal(FilePath)

  case git(GitError)
  case store(StoreError)

  /// The operating system refused.
  case file(FileError)
}

extension LineageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tampered(let id, let found):
      "Run record '\(id.abbreviated)' was changed: its bytes have the SHA-256 \(found)"
    case .newerRecord(let id, let version):
      "Run record '\(id.abbreviated)' has version \(version), and this version of Shale reads up to "
        + "version \(RunRecord.newestVersion)"
    case .unreadableRecord(let id, let reason):
      "Run record '\(id.abbreviated)' cannot be read: \(reason)"
    case .unknownRun(let word):
      "Run '\(word)' is not known here"
    case .ambiguousRun(let word, let candidates):
      "Run '\(word)' could be one of \(candidates.count): "
        + candidates.prefix(5).map(\.abbreviated).joined(separator: ", ")
        + (candidates.count > 5 ? ", …" : "")
    case .inUse(let path, let invocation):
      "Path '\(path)' is used by run \(invocation.prefix(12)), which has not ended"
    case .unreadableJournal(let path):
      "Journal '\(path)' of a run that goes on cannot be read"
    case .git(let error): error.description
    case .store(let error): error.description
    case .file(let error): error.description
    }
  }
}
