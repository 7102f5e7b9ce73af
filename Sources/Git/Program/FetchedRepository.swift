package import Platform
package import Primitives

/// One commit of a repository elsewhere, fetched by git to be read: no worktree, no hook, no filter.
///
/// Files as small as pointers come with it; a larger one comes when it is asked for, where the other
/// side can send parts.
package struct FetchedRepository: Sendable {
  /// The commit in hexadecimal.
  package let commit: String

  private let git: Caller

  /// What every call of git has in common.
  private struct Caller: Sendable {
    let program: GitProgram
    let url: ByteString
    let directory: FilePath

    /// The branch that `HEAD` names before anything is there.
    private static let settings: [ByteString] = [
      "-c", "core.fsmonitor=false", "-c", "init.defaultBranch=main",
      "-c", "maintenance.auto=false", "-c", "gc.auto=0",
    ]

    func run(_ arguments: [ByteString]) throws(GitError) -> [UInt8] {
      let remote = ByteString(Array("remote.origin.url=".utf8) + url.bytes)
      return try program.run(
        GitProgram.withoutHooks + Self.settings + ["-c", remote] + arguments,
        in: .elsewhere(directory), reason: .command("fetch"),
        // What git says is looked at below.
        variables: ["LC_ALL": "C"]
      ).bytes
    }

    /// Fetches, with as little as the other side can be made to send.
    func fetch(_ depth: [ByteString], _ references: [ByteString]) throws(GitError) {
      _ = try run(
        ["fetch", "--quiet", "--no-recurse-submodules", "--filter=blob:limit=1k"] + depth
          + ["--", "origin"] + references)
    }

    func commit(of revision: ByteString) throws(GitError) -> String {
      let peeled = ByteString(revision.bytes + Array("^{commit}".utf8))
      do {
        let found = try run(["rev-parse", "--verify", "--quiet", try GitProgram.checked(peeled)])
        return String(decoding: found.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      } catch {
        guard case .gitFailed = error else { throw error }
        throw .unknownRevision(revision)
      }
    }
  }

  /// Fetches a commit.
  ///
  /// - Parameters:
  ///   - url: An address or absolute path as git takes it.
  ///   - revision: A branch, a tag, a commit, or anything that `git rev-parse` reads; `nil` for what
  ///     the other side calls `HEAD`.
  ///   - directory: A directory that is there and empty, for as long as this is used.
  ///   - program: The git of the user.
  /// - Throws: ``GitError/gitFailed(command:status:message:)`` when it cannot be had,
  ///   ``GitError/unknownRevision(_:)``, ``GitError/badArgument(_:)`` for what could be an option.
  package init(
    _ url: ByteString, at revision: ByteString?, in directory: FilePath, with program: GitProgram
  ) throws(GitError) {
    let git = Caller(program: program, url: try GitProgram.checked(url), directory: directory)
    self.git = git
    let revision = try revision.map { word throws(GitError) in try GitProgram.checked(word) }
    _ = try git.run(["init", "--quiet", "--bare", "--template=", "."])
    commit = try Self.fetch(revision ?? "HEAD", with: git)
  }

  private static func fetch(
    _ revision: ByteString, with git: Caller
  ) throws(GitError) -> String {
    let wanted: ByteString = "refs/shale/wanted"
    if revision.bytes.allSatisfy(isPlain) {
      do throws(GitError) {
        let pair = Array("+".utf8) + revision.bytes + Array(":".utf8) + wanted.bytes
        try git.fetch(["--depth=1", "--no-tags"], [ByteString(pair)])
        return try git.commit(of: wanted)
      } catch {
        guard case .gitFailed(_, _, let message) = error, isUnadvertised(message) else {
          throw error
        }
      }
    }
    // What names no branch, tag or whole commit id is looked for in the history.
    try git.fetch([], ["+refs/*:refs/*"])
    return try git.commit(of: revision)
  }

  /// Whether a byte means nothing but itself in a refspec.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  /// Whether git says that the other side has no such name, or gives no commits by their ids.
  private static func isUnadvertised(_ message: ByteString) -> Bool {
    let text = message.description
    return ["remote ref", "not our ref", "unadvertised object"].contains { text.contains($0) }
  }

  /// The contents of files of the commit.
  ///
  /// - Parameter paths: Which.
  /// - Returns: Those that are there.
  /// - Throws: ``GitError`` when git fails.
  package func contents(
    of paths: [RepositoryPath]
  ) throws(GitError) -> [RepositoryPath: [UInt8]] {
    let listed = try git.run(
      ["ls-tree", "-z", "--full-tree", ByteString(commit), "--"] + paths.map(\.bytes))
    var contents: [RepositoryPath: [UInt8]] = [:]
    for line in listed.split(separator: 0) {
      // `100644 blob ID<tab>PATH`
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")),
        let path = try? RepositoryPath(ByteString(line[(tab + 1)...])), paths.contains(path)
      else { continue }
      let words = line[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 3, words[0].starts(with: "100".utf8) else { continue }
      contents[path] = try git.run(["cat-file", "blob", ByteString(words[2])])
    }
    return contents
  }
}
