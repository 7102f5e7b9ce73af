package import Platform
package import Primitives

/// Where the parts of a repository lie.
///
/// All paths are absolute.
///
/// Found by looking at files only: libgit2 is not started for it.
package struct GitLayout: Hashable, Sendable {
  /// The git directory of this worktree: `.git`, `.git/worktrees/NAME`, `.git/modules/NAME`.
  package let gitDirectory: FilePath

  /// The git directory that all worktrees share; the same as ``gitDirectory`` in the main one.
  package let commonDirectory: FilePath

  /// The top of the worktree, or `nil` in a bare repository and inside `.git`.
  package let worktree: FilePath?

  /// The index that git commands work with here: `GIT_INDEX_FILE`, or `index` in the git directory.
  package let indexFile: FilePath

  /// Whether git would not find this from the worktree alone, so that it must be told: `GIT_DIR`,
  /// `GIT_WORK_TREE` or `core.worktree` had a say.
  package let isExplicit: Bool

  /// The extensions that the repository's format names, in lower case, with their values.
  let extensions: [String: ByteString]

  /// Whether there are no files here: a bare repository, or a directory inside `.git`.
  package var isBare: Bool { worktree == nil }

  /// Finds the repository that holds `directory`, as git does.
  ///
  /// - Parameters:
  ///   - directory: Where to begin, absolute: the working directory of the user, as a rule.
  ///   - environment: The variables of the process. `GIT_DIR`, `GIT_WORK_TREE`,
  ///     `GIT_COMMON_DIR`, `GIT_INDEX_FILE`, `GIT_CEILING_DIRECTORIES` and
  ///     `GIT_DISCOVERY_ACROSS_FILESYSTEM` are honoured, and those that say where configuration
  ///     lies, for `safe.directory`.
  /// - Throws: ``GitError/notARepository(_:)``, ``GitError/brokenLink(_:target:)``,
  ///   ``GitError/notOwned(_:)``, ``GitError/unsupportedFormat(_:_:)``, or ``GitError/file(_:)``.
  package static func discover(
    from directory: FilePath, environment: [ByteString: ByteString]
  ) throws(GitError) -> GitLayout {
    let start: FilePath
    do {
      start = try directory.resolved()
    } catch {
      throw error.isNotFound ? .notARepository(directory) : .file(error)
    }
    return try Discovery(environment: environment).find(from: start)
  }

  /// The path inside the worktree of a file of the operating system.
  ///
  /// The file need not exist, nor the directories that would hold it; it is not followed if it is
  /// a symlink.
  ///
  /// - Throws: ``GitError/outsideWorktree(_:worktree:)``, ``GitError/noWorktree(_:)``, or
  ///   ``GitError/file(_:)``.
  package func path(of file: FilePath) throws(GitError) -> RepositoryPath {
    guard let worktree else { throw .noWorktree(gitDirectory) }
    do throws(FileError) {
      let resolved = try file.resolved()
      if resolved == worktree { return .root }
    } catch {
      guard error.isNotFound || error.isSymlink else { throw .file(error) }
    }
    let whole: [UInt8]
    do {
      whole = try Self.place(of: file).bytes.bytes
    } catch {
      throw .file(error)
    }
    let root = worktree.bytes == "/" ? [] : worktree.bytes.bytes
    guard whole.starts(with: root), whole.count > root.count,
      whole[root.count] == UInt8(ascii: "/"),
      let path = try? RepositoryPath(ByteString(whole.dropFirst(root.count + 1)))
    else { throw .outsideWorktree(file, worktree: worktree) }
    return path
  }

  /// The place of a file, with the symlinks on the way to it followed as far as that way exists.
  private static func place(of file: FilePath) throws(FileError) -> FilePath {
    // The last name may be a symlink, which is meant itself; a directory's dots are no names.
    if file.name == "." || file.name == ".." { return try file.resolved() }
    do {
      return try file.parent.resolved().appending(file.name)
    } catch {
      guard error.isNotFound, file.parent != file else { throw error }
      return try place(of: file.parent).appending(file.name)
    }
  }
}
