internal import CGit2
package import Platform
package import Primitives
internal import Synchronization

/// A git repository, and the worktree of it that commands work in.
///
/// Safe to use from several threads: libgit2's handle lies behind a lock, and is opened when it is
/// first needed. Where libgit2 does less than git, git itself is run: `docs/design/0006-who-talks-to-git.md`
/// says where and why.
package final class GitRepository: Sendable {
  /// Where the repository lies.
  package let layout: GitLayout

  /// The variables of the process, as commands were given them.
  package let environment: [ByteString: ByteString]

  /// The git program, for what libgit2 does not do.
  package let program: GitProgram

  /// Is told of what changes in the worktree and in the index.
  package let journal = ChangeJournal()

  struct State: ~Copyable {
    var repository: RepositoryHandle?
    var config: GitConfig?
  }

  private let state = Mutex(State())

  /// How long to wait for a program that has the lock of the index, in milliseconds: most need a
  /// moment, and one that was killed leaves it for ever.
  private let patience = Atomic(1_000)

  /// Takes a repository that was found; nothing is opened yet.
  package init(layout: GitLayout, environment: [ByteString: ByteString]) {
    self.layout = layout
    self.environment = environment
    program = GitProgram(environment: environment)
  }

  /// Sets how long another program that has the lock of the index is waited for.
  package func setLockPatience(milliseconds: Int) {
    patience.store(milliseconds, ordering: .relaxed)
  }

  var lockPatience: Int { patience.load(ordering: .relaxed) }

  /// Finds the repository that holds `directory`.
  ///
  /// - Throws: What ``GitLayout/discover(from:environment:)`` throws.
  package convenience init(
    discoveredFrom directory: FilePath, environment: [ByteString: ByteString]
  ) throws(GitError) {
    let layout = try GitLayout.discover(from: directory, environment: environment)
    self.init(layout: layout, environment: environment)
  }

  /// The top of the worktree.
  ///
  /// - Throws: ``GitError/noWorktree(_:)`` in a bare repository.
  package func worktree() throws(GitError) -> FilePath {
    guard let worktree = layout.worktree else { throw .noWorktree(layout.gitDirectory) }
    return worktree
  }

  /// The settings of git, read once; ``reloadConfig()`` reads them again.
  package func config() throws(GitError) -> GitConfig {
    try withState { state throws(GitError) in
      if let config = state.config { return config }
      let config = try unsafe GitConfig.load(
        layout: layout, environment: environment, pointer: state.repository?.pointer)
      state.config = config
      return config
    }
  }

  /// Forgets the settings, for after they were changed.
  package func reloadConfig() {
    state.withLock { $0.config = nil }
  }

  /// Calls `body` with the repository open, and no other thread in it.
  func withHandle<Result>(
    _ body: (borrowing RepositoryHandle) throws(GitError) -> Result
  ) throws(GitError) -> Result {
    try withState { state throws(GitError) in
      switch state.repository {
      case .some(let repository): return try body(repository)
      case .none: throw .libgit2(.open, code: 0, message: "the repository is not open")
      }
    }
  }

  private func withState<Result>(
    _ body: (inout State) throws(GitError) -> Result
  ) throws(GitError) -> Result {
    var outcome: Swift.Result<Result, GitError>?
    state.withLock { state in
      do throws(GitError) {
        if state.repository == nil { state.repository = try open() }
        outcome = .success(try body(&state))
      } catch {
        outcome = .failure(error)
      }
    }
    guard let outcome else { preconditionFailure("the lock did not run its body") }
    return try outcome.get()
  }

  private func open() throws(GitError) -> RepositoryHandle {
    try Library.with(environment) { () throws(GitError) in
      let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
      let handle = try unsafe RepositoryHandle(.open) { place in
        unsafe CString.with(layout.gitDirectory.bytes) {
          unsafe git_repository_open_ext(place, $0, flags, nil)
        }
      }
      if let worktree = layout.worktree {
        let code = unsafe CString.with(worktree.bytes) {
          unsafe git_repository_set_workdir(handle.pointer, $0, 0)
        }
        try check(code, .open)
      }
      // libgit2 would look for the user's files by itself, and not where the environment says.
      let files = ConfigSources(environment: environment).files(of: layout)
      let config = try unsafe ConfigHandle(files, pointer: handle.pointer)
      try check(unsafe git_repository_set_config(handle.pointer, config.pointer), .open)
      try addObjectDirectories(to: handle)
      handle.forgetIndex()
      return handle
    }
  }

  /// Adds what the hooks of a push are given: `GIT_ALTERNATE_OBJECT_DIRECTORIES` and the
  /// quarantine that `GIT_OBJECT_DIRECTORY` names.
  private func addObjectDirectories(to handle: borrowing RepositoryHandle) throws(GitError) {
    let separator = UInt8(ascii: ":")
    let alternates = environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"]?.bytes.split(
      separator: separator
    ).map { FilePath(ByteString($0)) }
    let own = environment["GIT_OBJECT_DIRECTORY"].map { [FilePath($0)] }
    let directories = (own ?? []) + (alternates ?? [])
    guard !directories.isEmpty else { return }
    var database: OpaquePointer?
    try check(unsafe git_repository_odb(&database, handle.pointer), .open)
    defer { unsafe git_odb_free(database) }
    for directory in directories {
      let code = unsafe CString.with(directory.bytes) {
        unsafe git_odb_add_disk_alternate(database, $0)
      }
      try check(code, .open)
    }
  }
}
