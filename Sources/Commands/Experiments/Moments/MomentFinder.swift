internal import Git
internal import Lineage
internal import Platform
internal import Primitives
internal import Project

/// Finds out which moments the words of a command line mean.
///
/// A word that is both a run and a revision is told, and none of them is picked: `run:NAME` is a
/// run only, and `REV^0` a revision only.
struct MomentFinder {
  let context: CommandContext
  let project: Project
  let catalog: RunCatalog

  private static let runPrefix = Array("run:".utf8)

  /// The moment that a word means.
  ///
  /// - Throws: ``CommandFailure`` for a word that means none, or two.
  func moment(_ word: ByteString) throws(CommandFailure) -> Moment {
    if let moment = try momentIfAny(word) { return moment }
    throw CommandFailure(
      .refused, id: "not-found", "'\(word)' is no revision and no run that is known here",
      hints: ["Run `shale runs` for a list of runs", "Run `shale log` for revisions"])
  }

  /// The run that a word means.
  func run(_ word: ByteString) throws(CommandFailure) -> Moment {
    let name =
      word.bytes.starts(with: Self.runPrefix)
      ? ByteString(word.bytes.dropFirst(Self.runPrefix.count)) : word
    return try explaining { () throws(LineageError) in
      let id = try catalog.id(named: name)
      return .run(id, try catalog.record(id))
    }
  }

  /// The commit that a word means.
  func revision(_ word: ByteString) throws(CommandFailure) -> Moment {
    try explaining { () throws(GitError) in
      .revision(
        word, commit: try project.git.commitID(of: word), tree: try project.git.treeID(of: word))
    }
  }

  /// Splits words into moments, which come first, and the paths of files.
  ///
  /// A word that names a file of the worktree is a path, unless it stands before `--`. A range
  /// `A..B` of revisions is two moments.
  ///
  /// - Parameters:
  ///   - words: The words.
  ///   - separator: How many of them came before `--`, if that was there.
  ///   - most: How many moments there may be; `nil` for any number.
  func split(
    _ words: [ByteString], separator: Int?, upTo most: Int?
  ) throws(CommandFailure) -> (moments: [Moment], paths: [RepositoryPath]) {
    var moments: [Moment] = []
    var rest = words[...]
    while let word = rest.first, separator.map({ words.count - rest.count < $0 }) ?? !isFile(word) {
      var named = try range(word)
      if named.isEmpty, let moment = separator == nil ? try momentIfAny(word) : try moment(word) {
        named = [moment]
      }
      if named.isEmpty { break }
      moments += named
      if let most, moments.count > most { throw Self.tooMany(word, most) }
      rest = rest.dropFirst()
    }
    return (moments, try context.repositoryPaths(Array(rest), in: project))
  }

  /// The two sides of `A..B`; none for a word of another form.
  private func range(_ word: ByteString) throws(CommandFailure) -> [Moment] {
    guard (try? project.git.range(of: word)) ?? nil != nil,
      let dots = word.bytes.firstRange(of: Array("..".utf8))
    else { return [] }
    func side(_ bytes: ArraySlice<UInt8>) throws(CommandFailure) -> Moment {
      try revision(bytes.isEmpty ? "HEAD" : ByteString(bytes))
    }
    return [try side(word.bytes[..<dots.lowerBound]), try side(word.bytes[dots.upperBound...])]
  }

  private func isFile(_ word: ByteString) -> Bool {
    // What cannot be looked at is no file that the user could mean.
    ((try? context.path(word).statusIfPresent()) ?? nil) != nil
  }

  private func momentIfAny(_ word: ByteString) throws(CommandFailure) -> Moment? {
    if word.bytes.starts(with: Self.runPrefix) { return try run(word) }
    let isRevision = (try? project.git.commitID(of: word)) != nil
    guard let run = try runIfAny(word) else { return isRevision ? try revision(word) : nil }
    if isRevision { throw Self.ambiguous(word) }
    return run
  }

  private func runIfAny(_ word: ByteString) throws(CommandFailure) -> Moment? {
    do throws(LineageError) {
      let id = try catalog.id(named: word)
      return .run(id, try catalog.record(id))
    } catch {
      if case .unknownRun = error { return nil }
      throw CommandFailure(error)
    }
  }

  private static func ambiguous(_ word: ByteString) -> CommandFailure {
    CommandFailure(
      .refused, id: "ambiguous", "'\(word)' could be a run or a revision",
      hints: ["Say which is meant: `run:\(word)` or `\(word)^0`"])
  }

  private static func tooMany(_ word: ByteString, _ most: Int) -> CommandFailure {
    CommandFailure(
      .usage, id: "misplaced-moment",
      "'\(word)' is a revision or a run, and stands where a path should",
      hints: [
        "Name \(most) of them at most, before any path",
        "Put `--` before paths that are named like them",
      ])
  }
}
