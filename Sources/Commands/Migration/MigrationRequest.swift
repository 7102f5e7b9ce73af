internal import Arguments
internal import Git
internal import Platform
internal import Primitives
internal import Project

/// What both ways of migrating accept.
enum MigrationParameters {
  static let dryRun = Flag("dry-run", short: "n", help: "Show all, and change nothing")
  static let places = Option<[ByteString]>(
    "from", value: "DIR", help: "Look for objects there, too", completion: .directories)
  static let history = Flag("history", help: "Write every commit again, onto a new branch")
  static let branch = Option<ByteString?>(
    "branch", value: "NAME", help: "The new branch of `--history`")
  static let revision = Operand<ByteString?>(
    "REV", help: "The last commit of the history; HEAD if none is given", completion: .revisions)

  /// What migrations can end with.
  static let statuses: [DocumentedStatus] = [.denied, .damaged, .missing, .tryAgain]
}

/// A migration as the command line asks for it.
struct MigrationRequest: Sendable {
  private let tool: ForeignTool
  private let isDryRun: Bool
  private let keepsFiles: Bool
  private let places: [ByteString]
  private let branch: ByteString?
  private let revision: ByteString?

  init(
    _ tool: ForeignTool, _ arguments: ParsedArguments, keepsFiles: Bool
  ) throws(UsageError) {
    typealias Parameters = MigrationParameters
    self.tool = tool
    self.keepsFiles = keepsFiles
    isDryRun = arguments[Parameters.dryRun]
    places = try arguments[Parameters.places]
    let isHistory = arguments[Parameters.history]
    branch = try arguments[Parameters.branch]
    revision = try arguments[Parameters.revision]
    if isHistory, branch == nil {
      throw .incomplete(MigrationParameters.history.parameter.spelling, needs: "--branch")
    }
    if !isHistory, branch != nil {
      throw .incomplete(MigrationParameters.branch.parameter.spelling, needs: "--history")
    }
    if !isHistory, revision != nil { throw .incomplete("REV", needs: "--history") }
  }

  func run(in context: CommandContext) throws(CommandFailure) -> MigrationReport {
    let project = try context.openProject()
    var options = MigrationOptions()
    options.isDryRun = isDryRun
    options.keepsFiles = keepsFiles
    for word in places {
      let place = context.path(word)
      let status = try explaining { () throws(FileError) in
        try place.statusIfPresent(followingSymlink: true)
      }
      guard status?.kind == .directory else {
        throw CommandFailure(
          .usage, id: "not-a-directory", "'\(word)' is no directory", hints: ["Check the path"])
      }
      options.places.append(place)
    }
    let migration = try Migration(tool, project, context, options)
    guard let branch else { return try migration.run() }
    let report = try HistoryMigration(migration, branch: branch).run(revision ?? "HEAD")
    if let new = report.commits.last?.new, report.branch != nil {
      let name = ByteString(Array("refs/heads/".utf8) + branch.bytes)
      try explaining { () throws(ProjectError) in
        try project.record(
          ["migrate", ByteString(tool.rawValue)], [.head(name, old: nil, new: new)])
      }
    }
    return report
  }
}
