package import Arguments
internal import Git
internal import Platform
package import Primitives
internal import Project
internal import Workspace

/// `shale hooks install`: lets plain git bring and send data.
package struct HooksInstallCommand: Command {
  package static let shared = Flag(
    "shared", help: "Also where `core.hooksPath` leads out of the repository")
  package static let names = Operand<[ByteString]>("HOOK", help: "Only these hooks")

  package static let spec = CommandSpec(
    "hooks install",
    summary: "Install hooks, so that plain git carries the data",
    discussion: """
      After `git checkout`, `merge`, `pull`, `rebase`, `commit`, `cherry-pick` and `revert` data is
      brought to match the pointers; `git push` sends the data of what it pushes, and fails where
      that cannot be; `git commit` stages run records, and warns of data that was not added, of
      pointers without content and of large files. After `git reset --hard` and `git stash` the next
      of these, or the next command of Shale, brings the data. Git is also told to merge pointers by
      their trees, and to show them by their files.

      A hook that is there already is kept, with `.before-shale` after its name, and runs first.
      `SHALE_HOOKS=false` before a command of git leaves Shale out for once.
      """,
    parameters: [shared, names],
    examples: [
      Example("shale hooks install", "Install all of them"),
      Example("shale hooks install post-checkout post-merge", "Only bring data, and send none"),
    ],
    result: HooksReport.keys,
    related: ["hooks remove", "hooks status", "init"])

  private let hooks: [GitHook]
  private let isSharingAllowed: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    hooks = try HooksPlace.hooks(try arguments[Self.names])
    isSharingAllowed = arguments[Self.shared]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> HooksReport {
    let project = try context.openProject(requiringSetUp: false)
    let isSetUp = try explaining { () throws(ProjectError) in try project.isSetUp() }
    guard isSetUp || isSharingAllowed else {
      throw CommandFailure(ProjectError.notInitialised(worktree: project.layout.worktree))
    }
    return try Self.install(
      in: project, hooks, isSharingAllowed: isSharingAllowed, context)
  }

  /// Installs hooks of a project.
  static func install(
    in project: Project, _ hooks: [GitHook], isSharingAllowed: Bool = false,
    _ context: CommandContext
  ) throws(CommandFailure) -> HooksReport {
    let place = try HooksPlace(of: project)
    try place.check(isSharingAllowed: isSharingAllowed)
    // What pointers are now is what data is to follow from: it is not brought by the next commit.
    if let follower = PointerFollower(project.git) {
      try explaining { () throws(WorkspaceError) in
        guard try follower.recorded() == nil else { return }
        try follower.record(try follower.current(besides: nil))
      }
    }
    var report = try HooksReport.change(hooks, place) { hook, files throws(FileError) in
      try files.install(hook)
    }
    if hooks.count == GitHook.allCases.count {
      report.settings = try explaining { () throws(ProjectError) in try project.installDrivers() }
    }
    if place.isInWorktree {
      context.warn(
        Warning(
          id: "hooks-in-worktree", "These hooks lie in the worktree, where git may track them",
          hints: ["Run `git config core.hooksPath .git/hooks` to keep hooks out of the worktree"]))
    }
    let shale = try? ProgramFile.located(
      "shale", environment: context.environment, directory: context.workingDirectory)
    if shale == nil {
      context.warn(
        Warning(
          id: "not-in-path", "Hooks look for `shale` in PATH, where it is not",
          hints: ["Add its directory to PATH, also for programs that run git"]))
    }
    return report
  }
}
