package import Arguments

/// `shale doctor`: looks at the machine, the repository and its stores, and says what is wrong and
/// what would be faster.
package struct DoctorCommand: Command {
  package static let spec = CommandSpec(
    "doctor",
    summary: "Say what is wrong here, and what would be faster",
    discussion: """
      Looks at the versions of what Shale works with, at the repository with its settings and
      hooks, at the store, at what the file systems can do, at the remotes, and at what costs time.
      What a file system can do is tried with files that are removed again; nothing else is
      changed, and no data is read: `shale fsck` does that. Outside of a repository it looks at the
      machine alone.
      """,
    examples: [
      Example("shale doctor", "Look at everything"),
      Example("shale doctor --json", "For a report of a problem"),
    ],
    result: DoctorReport.keys,
    related: ["fsck", "config", "remote list"])

  package init(_: ParsedArguments) {}

  package func run(in context: CommandContext) -> DoctorReport {
    var examination = Examination(context: context)
    examination.lookAtProgram()
    let project = examination.lookAtRepository()
    let store = project.flatMap { examination.lookAtStore(of: $0) }
    examination.lookAtFileSystems(of: project)
    if let project, let store { examination.lookAtLinks(between: project, store) }
    if let project, examination.isSetUp { examination.lookAtRemotes(of: project) }
    examination.lookAtCosts(in: project)
    return DoctorReport(examination.sections)
  }
}
