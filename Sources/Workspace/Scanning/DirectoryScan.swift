internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// The scan of one directory.
struct DirectoryScan {
  private let work: Scan.Work
  private let path: RepositoryPath
  private let stamp: DirectoryStamp
  private let index: StatIndex?
  private let expand: Scan.Expansion
  private let vouches: Scan.Vouching

  /// Whether times in this directory can be compared with the index at all.
  private let isOnKnownDevice: Bool

  /// The device of the tracked path: an inode says which file it is only there.
  private let device: UInt64
  private var rules = IgnoreRules.none
  private var areRulesUnchanged = true

  /// More entries than this are shared among all threads.
  private static let chunkSize = 4_096

  init(
    work: Scan.Work, path: RepositoryPath, status: FileStatus, device: UInt64,
    trustedDevice: UInt64, index: StatIndex?, expand: @escaping Scan.Expansion,
    vouches: @escaping Scan.Vouching
  ) {
    self.expand = expand
    self.vouches = vouches
    self.work = work
    self.path = path
    stamp = DirectoryStamp(status)
    isOnKnownDevice = status.device == trustedDevice
    self.device = device
    self.index = index
  }

  /// What some of a directory's names gave.
  private struct Part: Sendable {
    var deviations = EntryList()
    /// Directories to scan, and the trees that the base has for them.
    var children: [(name: ByteString, tree: ObjectID?)] = []
    var totals = Scan.Totals()

    mutating func add(_ deviation: Deviation, _ entry: StatEntry, name: Span<UInt8>) {
      var entry = entry
      entry.flags = entry.flags.marked(deviation)
      deviations.append(entry, name: name)
      if deviation.isChange { totals.changes += 1 }
    }
  }

  mutating func run(_ handle: borrowing OpenDirectory) throws(FileError) -> Scan.Outcome {
    (rules, areRulesUnchanged) = try Self.rules(
      in: handle, at: path, known: work.known, above: work.rules,
      areUnchanged: work.areRulesUnchanged)
    let parts: [Part]
    var hasNewStamp = true
    if let known = work.known, known.isStampTrusted, known.stamp == stamp, areRulesUnchanged,
      isOnKnownDevice
    {
      hasNewStamp = false
      parts = try compareKnown(known, handle)
    } else {
      parts = try compareListed(handle)
    }
    return outcome(of: parts, hasNewStamp: hasNewStamp)
  }

  private func outcome(of parts: [Part], hasNewStamp: Bool) -> Scan.Outcome {
    var outcome = Scan.Outcome()
    var deviations = EntryList()
    for part in parts {
      deviations.append(contentsOf: part.deviations)
      outcome.totals += part.totals
      for child in part.children {
        let inner = Scan.join(work.path, child.name.bytes)
        outcome.children.append(
          Scan.Work(
            path: inner,
            known: child.tree.flatMap { index?.directory(inner) ?? expand(inner, $0) },
            rules: rules, areRulesUnchanged: areRulesUnchanged))
      }
    }
    if hasNewStamp || !deviations.isEmpty || work.known == nil {
      outcome.directory = ScannedDirectory(
        path: work.path, stamp: stamp, isNew: work.known == nil, hasNewStamp: hasNewStamp,
        deviations: deviations)
    }
    return outcome
  }

  /// The rules that hold in a directory, and whether they are those of the index.
  static func rules(
    in handle: borrowing OpenDirectory, at path: RepositoryPath, known: IndexedDirectory?,
    above: IgnoreRules, areUnchanged: Bool
  ) throws(FileError) -> (IgnoreRules, Bool) {
    let name = IgnoreRules.fileName
    let entry = known?.entry(name)
    guard let status = try handle.statusIfPresent(of: name), status.kind == .file else {
      return (above, areUnchanged && entry == nil)
    }
    let isSame = entry.map { $0.matches(status) && !$0.flags.contains(.differs) } ?? false
    guard status.size <= IgnoreRules.sizeLimit else {
      throw FileError(.read, handle.path.appending(name), code: FileError.tooLarge)
    }
    let content = try handle.file(name).upTo(IgnoreRules.sizeLimit, at: 0)
    return (above.adding(content, in: path), areUnchanged && isSame)
  }
}

// MARK: - Names that are known

extension DirectoryScan {
  /// Compares the names that the index has, where the directory's times say that these are all.
  private func compareKnown(
    _ known: IndexedDirectory, _ handle: borrowing OpenDirectory
  ) throws(FileError) -> [Part] {
    let offsets = known.offsets()
    let buffer = known.buffer
    return try chunks(offsets.count) { range, part throws(FileError) in
      let span = buffer.span
      for number in range {
        let entry = StatEntry(span, at: offsets[number])
        let name = span.extracting(entry.nameRange)
        if entry.kind == .directory {
          if entry.flags.contains(.materialised) {
            part.children.append((ByteString(buffer[entry.nameRange]), entry.id))
          } else {
            part.totals.notHere += entry.files
          }
          continue
        }
        let status = try handle.statusIfPresent(ofNameAt: entry.nameRange, in: span)
        try compare(entry, name: name, status, handle, &part)
      }
    }
  }

  /// Calls `body` for ranges that make up `0..<count`, on all cores when there are many.
  private func chunks(
    _ count: Int, _ body: @Sendable (Range<Int>, inout Part) throws(FileError) -> Void
  ) throws(FileError) -> [Part] {
    if count <= Self.chunkSize {
      var part = Part()
      try body(0..<count, &part)
      return [part]
    }
    let number = (count + Self.chunkSize - 1) / Self.chunkSize
    let parts = Mutex([Part](repeating: Part(), count: number))
    try Threads.forEach(number) { index throws(FileError) in
      var part = Part()
      let start = index * Self.chunkSize
      try body(start..<min(start + Self.chunkSize, count), &part)
      let done = part
      parts.withLock { $0[index] = done }
    }
    return parts.withLock { $0 }
  }

  /// Compares one entry of the base that is no directory with what is there.
  private func compare(
    _ entry: StatEntry, name: Span<UInt8>, _ status: FileStatus?,
    _ handle: borrowing OpenDirectory, _ part: inout Part
  ) throws(FileError) {
    guard let status else {
      if entry.flags.contains(.materialised) {
        part.add(.gone, entry, name: name)
      } else {
        part.totals.notHere += 1
      }
      return
    }
    if status.kind != .directory { part.totals.files += 1 }
    part.totals.size += status.kind == .file ? status.size : .zero
    if isOnKnownDevice, entry.matches(status) {
      let now = StatEntry(entry, status: status)
      if entry.flags.contains(.differs) {
        part.add(.changed, now, name: name)
      } else if !entry.flags.contains(.materialised) {
        part.totals.notHere += 1
      } else if now.kind != entry.kind {
        part.add(.modeChanged, now, name: name)
      }
      return
    }
    guard let kind = StatEntry.kind(of: status) else {
      if entry.flags.contains(.materialised) { part.add(.gone, entry, name: name) }
      part.add(.special, entry, name: name)
      return
    }
    guard kind != .directory, (kind == .symlink) == (entry.kind == .symlink) else {
      if entry.flags.contains(.materialised) { part.add(.gone, entry, name: name) }
      add(kind, status, name: name, &part)
      return
    }
    var now = StatEntry(entry, status: status)
    if status.linkCount > 1, status.device == device { now.flags.insert(.isLinked) }
    part.add(
      try deviation(of: now, status, from: entry, name: name, handle), now, name: name)
  }

  /// What became of a file or symlink whose times differ, as far as that is told cheaply.
  private func deviation(
    of now: StatEntry, _ status: FileStatus, from entry: StatEntry, name: Span<UInt8>,
    _ handle: borrowing OpenDirectory
  ) throws(FileError) -> Deviation {
    if now.size != entry.size { return .changed }
    if now.kind == .symlink {
      let target = try handle.symlinkTarget(ByteString(name.indices.map { name[$0] }))
      return SHA256.id(of: target.bytes.span) == entry.id ? .settled : .changed
    }
    if now.size == .zero { return now.kind == entry.kind ? .settled : .modeChanged }
    // Somebody else made or removed a link of the whole file that this is a name of.
    if vouches(status, entry.id) { return now.kind == entry.kind ? .settled : .modeChanged }
    return .touched
  }

  /// Notes something that the base does not have.
  private func add(
    _ kind: TreeEntry.Kind, _ status: FileStatus, name: Span<UInt8>, _ part: inout Part
  ) {
    var entry = StatEntry(kind: kind, flags: [], status: status, id: .empty)
    if kind == .directory {
      entry.size = .zero
      entry.inode = 0
      part.children.append((ByteString(name.indices.map { name[$0] }), nil))
    } else if status.linkCount > 1, status.device == device {
      entry.flags.insert(.isLinked)
    }
    part.add(.added, entry, name: name)
  }
}

// MARK: - Names that are listed

extension DirectoryScan {
  /// A name in the directory, and its entry in the base, if it has one.
  private struct Candidate: Sendable {
    let name: ByteString
    let listed: OpenDirectory.Entry?
    let known: StatEntry?
  }

  /// Lists the directory and compares it with the base, name by name.
  private func compareListed(_ handle: borrowing OpenDirectory) throws(FileError) -> [Part] {
    let candidates = merged(try handle.entries())
    return try chunks(candidates.count) { range, part throws(FileError) in
      for candidate in candidates[range] { try compare(candidate, handle, &part) }
    }
  }

  private func merged(_ listed: [OpenDirectory.Entry]) -> [Candidate] {
    let listed = listed.sorted { $0.name < $1.name }
    guard let known = work.known else {
      return listed.map { Candidate(name: $0.name, listed: $0, known: nil) }
    }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(max(listed.count, known.count))
    var cursor = known.cursor
    for found in listed {
      while let entry = cursor.peek, cursor.compareName(of: entry, to: found.name) < 0 {
        candidates.append(Candidate(name: cursor.name(of: entry), listed: nil, known: entry))
        _ = cursor.next()
      }
      if let entry = cursor.peek, cursor.compareName(of: entry, to: found.name) == 0 {
        candidates.append(Candidate(name: found.name, listed: found, known: entry))
        _ = cursor.next()
      } else {
        candidates.append(Candidate(name: found.name, listed: found, known: nil))
      }
    }
    while let entry = cursor.next() {
      candidates.append(Candidate(name: cursor.name(of: entry), listed: nil, known: entry))
    }
    return candidates
  }

  private func compare(
    _ candidate: Candidate, _ handle: borrowing OpenDirectory, _ part: inout Part
  ) throws(FileError) {
    let name = candidate.name.bytes.span
    if let entry = candidate.known {
      if entry.kind == .directory { return try compareDirectory(candidate, entry, handle, &part) }
      let status =
        candidate.listed == nil ? nil : try handle.statusIfPresent(of: candidate.name)
      return try compare(entry, name: name, status, handle, &part)
    }
    guard let listed = candidate.listed else { return }
    if AtomicFile.isTemporaryName(listed.name) {
      if let status = try handle.statusIfPresent(of: listed.name),
        let kind = StatEntry.kind(of: status), kind != .directory
      {
        let entry = StatEntry(kind: kind, flags: [], status: status, id: .empty)
        part.add(.leftover, entry, name: name)
        return
      }
    }
    var isDirectory = listed.kind == .directory
    if listed.kind == nil {
      isDirectory = try handle.statusIfPresent(of: listed.name)?.kind == .directory
    }
    if !rules.isEmpty, let inner = try? path.appending(listed.name),
      rules.ignores(inner, isDirectory: isDirectory)
    {
      return
    }
    guard let status = try handle.statusIfPresent(of: listed.name) else { return }
    if (try? Tree.check(listed.name)) == nil {
      let entry = StatEntry(kind: .directory, flags: [], status: status, id: .empty)
      part.add(.nestedRepository, entry, name: name)
      return
    }
    guard let kind = StatEntry.kind(of: status) else {
      let entry = StatEntry(kind: .file, flags: [], status: status, id: .empty)
      part.add(.special, entry, name: name)
      return
    }
    if kind != .directory { part.totals.files += 1 }
    part.totals.size += status.kind == .file ? status.size : .zero
    add(kind, status, name: name, &part)
  }

  /// Compares a directory of the base with what has its name now.
  private func compareDirectory(
    _ candidate: Candidate, _ entry: StatEntry, _ handle: borrowing OpenDirectory,
    _ part: inout Part
  ) throws(FileError) {
    let name = candidate.name.bytes.span
    let isMaterialised = entry.flags.contains(.materialised)
    let status = candidate.listed == nil ? nil : try handle.statusIfPresent(of: candidate.name)
    guard let status else {
      if isMaterialised {
        part.add(.gone, entry, name: name)
      } else {
        part.totals.notHere += entry.files
      }
      return
    }
    if status.kind == .directory {
      if !isMaterialised { part.add(.settled, entry, name: name) }
      part.children.append((candidate.name, entry.id))
      return
    }
    if isMaterialised { part.add(.gone, entry, name: name) }
    guard let kind = StatEntry.kind(of: status) else {
      part.add(.special, entry, name: name)
      return
    }
    add(kind, status, name: name, &part)
  }
}

extension StatEntry {
  /// What is there now in the place of `entry`, with the oid that the base has for it.
  init(_ entry: StatEntry, status: FileStatus) {
    self.init(
      kind: Self.kind(of: status) ?? entry.kind, flags: entry.flags, status: status, id: entry.id)
  }
}

extension EntryList {
  /// Adds the entries of another list at the end.
  mutating func append(contentsOf other: EntryList) {
    if other.isEmpty { return }
    appendRaw(other.bytes, count: other.count)
  }
}
