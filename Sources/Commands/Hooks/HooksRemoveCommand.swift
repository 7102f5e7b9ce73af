package import Arguments
internal import Git
internal import Platform
package import Primitives
internal import Project

/// `shale hooks remove`: takes the hooks away again.
package struct HooksRemoveCommand: Command {
  package static let shared = HooksInstallCommand.shared
  package static let names = HooksInstallCommand.names

  package static let spec = CommandSpec(
    "hooks remove",
    summary: "Take hooks away, and put former ones back",
    discussion: """
      Every hook that `shale hooks install` kept has its name again afterwards, as it was. Hooks that
      are not Shale's stay as they are. With all hooks goes what git was told of merging pointers.
      """,
    parameters: [shared, names],
    examples: [
      Example("shale hooks remove", "Take all of them away"),
      Example("shale hooks remove pre-push", "Let `git push` send no data"),
    ],
    result: HooksReport.keys,
    related: ["hooks install"])

  private let hooks: [GitHook]
  private let isSharingAllowed: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    hooks = try HooksPlace.hooks(try arguments[Self.names])
    isSharingAllowed = arguments[Self.shared]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> HooksReport {
    let project = try context.openProject(requiringSetUp: false)
    let place = try HooksPlace(of: project)
    try place.check(isSharingAllowed: isSharingAllowed)
    var report = try HooksReport.change(hooks, place) { hook, files throws(FileError) in
      try files.remove(hook)
    }
    if hooks.count == GitHook.allCases.count {
      report.settings = try explaining { () throws(ProjectError) in try project.removeDrivers() }
    }
    return report
  }
}
