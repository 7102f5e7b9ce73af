package import Platform
package import Primitives

/// The journals of runs that have not ended: `runs/live/INVOCATION.json` (§5 of the format).
///
/// Who begins, ends or looks through journals holds a lock on the directory meanwhile, so that a
/// journal is never seen between its creation and its lock.
package struct RunJournals: Sendable {
  private let directory: FilePath

  init(_ directory: FilePath) {
    self.directory = directory
  }

  /// Begins a journal, held until its owner goes away.
  ///
  /// - Parameters:
  ///   - record: The run as far as it is known, with the state *interrupted*.
  ///   - worktree: The worktree that it runs in.
  ///   - paths: What no other run of the worktree may use meanwhile: outputs and parameter files.
  ///   - others: What other runs may use meanwhile as this one does, and none may use alone.
  /// - Throws: ``LineageError/inUse(_:by:)`` or ``LineageError/file(_:)``.
  package func begin(
    _ record: RunRecord, in worktree: FilePath, using paths: [RepositoryPath],
    sharing others: [RepositoryPath] = []
  ) throws(LineageError) -> RunJournal {
    for _ in 1..<Self.attempts {
      do throws(LineageError) {
        return try beginAtOnce(record, in: worktree, using: paths, sharing: others)
      } catch {
        guard case .inUse = error else { throw error }
        Clock.sleep(milliseconds: 50)
      }
    }
    return try beginAtOnce(record, in: worktree, using: paths, sharing: others)
  }

  /// How often a journal is tried before a run is believed to be alive.
  ///
  /// A process that is being started holds the locks of the one that starts it, until it has become
  /// another program.
  private static let attempts = 20

  private func beginAtOnce(
    _ record: RunRecord, in worktree: FilePath, using paths: [RepositoryPath],
    sharing others: [RepositoryPath]
  ) throws(LineageError) -> RunJournal {
    let directory = directory
    return try locked { () throws(LineageError) in
      for (_, other) in try scan(isLive: true) where other.worktree == worktree.bytes {
        let taken =
          other.paths.first { path in (paths + others).contains { $0.overlaps(path) } }
          ?? other.shared.first { path in paths.contains { $0.overlaps(path) } }
        if let taken { throw .inUse(taken, by: other.record.invocation) }
      }
      let path = directory.appending(ByteString("\(record.invocation).json"))
      do throws(FileError) {
        let journal = RunJournal(
          path, try AdvisoryLock(path, .exclusive, waiting: true), worktree: worktree.bytes,
          paths: paths, shared: others)
        try journal.write(record)
        return journal
      } catch {
        throw .file(error)
      }
    }
  }

  /// The runs that are alive, as far as their journals can be read.
  package func live() throws(LineageError) -> [RunRecord] {
    try locked { () throws(LineageError) in try scan(isLive: true).map(\.entry.record) }
  }

  /// Every run that has a journal, alive or not.
  ///
  /// - Throws: ``LineageError/unreadableJournal(_:)`` for one that is being written and cannot be
  ///   read at this moment, and ``LineageError/file(_:)``.
  package func all() throws(LineageError) -> [RunRecord] {
    try locked { () throws(LineageError) in
      try (scan(isLive: true, strictly: true) + scan(isLive: false)).map(\.entry.record)
    }
  }

  /// The paths that the other runs of a worktree that are alive use alone; `nil` where none is alive.
  ///
  /// - Parameter invocation: The run that asks.
  package func paths(
    besides invocation: String, in worktree: FilePath
  ) throws(LineageError) -> [RepositoryPath]? {
    try locked { () throws(LineageError) in
      let others = try scan(isLive: true).map(\.entry).filter {
        $0.worktree == worktree.bytes && $0.record.invocation != invocation
      }
      return others.isEmpty ? nil : others.flatMap(\.paths)
    }
  }

  /// Hands over the records of journals that nobody holds any more, then removes those journals.
  func adoptDead(_ adopt: (RunRecord) throws(LineageError) -> Void) throws(LineageError) {
    if try names().isEmpty { return }
    try locked { () throws(LineageError) in
      for (name, entry) in try scan(isLive: false) {
        try adopt(entry.record)
        try remove(name)
      }
    }
  }

  // MARK: - Looking

  /// What a journal holds: its worktree and paths stay here, and never become part of a record.
  struct Entry: Codable {
    var worktree: ByteString
    var paths: [RepositoryPath]
    var shared: [RepositoryPath]
    var record: RunRecord
  }

  private func names() throws(LineageError) -> [ByteString] {
    do {
      return try directory.namesIfPresent().filter {
        $0.bytes.suffix(5).elementsEqual(".json".utf8)
      }
    } catch {
      throw .file(error)
    }
  }

  /// The journals that are held, or those that are not, with the names of their files: what they
  /// say themselves is no path to trust.
  ///
  /// Those that are not and cannot be read, cut in their first write, are removed. What is no file,
  /// or larger than any journal, is none.
  private func scan(
    isLive wanted: Bool, strictly: Bool = false
  ) throws(LineageError) -> [(name: ByteString, entry: Entry)] {
    var entries: [(ByteString, Entry)] = []
    for name in try names() {
      let path = directory.appending(name)
      var isLegible = true
      do throws(FileError) {
        let status = try path.status()
        guard status.kind == .file, status.size <= RunRecord.sizeLimit else { continue }
        var isLive = true
        do throws(FileError) {
          _ = try AdvisoryLock(path, .exclusive, waiting: false)
          isLive = false
        } catch {
          guard error.isLocked else { throw error }
        }
        guard isLive == wanted else { continue }
        let bytes = try path.contentsIfPresent(limit: RunRecord.sizeLimit) ?? []
        let entry = RunJournal.decode(bytes)
        if let entry {
          entries.append((name, entry))
        } else if !isLive {
          try path.remove()
        } else {
          isLegible = false
        }
      } catch {
        throw .file(error)
      }
      if strictly, !isLegible { throw .unreadableJournal(path) }
    }
    return entries
  }

  private func remove(_ name: ByteString) throws(LineageError) {
    do {
      try directory.appending(name).remove()
    } catch {
      throw .file(error)
    }
  }

  private func locked<Value: ~Copyable>(
    _ body: () throws(LineageError) -> Value
  ) throws(LineageError) -> Value {
    let lock = try lock()
    let value = try body()
    _ = consume lock
    return value
  }

  private func lock() throws(LineageError) -> AdvisoryLock {
    do throws(FileError) {
      try directory.makeDirectories()
      return try AdvisoryLock(directory.appending("lock"), .exclusive, waiting: true)
    } catch {
      throw .file(error)
    }
  }
}
