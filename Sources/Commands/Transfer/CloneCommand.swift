package import Arguments
internal import Git
package import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale clone`: clones a git repository, with the data of what is checked out.
package struct CloneCommand: Command {
  package static let url = Operand<ByteString>("GIT-URL", help: "The repository, as git takes it")
  package static let directory = Operand<ByteString?>(
    "DIRECTORY", help: "Where to put it; named after the repository if left out",
    completion: .directories)
  package static let branch = Option<ByteString?>(
    "branch", short: "b", value: "NAME", help: "Check out this branch or tag")

  package static let spec = CommandSpec(
    "clone",
    summary: "Clone a git repository, with its data",
    discussion: """
      Runs `git clone`, sets the clone up for data, and brings the data of the revision that is
      checked out from the default remote. Data of other revisions comes when it is asked for.
      """,
    parameters: [branch, url, directory],
    examples: [
      Example("shale clone git@example.com:team/flowers.git", "Clone with data"),
      Example("shale clone -b v1.0 ../flowers build", "Clone one version into a directory"),
    ],
    result: [
      ResultKey("directory", "The new clone"),
      ResultKey(
        "data", "What was brought; left out where nothing is tracked or the remote is away",
        isOptional: true, of: PullReport.keys),
    ],
    statuses: [.missing, .damaged, .tryAgain],
    related: ["pull", "init"])

  private let url: ByteString
  private let directory: ByteString?
  private let branch: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    url = try arguments[Self.url]
    directory = try arguments[Self.directory]
    branch = try arguments[Self.branch]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CloneReport {
    let target = context.path(directory ?? Self.name(of: url))
    try Self.checkIsFree(target)
    var options = GitProgram.CloneOptions()
    options.branch = branch
    _ = try explaining { () throws(GitError) in
      try GitProgram(environment: context.environment).clone(
        url, to: target, from: context.workingDirectory, options)
    }
    var inside = context
    inside.workingDirectory = target
    // What they name, in a hook for instance, is not the clone.
    inside.environment = GitProgram.withoutRepository(context.environment)
    do {
      return CloneReport(directory: target, data: try Self.bringData(in: inside), failure: nil)
    } catch {
      // The clone is there and stays, so what it lacks can be brought later.
      return CloneReport(directory: target, data: nil, failure: error.inClone(target))
    }
  }

  /// Refuses a directory that has something in it, as git would.
  private static func checkIsFree(_ target: FilePath) throws(CommandFailure) {
    do throws(FileError) {
      guard try target.statusIfPresent(followingSymlink: true)?.kind == .directory,
        try !target.names().isEmpty
      else { return }
    } catch {
      throw CommandFailure(error)
    }
    throw CommandFailure(
      .refused, id: "exists", "Directory '\(target)' exists already and is not empty",
      hints: [
        "Name another directory",
        "Run `shale pull` in it, if it is a clone that was interrupted",
      ])
  }

  /// Sets the clone up and brings the data of what is checked out, or nothing without tracked data.
  private static func bringData(
    in context: CommandContext
  ) throws(CommandFailure) -> PullReport? {
    let project = try context.openProject(requiringSetUp: false)
    guard try explaining({ () throws(ProjectError) in try project.isSetUp() }) else { return nil }
    context.offerHooksInNewClone(project)
    _ = try explaining { () throws(ProjectError) in try project.initialise() }
    let workspace = try context.workspace(of: project)
    let tracked = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
    return tracked.isEmpty ? nil : try PullCommand(as: ["clone"]).run(in: context)
  }

  /// The directory that git would choose: the last part of the address without `.git`.
  private static func name(of url: ByteString) -> ByteString {
    var bytes = url.bytes
    while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    if bytes.suffix(5).elementsEqual("/.git".utf8) { bytes.removeLast(5) }
    if bytes.suffix(4).elementsEqual(".git".utf8) { bytes.removeLast(4) }
    let start = bytes.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    return ByteString(bytes[((start ?? -1) + 1)...])
  }
}

/// What `shale clone` made.
package struct CloneReport: Report {
  package let directory: FilePath

  /// What was brought; nothing where no data is tracked.
  package let data: PullReport?

  package let failure: CommandFailure?

  private enum CodingKeys: CodingKey {
    case directory, data
  }

  init(directory: FilePath, data: PullReport?, failure: CommandFailure?) {
    self.directory = directory
    self.data = data
    self.failure = failure ?? data?.failure
  }

  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    text.line("Cloned into \(directory, .path)")
    data?.write(to: &text)
  }
}

extension CommandFailure {
  /// Why a new clone has no data yet, with how to bring it.
  fileprivate func inClone(_ directory: FilePath) -> Self {
    Self(
      kind, id: id, message,
      hints: hints + ["Run `shale pull` in '\(directory)' to bring its data"])
  }
}
