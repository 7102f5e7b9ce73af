package import Git
package import Primitives

extension PointerFile {
  /// Reads a pointer, or says why that cannot be done.
  package static func reading(_ bytes: [UInt8]) -> Result<PointerFile, PointerProblem> {
    Result { () throws(PointerProblem) in try PointerFile(decoding: bytes) }
  }
}

extension GitRepository {
  /// Reads the pointer that git has.
  ///
  /// - Throws: ``GitError/missingObject(_:)``; a file that is no pointer is no error.
  package func pointer(
    _ entry: GitTreeEntry
  ) throws(GitError) -> Result<PointerFile, PointerProblem> {
    do throws(GitError) {
      return PointerFile.reading(try blob(entry.id, limit: PointerFile.sizeLimit))
    } catch {
      if case .tooLarge = error { return .failure(.tooLarge) }
      throw error
    }
  }

  /// Goes through the pointers that commits brought, from every reference and what is checked out.
  ///
  /// What is no pointer, or a newer one, is passed over: it tracks nothing that can be looked up.
  ///
  /// - Parameters:
  ///   - others: Commits to begin at, too.
  ///   - body: Called with the path of the data, the pointer, and the commit; returns whether to go
  ///     on.
  package func forEachCommittedPointer(
    andFrom others: [GitID] = [], _ body: (RepositoryPath, PointerFile, GitID) -> Bool
  ) throws(GitError) {
    let starts = try references().map(\.target) + (head().commit.map { [$0] } ?? []) + others
    try pointerHistory(from: starts) { entry throws(GitError) in
      for change in entry.changes {
        guard let blob = change.new, let path = PointerFile.dataPath(of: change.path),
          case .success(let pointer) = try pointer(blob)
        else { continue }
        if !body(path, pointer, entry.commit.id) { return false }
      }
      return true
    }
  }
}
