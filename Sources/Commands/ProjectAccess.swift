internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
package import Project
internal import Terminal
package import Workspace

/// The settings of a project; a context has settings of its own.
private typealias ProjectSettings = Settings

extension CommandContext {
  /// Opens the project that the working directory lies in.
  ///
  /// - Throws: ``CommandFailure`` that says what is missing and how to get it.
  package func openProject(requiringSetUp: Bool = true) throws(CommandFailure) -> Project {
    do {
      let project = try Project.open(
        from: workingDirectory, environment: environment, requiringSetUp: requiringSetUp,
        locking: lockRequest)
      if followsPointers { followPointers(in: project.git) }
      if let run { project.begin(run.command, at: run.started) }
      if requiringSetUp { offerHooksInNewClone(project) }
      return project
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The worktree of a project: its files and their pointers.
  package func workspace(of project: Project) throws(CommandFailure) -> Workspace {
    let store = try explaining { () throws(ProjectError) in try project.store() }
    return try explaining { () throws(WorkspaceError) in
      try Workspace(
        git: project.git, store: store,
        compression: project.configuration[ProjectSettings.compression],
        linking: project.configuration[ProjectSettings.link], locking: project.locking)
    }
  }

  /// How this command asks for locks; a person at a terminal is told whom it waits for.
  private var lockRequest: LockRequest {
    var request = LockRequest(for: settings.command)
    guard errorOutput.isTerminal, settings.verbosity != .quiet else { return request }
    request.observer = LockObserver { path, holder in
      let holder = holder.bytes.isEmpty ? path.bytes : holder
      note { $0.line("Waiting for \(holder)") }
    }
    return request
  }

  /// The paths that words of the command line name, from the root of the worktree.
  ///
  /// The name of a pointer means the data that it stands for.
  ///
  /// - Parameters:
  ///   - fromRoot: Whether paths start at the root of the worktree unless they begin with `./`, as
  ///     git reads what follows a revision.
  ///   - words: The words.
  ///   - project: The project.
  package func repositoryPaths(
    fromRoot: Bool = false, _ words: [ByteString], in project: Project
  ) throws(CommandFailure) -> [RepositoryPath] {
    var paths: [RepositoryPath] = []
    for word in words {
      let isRelative = word.bytes.starts(with: "./".utf8) || word.bytes.starts(with: "../".utf8)
      if fromRoot, !isRelative, let path = try? RepositoryPath(word) {
        paths.append(PointerFile.dataPath(of: path) ?? path)
        continue
      }
      do throws(GitError) {
        let path = try project.git.layout.path(of: path(word))
        paths.append(PointerFile.dataPath(of: path) ?? path)
      } catch {
        throw CommandFailure(error)
      }
    }
    return paths
  }

  /// Tells what happened in the store that the user should hear of.
  package func tellNotices(of project: Project) {
    guard let store = try? project.store() else { return }
    for notice in store.takeNotices() {
      if case .notLinked = notice {
        warn(
          Warning(
            id: "not-linked", "\(notice)",
            hints: ["Run `shale config shale.link copy` where that is to be so"]))
      } else {
        warn(Warning(id: "store-notice", "\(notice)", hints: ["Run `shale fsck`"]))
      }
    }
  }
}
