internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// The data of what git is about to push.
struct PushedData {
  /// What git pushes to: the name of a remote of git's, or an address.
  private let remote: ByteString?
  private let context: CommandContext

  init(to remote: ByteString?, in context: CommandContext) {
    self.remote = remote
    self.context = context
  }

  /// Sends what the default remote of Shale lacks of it.
  ///
  /// - Returns: `nil` where the pushed commits change no pointer: no remote is contacted then.
  /// - Throws: ``CommandFailure`` where it cannot be sent, which keeps git from pushing.
  func send() throws(CommandFailure) -> TransferCommandReport? {
    let input = try explaining { () throws(FileError) in try context.input(.mebibytes(64)) }
    let lines = Self.commits(in: input)
    if lines.isEmpty { return nil }
    let project = try context.openProject(requiringSetUp: false)
    guard try explaining({ () throws(ProjectError) in try project.isSetUp() }),
      project.configuration[Settings.hooks]
    else { return nil }
    let known = try known(there: lines.compactMap(\.old), project.git)
    var commits: [GitID] = []
    var tips: [GitID] = []
    for (new, _) in lines {
      // What is no commit, such as a tag of a file, has no data.
      guard let tip = try? project.git.commitID(of: new) else { continue }
      let changing = try Self.changing(tip, besides: known, project.git)
      if changing.isEmpty { continue }
      tips.append(tip)
      commits += changing
    }
    if tips.isEmpty { return nil }
    let job = PushJob(
      project, try context.workspace(of: project),
      to: try context.remote(nil, of: project), in: context)
    let all = tips + commits
    return try job.run(proving: tips.map { ByteString($0.hex) }) {
      (selection, isDone) throws(CommandFailure) in
      try selection.commits(
        all, namedCount: tips.count, withRecords: true, isDone: isDone)
    }
  }

  /// The commits that git is about to push, each with what the reference was there.
  ///
  /// A line is `<local ref> <local oid> <remote ref> <remote oid>`; zeros stand for nothing.
  private static func commits(in input: [UInt8]) -> [(new: ByteString, old: ByteString?)] {
    input.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " ")).map { ByteString($0) }
      guard fields.count == 4, !fields[1].bytes.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
        return nil
      }
      let isNew = fields[3].bytes.allSatisfy { $0 == UInt8(ascii: "0") }
      return (fields[1], isNew ? nil : fields[3])
    }
  }

  /// The commits that the other side has, as far as this clone knows them.
  private func known(
    there old: [ByteString], _ git: GitRepository
  ) throws(CommandFailure) -> [GitID] {
    var known = old.compactMap { try? git.commitID(of: $0) }
    guard let remote else { return known }
    let prefix = Array("refs/remotes/".utf8) + remote.bytes + [UInt8(ascii: "/")]
    let references = try explaining { () throws(GitError) in try git.references() }
    known += references.filter { $0.name.bytes.starts(with: prefix) }.map(\.target)
    return known
  }

  /// The commits up to one that change pointers, besides those that lead to others.
  private static func changing(
    _ tip: GitID, besides known: [GitID], _ git: GitRepository
  ) throws(CommandFailure) -> [GitID] {
    var options = GitHistoryOptions()
    options.excluding = known
    let range = options
    var found: [GitID] = []
    try explaining { () throws(GitError) in
      try git.pointerHistory(from: [tip], range) { entry in
        found.append(entry.commit.id)
        return true
      }
    }
    return found
  }
}
