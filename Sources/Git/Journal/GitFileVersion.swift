internal import CGit2
internal import Platform
package import Primitives

/// A file that git carries or could carry, as it is at one moment.
package struct GitFileVersion: Hashable, Sendable {
  package let mode: GitMode

  /// The name of its bytes as a blob.
  package let id: GitID

  package init(_ id: GitID, mode: GitMode = .file) {
    self.id = id
    self.mode = mode
  }

  /// As the operation log has it: `100644:` and an id.
  package var text: ByteString { ByteString("\(String(mode.rawValue, radix: 8)):\(id.hex)") }

  /// Reads what ``text`` gives; `nil` for anything else.
  package init?(_ text: ByteString) {
    let parts = text.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let mode = GitMode(octal: parts[0]), let id = GitID(hex: parts[1])
    else { return nil }
    self.init(id, mode: mode)
  }
}

extension GitMode {
  /// Reads a mode as git writes it in trees and indexes.
  init?(octal: some Sequence<UInt8>) {
    guard let raw = UInt32(String(decoding: Array(octal), as: UTF8.self), radix: 8) else {
      return nil
    }
    self.init(raw: raw)
  }
}

extension GitIndexEntry {
  /// What the operation log has for the entries of a path; `nil` where git has none.
  package static func text(of entries: some Sequence<GitIndexEntry>) -> ByteString? {
    let parts = entries.map { entry in
      "\(String(entry.mode.rawValue, radix: 8)):\(entry.id.hex)"
        + (entry.stage == .merged ? "" : ":\(entry.stage.rawValue)")
    }
    return parts.isEmpty ? nil : ByteString(parts.joined(separator: ","))
  }

  /// Reads what ``text(of:)`` gives.
  package static func entries(_ text: ByteString, at path: RepositoryPath) -> [GitIndexEntry]? {
    var entries: [GitIndexEntry] = []
    for part in text.bytes.split(separator: UInt8(ascii: ",")) {
      let words = part.split(separator: UInt8(ascii: ":"))
      guard (2...3).contains(words.count), let mode = GitMode(octal: words[0]),
        let id = GitID(hex: words[1])
      else { return nil }
      var stage = Stage.merged
      if words.count == 3 {
        let number = UInt8(String(decoding: words[2], as: UTF8.self))
        guard let known = number.flatMap(Stage.init) else { return nil }
        stage = known
      }
      entries.append(
        GitIndexEntry(
          path: path, id: id, mode: mode, stage: stage, isSkipped: false, isIntent: false))
    }
    return entries
  }
}

// MARK: - Telling

extension GitRepository {
  /// Tells the journal that a file of the worktree is about to get other bytes; those that it has
  /// are kept in git.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - old: What it holds; `nil` where there is none.
  ///   - new: What it will hold; `nil` where it goes.
  ///   - modes: Its modes before and after.
  /// - Throws: ``GitError/file(_:)`` where that cannot be written down, or what writing a blob throws.
  package func willChange(
    _ path: RepositoryPath, from old: [UInt8]?, to new: [UInt8]?,
    modes: (old: GitMode, new: GitMode) = (.file, .file)
  ) throws(GitError) {
    try tell(try entries(changing: path, from: old, to: new, modes: modes))
  }

  /// What the journal is told of a file of the worktree that is about to get other bytes, or to go;
  /// nothing where nobody listens.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - old: Its bytes, which are kept as a blob; `nil` for a file that is not there.
  ///   - new: Its bytes afterwards; `nil` for a file that goes.
  ///   - modes: What it is, before and afterwards.
  /// - Throws: ``GitError`` when the old bytes cannot be kept.
  package func entries(
    changing path: RepositoryPath, from old: [UInt8]?, to new: [UInt8]?,
    modes: (old: GitMode, new: GitMode) = (.file, .file)
  ) throws(GitError) -> [JournalEntry] {
    guard journal.isOn else { return [] }
    let before = try old.map { bytes throws(GitError) in
      GitFileVersion(try writeBlob(bytes), mode: modes.old)
    }
    let after = try new.map { bytes throws(GitError) in
      GitFileVersion(try GitID(ofBlob: bytes), mode: modes.new)
    }
    if before == after { return [] }
    return [JournalEntry(.file, old: before?.text, new: after?.text, subject: path.bytes)]
  }

  /// Tells the journal of what is about to change.
  package func tell(_ entries: [JournalEntry]) throws(GitError) {
    do {
      try journal.tell(entries)
    } catch {
      throw .file(error)
    }
  }

  /// Has git change the index, and tells the journal what became of it.
  func tellingIndex<Result>(
    _ body: () throws(GitError) -> Result
  ) throws(GitError) -> Result {
    guard journal.isOn else { return try body() }
    let before = try index()
    let outcome: Swift.Result<Result, GitError>
    do {
      outcome = .success(try body())
    } catch {
      outcome = .failure(error)
    }
    let (old, new) = (Self.versions(before), Self.versions(try index()))
    let changed = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    try tell(
      changed.map { JournalEntry(.index, old: old[$0], new: new[$0], subject: $0.bytes) })
    return try outcome.get()
  }

  private static func versions(_ index: GitIndexSnapshot) -> [RepositoryPath: ByteString] {
    var versions: [RepositoryPath: ByteString] = [:]
    var start = index.entries.startIndex
    while start < index.entries.endIndex {
      let path = index.entries[start].path
      let end = index.entries[start...].firstIndex { $0.path != path } ?? index.entries.endIndex
      versions[path] = GitIndexEntry.text(of: index.entries[start..<end])
      start = end
    }
    return versions
  }
}

extension IndexHandle {
  /// What the index has for a path: nothing, an entry, or the sides of a conflict.
  func version(of path: RepositoryPath) -> ByteString? {
    var entries: [GitIndexEntry] = []
    for stage in [GitIndexEntry.Stage.merged, .base, .ours, .theirs] {
      let found = unsafe CString.with(path.bytes) {
        unsafe git_index_get_bypath(pointer, $0, Int32(stage.rawValue))
      }
      guard let entry = unsafe found?.pointee, let mode = unsafe GitMode(raw: entry.mode) else {
        continue
      }
      entries.append(
        GitIndexEntry(
          path: path, id: unsafe GitID(entry.id), mode: mode, stage: stage, isSkipped: false,
          isIntent: false))
    }
    return GitIndexEntry.text(of: entries)
  }
}
