internal import CGit2
package import Platform
package import Primitives

extension GitRepository {
  /// Makes an empty repository with a worktree, as `git init` does, and opens it.
  ///
  /// - Parameters:
  ///   - directory: The top of the worktree; made if it is missing.
  ///   - environment: The variables of the process. `init.defaultBranch` of the user is honoured.
  /// - Returns: The repository. One that is there already is left as it is.
  package static func initialize(
    at directory: FilePath, environment: [ByteString: ByteString]
  ) throws(GitError) -> GitRepository {
    let config = try GitConfig.protected(environment: environment)
    let branch = try config.string("init.defaultbranch") ?? "main"
    try Library.with(environment) { () throws(GitError) in
      try unsafe CString.with(directory.bytes) { path throws(GitError) in
        try unsafe CString.with(branch) { branch throws(GitError) in
          var options = unsafe git_repository_init_options()
          try check(
            unsafe git_repository_init_options_init(
              &options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)), .initialize)
          unsafe options.flags =
            GIT_REPOSITORY_INIT_MKPATH.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
          unsafe options.initial_head = branch
          _ = try unsafe RepositoryHandle(.initialize) {
            unsafe git_repository_init_ext($0, path, &options)
          }
        }
      }
    }
    return try GitRepository(discoveredFrom: directory, environment: environment)
  }
}
