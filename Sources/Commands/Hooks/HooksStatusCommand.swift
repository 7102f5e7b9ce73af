package import Arguments
internal import Project

/// `shale hooks status`: says which hooks are installed.
package struct HooksStatusCommand: Command {
  package static let spec = CommandSpec(
    "hooks status",
    summary: "Show which hooks are installed",
    discussion: """
      Shows each hook, whether it is Shale's, and which one was there before. A hook that is *other*
      is not Shale's; one that is *outdated* was written by another version, or is not executable.
      """,
    examples: [Example("shale hooks status", "Show all of them")],
    result: HooksReport.keys,
    related: ["hooks install"])

  package init(_: ParsedArguments) {}

  package func run(in context: CommandContext) throws(CommandFailure) -> HooksReport {
    let project = try context.openProject(requiringSetUp: false)
    return try HooksReport(HooksPlace(of: project))
  }
}
