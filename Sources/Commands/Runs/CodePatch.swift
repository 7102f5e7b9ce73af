internal import ContentDiff
internal import ObjectStore
internal import Primitives
internal import Workspace

/// How the text files of two trees differ, as a unified diff.
struct CodePatch {
  private let trees: (old: ObjectID, new: ObjectID)
  private let store: ObjectStore

  /// The size beyond which a file is no code that somebody would read.
  private static let sizeLimit = ByteCount.mebibytes(1)

  init(from old: ObjectID, to new: ObjectID, in store: ObjectStore) {
    trees = (old, new)
    self.store = store
  }

  /// The differences in some files; one that is binary, large or not here is told in a line.
  func bytes(of changes: [StatusCommandReport.Change]) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for change in changes {
      let old = try text(at: change.oldPath ?? change.path, in: trees.old)
      let new = try text(at: change.path, in: trees.new)
      guard case .lines(let left) = old, case .lines(let right) = new else {
        bytes += "Files '\(change.path)' differ, and are not text that is here\n".utf8
        continue
      }
      let hunks = UnifiedDiff(from: left, to: right).bytes
      if hunks.isEmpty { continue }
      let names = (change.oldPath ?? change.path, change.path)
      bytes += (left.isEmpty ? "--- /dev/null\n" : "--- a/\(names.0)\n").utf8
      bytes += (right.isEmpty ? "+++ /dev/null\n" : "+++ b/\(names.1)\n").utf8
      bytes += hunks
    }
    return bytes
  }

  /// What a file is, as far as lines are concerned.
  private enum Text {
    /// Lines with their line ends; none where there is no file.
    case lines([ArraySlice<UInt8>])
    case unreadable
  }

  private func text(at path: RepositoryPath, in tree: ObjectID) throws(CommandFailure) -> Text {
    do throws(StoreError) {
      guard let entry = try store.entry(at: path, in: tree) else { return .lines([]) }
      guard entry.kind != .directory, entry.size <= Self.sizeLimit else { return .unreadable }
      let bytes = try store.contents(of: entry.id, limit: Self.sizeLimit)
      return bytes.contains(0) ? .unreadable : .lines(UnifiedDiff.lines(of: bytes))
    } catch {
      if case .missing = error { return .unreadable }
      throw CommandFailure(error)
    }
  }
}
