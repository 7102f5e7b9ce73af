internal import CGit2
internal import Platform
package import Primitives

/// Something that git keeps, and that somebody can come back to: a commit with all before it, or a
/// tree.
package struct GitStart: Hashable, Sendable {
  package let id: GitID

  /// What names it: `refs/heads/main`, `reflog of 'refs/stash'`.
  package let name: ByteString
}

/// What git keeps: where a walk over all that can be come back to begins.
package struct GitStarts: Sendable {
  /// Commits, each once.
  package internal(set) var commits: [GitStart] = []

  /// Trees that are named by themselves, as by a tag.
  package internal(set) var trees: [GitStart] = []

  private var seen: Set<GitID> = []

  /// Adds an object that is named somewhere.
  ///
  /// - Parameters:
  ///   - id: The object: a tag stands for what it names, and a blob for nothing.
  ///   - name: What names it.
  ///   - isKept: Whether git keeps the object from its own garbage collection for this name.
  /// - Throws: ``GitError/missingTarget(_:_:)`` where git should have it, and has not.
  mutating func add(
    _ id: GitID, _ name: @autoclosure () -> ByteString, isKept: Bool,
    in handle: borrowing RepositoryHandle
  ) throws(GitError) {
    guard id != .zero, seen.insert(id).inserted else { return }
    do throws(GitError) {
      let object = try handle.object(id, kind: GIT_OBJECT_ANY)
      switch object.kind {
      case .commit: commits.append(GitStart(id: id, name: name()))
      case .tree: trees.append(GitStart(id: id, name: name()))
      case .tag:
        let target = try handle.tagTarget(of: object)
        try add(target, name(), isKept: isKept, in: handle)
      case .blob, nil: break
      }
    } catch {
      guard case .missingObject = error else { throw error }
      if isKept { throw .missingTarget(name(), id) }
      // It may be kept under another name all the same.
      seen.remove(id)
    }
  }
}

extension RepositoryHandle {
  /// What a tag names.
  fileprivate func tagTarget(of tag: borrowing ObjectHandle) throws(GitError) -> GitID {
    guard let id = unsafe git_tag_target_id(tag.pointer) else { throw .missingObject(tag.id) }
    return unsafe GitID(id.pointee)
  }
}

extension GitRepository {
  /// Everything that git keeps: what references and reflogs of all worktrees name, what is checked
  /// out in each, and what a merge, rebase or the like needs to go on.
  ///
  /// What git itself may have thrown away, as what `ORIG_HEAD` names, counts where it is there.
  ///
  /// - Throws: ``GitError/badReference(_:)`` and ``GitError/missingTarget(_:_:)``: what was kept
  ///   under such a name is not known.
  package func starts() throws(GitError) -> GitStarts {
    let directories = Set(try worktrees().map(\.gitDirectory) + [layout.commonDirectory])
    var starts = GitStarts()
    for directory in directories.sorted(by: { $0.bytes < $1.bytes }) {
      let search = StartSearch(directory: directory, common: layout.commonDirectory)
      try withHandle { handle throws(GitError) in
        try search.references { id, name throws(GitError) in
          try starts.add(id, name, isKept: true, in: handle)
        }
        try search.reflogs { id, name throws(GitError) in
          try starts.add(id, name, isKept: true, in: handle)
        }
        try search.pending { id, name throws(GitError) in
          try starts.add(id, name, isKept: false, in: handle)
        }
      }
    }
    return starts
  }
}
