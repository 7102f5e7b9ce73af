package import Arguments
internal import Git
package import Platform
package import Primitives
internal import Project
package import Terminal

/// `shale init`: makes a git repository ready for data.
package struct InitCommand: Command {
  package static let git = Flag("git", help: "Make the git repository too, if there is none")
  package static let hooks = Flag("hooks", help: "Install hooks: plain git then carries the data")

  package static let spec = CommandSpec(
    "init",
    summary: "Set up a git repository for data",
    discussion: """
      Writes `.gitattributes` and `.shale/config`, which git is to carry, and makes the local store
      inside the git directory. In the configuration of the clone it has git call Shale to merge
      pointers and to show them in `git diff`. Nothing that is there is changed, so it may be run
      again.

      With `--hooks` it also does what `shale hooks install` does: after `git checkout`, `merge` and
      `rebase` the data is brought to match, and `git push` sends it.
      """,
    parameters: [git, hooks],
    examples: [
      Example("shale init", "Set up the repository you are in"),
      Example("shale init --git", "Make a git repository here first"),
      Example("shale init --hooks", "Let plain git bring and send the data"),
    ],
    result: [
      ResultKey("worktree", "The root of the worktree"),
      ResultKey("store", "The directory of the local store"),
      ResultKey("isNew", "Whether there was no store before"),
      ResultKey("written", "The files that were written, for git to carry"),
      ResultKey(
        "hooks", "The hooks; left out without `--hooks`", isOptional: true, of: HooksReport.keys),
    ],
    related: ["hooks install"])

  private let makesGit: Bool
  private let installsHooks: Bool

  package init(_ arguments: ParsedArguments) {
    makesGit = arguments[Self.git]
    installsHooks = arguments[Self.hooks]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> InitReport {
    if makesGit { try makeRepository(in: context) }
    let project = try context.openProject(requiringSetUp: false)
    let result = try explaining { () throws(ProjectError) in try project.initialise() }
    // Others get the settings with the next commit.
    try explaining { () throws(GitError) in
      try project.git.stage(result.written.map { .worktree($0) })
    }
    var hooks: HooksReport?
    if installsHooks {
      hooks = try HooksInstallCommand.install(in: project, GitHook.allCases, context)
    }
    return InitReport(
      worktree: project.layout.worktree, store: project.layout.store, isNew: result.madeStore,
      written: result.written, hooks: hooks)
  }

  private func makeRepository(in context: CommandContext) throws(CommandFailure) {
    do {
      _ = try GitRepository(
        discoveredFrom: context.workingDirectory, environment: context.environment)
    } catch {
      guard case .notARepository = error else { throw CommandFailure(error) }
      do {
        _ = try GitRepository.initialize(
          at: context.workingDirectory, environment: context.environment)
      } catch {
        throw CommandFailure(error)
      }
    }
  }
}

/// What `shale init` did.
package struct InitReport: Report {
  /// The root of the worktree.
  package let worktree: FilePath

  /// The directory of the local store.
  package let store: FilePath

  /// Whether there was no store before.
  package let isNew: Bool

  /// The files of the worktree that were written, for git to carry.
  package let written: [RepositoryPath]

  /// The hooks, where they were asked for.
  package let hooks: HooksReport?

  package var failure: CommandFailure? { hooks?.failure }
  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    text.line(
      isNew ? "Ready for data in \(worktree, .path)" : "Was ready already: \(worktree, .path)")
    if !written.isEmpty {
      let names = written.map(\.description).joined(separator: " ")
      text.line("Wrote \(names, .path), and staged them in git.")
    }
    hooks?.write(to: &text)
    if isNew {
      if hooks == nil {
        let command: StyledString = "\("shale hooks install", .command)"
        text.line("Plain git brings and sends the data after \(command).")
      }
      text.line("Next: \("shale add PATH", .command), then \("shale commit -m MESSAGE", .command)")
    }
  }
}
