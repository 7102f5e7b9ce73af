package import Git
internal import ObjectStore
package import Platform
package import Primitives
internal import Remotes
internal import Synchronization

/// One repository, opened: where everything lies, what is set, and the parts that commands use.
///
/// The composition root. Parts that cost something to open are opened when they are first asked
/// for, and kept.
package final class Project: Sendable {
  /// The git repository; libgit2 is started when it is first asked something.
  package let git: GitRepository

  package let layout: ProjectLayout

  /// What is set, all layers together.
  package let configuration: Configuration

  /// The variables of the process, as the command was given them.
  package let environment: [ByteString: ByteString]

  /// Who asks for locks, and how long it waits.
  package let locking: LockRequest

  /// What Shale did to this clone.
  package let operations: OperationLog

  /// What `.shale/config` of the worktree says about remotes.
  let worktreeRemotes: Mutex<[RemoteAssignment]>

  struct Parts {
    var store: ObjectStore?
    var remotes: RemoteList?
  }

  let parts = Mutex(Parts())

  /// The command that changes something, once there is one.
  let running = Mutex<RunningOperation?>(nil)

  /// Opens the project that holds `directory`.
  ///
  /// - Parameters:
  ///   - directory: Where to look for it, absolute: the user's working directory, as a rule.
  ///   - environment: The variables of the process.
  ///   - requiringSetUp: Whether a repository that was never set up for Shale is refused.
  ///   - locking: Who asks for locks; how long it waits is a setting.
  /// - Throws: ``ProjectError``: for a place outside any repository ``ProjectError/git(_:)``, for
  ///   a bare one ``ProjectError/bareRepository(_:)``, for one without store and `.shale/config`
  ///   ``ProjectError/notInitialised(worktree:)``, and whatever is wrong with the settings.
  package static func open(
    from directory: FilePath, environment: [ByteString: ByteString], requiringSetUp: Bool = true,
    locking: LockRequest = LockRequest()
  ) throws(ProjectError) -> Project {
    let git: GitRepository
    do {
      git = try GitRepository(discoveredFrom: directory, environment: environment)
    } catch {
      throw .git(error)
    }
    let project = try Project(git: git, locking: locking)
    if requiringSetUp, try !project.isSetUp() {
      throw .notInitialised(worktree: project.layout.worktree)
    }
    return project
  }

  /// Reads the settings of a repository.
  ///
  /// - Throws: As ``open(from:environment:requiringSetUp:locking:)``.
  package init(
    git: GitRepository, locking: LockRequest = LockRequest()
  ) throws(ProjectError) {
    guard let worktree = git.layout.worktree else {
      throw .bareRepository(git.layout.gitDirectory)
    }
    self.git = git
    environment = git.environment
    let shared: SharedConfiguration
    let own: [Configuration.Assignment]
    let sharing: StoreSharing
    do throws(GitError) {
      sharing = try Self.sharing(of: git)
      own = try git.config().shaleAssignments
    } catch {
      throw .git(error)
    }
    shared = try Self.sharedConfiguration(of: worktree)
    configuration = try Configuration(
      own + shared.assignments + Configuration.assignments(in: git.environment))
    worktreeRemotes = Mutex(shared.remotes)
    var request = locking
    request.milliseconds = configuration[Settings.wait] * 1_000
    self.locking = request
    // A lock of git's that a program left when it was killed is never free: only who says so waits.
    if configuration.layer(of: Settings.wait) != .standard {
      git.setLockPatience(milliseconds: request.milliseconds)
    }
    let store = configuration[Settings.store].map {
      Self.expandingHome($0, environment: git.environment)
    }
    layout = ProjectLayout(git: git.layout, worktree: worktree, store: store)
    operations = OperationLog(layout.operations, sharing: sharing)
    rememberOperations()
  }

  /// Whether the repository was set up for Shale, here or where it was cloned from.
  package func isSetUp() throws(ProjectError) -> Bool {
    do {
      if try layout.sharedConfiguration.statusIfPresent() != nil { return true }
      return try layout.store.appending("format").statusIfPresent(followingSymlink: true) != nil
    } catch {
      throw .file(error)
    }
  }

  /// The user's home directory, if the environment tells it.
  package var home: FilePath? {
    environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
  }

  static func sharedConfiguration(
    of worktree: FilePath
  ) throws(ProjectError) -> SharedConfiguration {
    let path = worktree.appending(ProjectLayout.sharedConfigurationPath)
    let file: GitConfigFile
    do {
      file = try GitConfigFile(at: path)
    } catch {
      throw .git(error)
    }
    return try SharedConfiguration(file, origin: .worktree)
  }

  static func expandingHome(
    _ path: FilePath, environment: [ByteString: ByteString]
  ) -> FilePath {
    let tilde = Array("~/".utf8)
    guard path.bytes.bytes.starts(with: tilde), let home = environment["HOME"] else { return path }
    return FilePath(home).appending(ByteString(path.bytes.bytes.dropFirst(tilde.count)))
  }
}
