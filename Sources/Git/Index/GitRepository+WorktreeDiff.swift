internal import CGit2
package import Primitives

/// How the files of the worktree differ from a commit.
package struct GitWorktreeDiff: Sendable {
  /// The files that differ, in order; untracked ones among them.
  package let paths: [RepositoryPath]

  /// The differences as `git diff --binary` writes them, untracked files as new ones.
  package let patch: [UInt8]
}

extension GitRepository {
  /// Compares the worktree with a tree, for people to read and for `git apply`.
  ///
  /// - Parameters:
  ///   - tree: The tree; `nil` for an empty one.
  ///   - wants: Whether a path counts.
  /// - Returns: `nil` where the index has a form that only git reads.
  /// - Throws: ``GitError``.
  package func worktreeDiff(
    from tree: GitID?, where wants: @escaping (RepositoryPath) -> Bool
  ) throws(GitError) -> GitWorktreeDiff? {
    try withHandle { handle throws(GitError) in
      guard let index = try plainIndex() else { return nil }
      let filter = DiffFilter(wants)
      let diff = try handle.diff(from: tree, index, filter)
      let patch = try unsafe BufferHandle(.readObject) {
        unsafe git_diff_to_buf($0, diff.pointer, GIT_DIFF_FORMAT_PATCH)
      }
      return GitWorktreeDiff(paths: diff.paths, patch: patch.bytes.bytes)
    }
  }
}

/// Which paths a comparison is about, as libgit2 carries it along.
private final class DiffFilter {
  let wants: (RepositoryPath) -> Bool

  init(_ wants: @escaping (RepositoryPath) -> Bool) {
    self.wants = wants
  }

  /// libgit2 leaves out what this answers with a positive number.
  func verdict(_ delta: UnsafePointer<git_diff_delta>?) -> CInt {
    guard let file = unsafe delta?.pointee.new_file,
      let path = unsafe try? RepositoryPath(bytes(file.path))
    else { return 1 }
    return wants(path) ? 0 : 1
  }
}

/// A list of differences.
@safe private struct DiffHandle: ~Copyable {
  let pointer: OpaquePointer

  init(_ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    var pointer: OpaquePointer?
    try check(unsafe fill(&pointer), .readObject)
    guard let pointer = unsafe pointer else {
      throw .libgit2(.readObject, code: 0, message: "libgit2 returned nothing")
    }
    unsafe self.pointer = pointer
  }

  deinit { unsafe git_diff_free(pointer) }

  var paths: [RepositoryPath] {
    (0..<(unsafe git_diff_num_deltas(pointer))).compactMap { number in
      guard let delta = unsafe git_diff_get_delta(pointer, number) else { return nil }
      return unsafe try? RepositoryPath(bytes(delta.pointee.new_file.path))
    }
  }
}

extension RepositoryHandle {
  /// Tree against index, and index against worktree, as one list.
  fileprivate func diff(
    from tree: GitID?, _ index: borrowing IndexHandle, _ filter: DiffFilter
  ) throws(GitError) -> DiffHandle {
    var options = unsafe git_diff_options()
    try check(
      unsafe git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), .readObject)
    unsafe options.flags =
      GIT_DIFF_INCLUDE_UNTRACKED.rawValue | GIT_DIFF_RECURSE_UNTRACKED_DIRS.rawValue
      | GIT_DIFF_SHOW_UNTRACKED_CONTENT.rawValue | GIT_DIFF_SHOW_BINARY.rawValue
      | GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_DISABLE_PATHSPEC_MATCH.rawValue
    unsafe options.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL
    unsafe options.payload = Unmanaged.passUnretained(filter).toOpaque()
    unsafe options.notify_cb = { _, delta, _, payload in
      guard let payload = unsafe payload else { return 0 }
      return unsafe Unmanaged<DiffFilter>.fromOpaque(payload).takeUnretainedValue().verdict(delta)
    }
    let object: ObjectHandle? =
      if let tree, tree != .emptyTree { try object(tree, kind: GIT_OBJECT_TREE) } else { nil }
    let place =
      switch object {
      case .some(let object): unsafe Optional(object.pointer)
      case .none: unsafe OpaquePointer?.none
      }
    let staged = try unsafe DiffHandle {
      unsafe git_diff_tree_to_index($0, pointer, place, index.pointer, &options)
    }
    let unstaged = try unsafe DiffHandle {
      unsafe git_diff_index_to_workdir($0, pointer, index.pointer, &options)
    }
    try check(unsafe git_diff_merge(staged.pointer, unstaged.pointer), .readObject)
    _ = filter
    return staged
  }
}
