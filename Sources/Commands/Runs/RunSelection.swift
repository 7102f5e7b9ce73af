internal import Lineage
internal import Primitives
internal import Project

/// The runs of a project that a command is about.
struct RunSelection {
  let catalog: RunCatalog

  /// All runs, the oldest first.
  let all: [RunSummary]

  /// What they have.
  let keys: RunKeys

  /// Reads the runs of a project, and warns of records that cannot be read.
  ///
  /// - Parameters:
  ///   - project: The project.
  ///   - withData: Whether inputs and outputs are needed, of which there may be very many.
  ///   - context: Where warnings go.
  init(
    of project: Project, withData: Bool = false, in context: CommandContext
  ) throws(CommandFailure) {
    let catalog = project.runs()
    self.catalog = catalog
    all = try explaining { () throws(LineageError) in
      withData ? try catalog.summaries() : try catalog.listing()
    }
    keys = RunKeys(all)
    let problems = try explaining { () throws(LineageError) in try catalog.problems() }
    for problem in problems.prefix(Self.warningLimit) {
      let failure = CommandFailure(problem.error)
      context.warn(Warning(id: failure.id, failure.message, hints: failure.hints))
    }
    if problems.count > Self.warningLimit {
      let rest = problems.count - Self.warningLimit
      context.warn(
        Warning(id: "run-records-unreadable", "\(counted(rest, "more record")) cannot be read"))
    }
  }

  /// How many records that cannot be read are told one by one.
  private static let warningLimit = 5

  /// The runs for which a condition holds, the oldest first; all of them without one.
  func matching(_ condition: String?) throws(CommandFailure) -> [RunSummary] {
    guard let condition else { return all }
    let filter = try explaining { () throws(RunQueryError) in
      try RunFilter(condition, in: keys)
    }
    return all.filter { filter.matches($0) }
  }
}

extension CommandContext {
  /// A word of the command line as text.
  ///
  /// - Throws: A usage failure for bytes that are no UTF-8.
  func text(_ word: ByteString, of option: String) throws(CommandFailure) -> String {
    guard let text = word.text else {
      throw CommandFailure(
        .usage, id: "invalid-value", "The value of \(option) is not UTF-8",
        hints: ["Write it in UTF-8"])
    }
    return text
  }
}
