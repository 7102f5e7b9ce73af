package import Git
internal import Platform
package import Primitives
internal import Synchronization

/// Every run that is known in a clone: those made here, those that came with the data, and those
/// that the tips of branches carry in `.shale/runs`.
package final class RunCatalog: Sendable {
  /// Where the records of the clone lie, `.git/shale/runs`.
  package let directory: RunDirectory

  /// The directory in the worktree, and in git, that holds the records of committed data.
  package static let committedPath: ByteString = ".shale/runs"

  private let index: RunIndex
  private let git: GitRepository?
  private let known = Mutex<Known?>(nil)

  /// What was found out since records last changed.
  private struct Known {
    let summaries: [RunSummary]
    let unreadable: [ObjectID]

    /// Whether the summaries have inputs and outputs.
    let hasData: Bool
  }

  /// Opens the runs of a clone; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: Where records are kept; made when the first is.
  ///   - git: The repository whose branches may carry more.
  package init(_ directory: RunDirectory, git: GitRepository?) {
    self.directory = directory
    self.git = git
    index = RunIndex(
      path: directory.path.parent.appending(ByteString(directory.path.name.bytes + Self.suffix)))
  }

  private static let suffix = Array(".idx".utf8)

  /// All runs, the oldest first.
  ///
  /// A record that cannot be read is left out here, and told by ``record(_:)`` and ``problems()``.
  ///
  /// - Throws: ``LineageError``, when the records themselves cannot be reached.
  package func summaries() throws(LineageError) -> [RunSummary] {
    try look(forData: true).summaries
  }

  /// All runs as ``summaries()`` has them, but for inputs and outputs: those may be empty.
  ///
  /// Lists need no more, and a run may have tens of thousands of inputs.
  package func listing() throws(LineageError) -> [RunSummary] {
    try look(forData: false).summaries
  }

  private func look(forData: Bool) throws(LineageError) -> Known {
    if let known = known.withLock({ $0 }), known.hasData || !forData { return known }
    // Where nothing can be written, the records that are there can be read all the same: a run that
    // died waits for a command that can.
    _ = try? adoptDead()
    let ids = try importCommitted(besides: try directory.ids())
    var summaries: [ObjectID: RunSummary]
    do {
      summaries = try index.summaries(of: Set(ids), withData: forData)
    } catch {
      throw .file(error)
    }
    // An index that lacks some is written anew, and that takes all that it holds.
    if !forData, summaries.count < ids.count { return try look(forData: true) }
    var isComplete = true
    var unreadable: [ObjectID] = []
    for id in ids where summaries[id] == nil {
      guard let record = try? directory.record(id) else {
        unreadable.append(id)
        continue
      }
      isComplete = false
      summaries[id] = RunSummary(record, id: id)
    }
    let sorted = summaries.values.sorted { ($0.started, $0.id) < ($1.started, $1.id) }
    // An index that cannot be written costs the next command time, and nothing else.
    if !isComplete { _ = try? index.write(sorted) }
    let found = Known(
      summaries: sorted, unreadable: unreadable.sorted(), hasData: forData)
    known.withLock { $0 = found }
    return found
  }

  /// The records that are here and cannot be read, with the reason.
  package func problems() throws(LineageError) -> [(id: ObjectID, error: LineageError)] {
    var problems: [(ObjectID, LineageError)] = []
    for id in try look(forData: false).unreadable {
      do throws(LineageError) {
        _ = try directory.record(id)
      } catch {
        problems.append((id, error))
      }
    }
    return problems
  }

  /// A whole record.
  ///
  /// - Throws: ``LineageError/unknownRun(_:)``, or what is wrong with its file.
  package func record(_ id: ObjectID) throws(LineageError) -> RunRecord {
    guard let record = try directory.record(id) else { throw .unknownRun(ByteString(id.hex)) }
    return record
  }

  /// Keeps a record under the hash of its bytes.
  ///
  /// - Returns: Its id.
  @discardableResult
  package func add(_ record: RunRecord) throws(LineageError) -> ObjectID {
    let (id, bytes) = record.encoded()
    try add(bytes, as: id, record)
    return id
  }

  /// Keeps the bytes of a record that came from elsewhere, once they prove to be one.
  package func add(_ bytes: [UInt8], as id: ObjectID) throws(LineageError) {
    try add(bytes, as: id, RunRecord(bytes, id: id))
  }

  private func add(
    _ bytes: [UInt8], as id: ObjectID, _ record: RunRecord
  ) throws(LineageError) {
    try directory.save(bytes, as: id)
    _ = try? index.append(RunSummary(record, id: id))
    known.withLock { $0 = nil }
  }

  /// Forgets a record: its file goes to the trash, and what it names stays where it is.
  package func remove(_ id: ObjectID) throws(LineageError) {
    try directory.discard(id)
    known.withLock { $0 = nil }
  }

  /// Takes a record that was forgotten back into the list.
  package func bringBack(_ id: ObjectID) throws(LineageError) {
    try directory.bringBack(id)
    known.withLock { $0 = nil }
  }

  /// The run that a word of a command line means: an id, at least 4 digits of one, or a name.
  ///
  /// A name that several runs share means the newest of them.
  ///
  /// - Throws: ``LineageError/unknownRun(_:)``, ``LineageError/ambiguousRun(_:candidates:)``.
  package func run(named word: ByteString) throws(LineageError) -> RunSummary {
    try Self.run(named: word, among: summaries())
  }

  private static func run(
    named word: ByteString, among all: [RunSummary]
  ) throws(LineageError) -> RunSummary {
    let text = word.description
    if word.count >= 4, word.bytes.allSatisfy({ Hex.value(of: $0) != nil }) {
      let matches = all.filter { $0.id.hex.hasPrefix(text) || $0.invocation.hasPrefix(text) }
      if matches.count == 1 { return matches[0] }
      if matches.count > 1 { throw .ambiguousRun(word, candidates: matches.map(\.id)) }
    }
    guard let named = all.last(where: { $0.name == text }) else { throw .unknownRun(word) }
    return named
  }
}

extension RunCatalog {
  /// The id of the record that a word means, also where the record cannot be read.
  ///
  /// - Throws: As ``run(named:)``.
  package func id(named word: ByteString) throws(LineageError) -> ObjectID {
    do throws(LineageError) {
      return try Self.run(named: word, among: listing()).id
    } catch {
      guard case .unknownRun = error, word.count >= 4 else { throw error }
      let text = word.description
      let matches = try look(forData: false).unreadable.filter { $0.hex.hasPrefix(text) }
      if matches.count > 1 { throw .ambiguousRun(word, candidates: matches) }
      guard let id = matches.first else { throw error }
      return id
    }
  }
}

// MARK: - Where records come from

extension RunCatalog {
  /// The journals of runs that have not ended.
  package var journals: RunJournals { RunJournals(directory.path.appending("live")) }

  /// Makes records of the journals that nobody holds any more.
  private func adoptDead() throws(LineageError) {
    try journals.adoptDead { record throws(LineageError) in
      // A run may have died between its record and the end of its journal.
      if try !isKnown(record.invocation) { try add(record) }
    }
  }

  /// Whether a run has left a record.
  private func isKnown(_ invocation: String) throws(LineageError) -> Bool {
    let ids = try directory.ids()
    let summaries = (try? index.summaries(of: Set(ids), withData: false)) ?? [:]
    for id in ids {
      let found = summaries[id]?.invocation ?? (try? directory.record(id))?.invocation
      if found == invocation { return true }
    }
    return false
  }

  /// Copies the records that the tips of branches carry and that are not here.
  ///
  /// - Returns: All that are here then.
  private func importCommitted(besides present: [ObjectID]) throws(LineageError) -> [ObjectID] {
    guard let git else { return present }
    var seen = try seenTrees()
    var ids = Set(present)
    var new: [ObjectID] = []
    var hasNew = false
    for tree in try onGit({ () throws(GitError) in try committedTrees(git) })
    where !seen.contains(tree) {
      var isWhole = true
      for entry in try onGit({ () throws(GitError) in try git.files(in: tree) }) {
        guard let id = RunDirectory.id(of: entry.path.name), !ids.contains(id) else { continue }
        switch try onGit({ () throws(GitError) in try git.recordBytes(entry.id) }) {
        case .bytes(let bytes):
          // Whatever it is: a record that was tampered with is told when it is asked for.
          try directory.save(bytes, as: id, durably: false)
          ids.insert(id)
          new.append(id)
        case .noRecord: continue
        case .notHere: isWhole = false
        }
      }
      if isWhole {
        seen.insert(tree)
        hasNew = true
      }
    }
    try directory.synchronize(new)
    if hasNew { try saveSeenTrees(seen) }
    return Array(ids)
  }

  /// The directories of records that branches, tags and `HEAD` carry.
  private func committedTrees(_ git: GitRepository) throws(GitError) -> Set<GitID> {
    guard let place = try? RepositoryPath(Self.committedPath) else { return [] }
    let tips = try git.references().filter { $0.kind != .other }.map(\.target)
    var trees: Set<GitID> = []
    for commit in Set(tips + [try git.head().commit].compactMap(\.self)) {
      let tree = try git.commit(commit).tree
      if let runs = try git.entry(at: place, in: tree), runs.mode == .directory {
        trees.insert(runs.id)
      }
    }
    return trees
  }

  /// The records that git carries: at the tip of a branch or tag, or staged for the next commit.
  package func committed() throws(LineageError) -> Set<ObjectID> {
    guard let git, let place = try? RepositoryPath(Self.committedPath) else { return [] }
    return try onGit { () throws(GitError) in
      var names = try git.index().entries(below: place).map(\.path.name)
      for tree in try committedTrees(git) { names += try git.files(in: tree).map(\.path.name) }
      return Set(names.compactMap { RunDirectory.id(of: $0) })
    }
  }

  private func onGit<Value>(
    _ body: () throws(GitError) -> Value
  ) throws(LineageError) -> Value {
    do throws(GitError) {
      return try body()
    } catch {
      throw .git(error)
    }
  }

  /// The list of trees of git whose records have been copied.
  private var seenFile: FilePath { directory.path.appending("seen") }

  private func seenTrees() throws(LineageError) -> Set<GitID> {
    do {
      let bytes = try seenFile.contentsIfPresent() ?? []
      return Set(bytes.split(separator: UInt8(ascii: "\n")).compactMap { GitID(hex: $0) })
    } catch {
      throw .file(error)
    }
  }

  private func saveSeenTrees(_ trees: Set<GitID>) throws(LineageError) {
    let lines = trees.map { "\($0.hex)\n" }.sorted().joined()
    do {
      try directory.path.makeDirectories()
      try AtomicFile.replace(seenFile, with: Array(lines.utf8), durably: false)
    } catch {
      throw .file(error)
    }
  }
}

/// A file of git that is named as a record is.
private enum CommittedFile {
  case bytes([UInt8])
  /// It is larger than any record, or no file.
  case noRecord
  /// This clone of git lacks it, and may get it later.
  case notHere
}

extension GitRepository {
  /// Reads what may be a record: one file that is none must not keep the others from being read.
  fileprivate func recordBytes(_ id: GitID) throws(GitError) -> CommittedFile {
    do {
      return .bytes(try blob(id, limit: RunRecord.sizeLimit))
    } catch .tooLarge, .wrongKind {
      return .noRecord
    } catch .missingObject {
      return .notHere
    }
  }
}
