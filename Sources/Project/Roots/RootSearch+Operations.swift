internal import Platform
internal import Primitives

extension RootSearch {
  /// Adds every object that an operation within the grace names, before and after.
  mutating func addOperations() throws(ProjectError) {
    var candidates: [(id: ObjectID, path: RepositoryPath)] = []
    let since = since
    var isYoung = false
    do {
      try project.operations.forEachLine { line in
        guard let operation = Operation(line: line) else {
          // A line that was damaged, or that a newer program wrote: whatever it names is kept.
          candidates += Self.words(line).map { ($0, .root) }
          return
        }
        // What was written after a young operation is young as well, whatever its clock said.
        isYoung = isYoung || operation.time >= since
        guard isYoung else { return }
        for change in operation.changes {
          let path = (try? RepositoryPath(change.subject)) ?? .root
          for id in change.storedObjects { candidates.append((id, path)) }
          // What was fetched is about to be used.
          guard change.kind == .fetched, let new = change.new else { continue }
          if let id = ObjectID(hex: new.bytes) { candidates.append((id, path)) }
        }
      }
    } catch {
      throw .unknownRoot(.place(project.operations.path, error))
    }
    for (id, path) in candidates { try addObject(id, at: path, for: .operations) }
  }

  /// Everything in a line that is spelled as an oid.
  private static func words(_ line: ArraySlice<UInt8>) -> [ObjectID] {
    line.split { Hex.value(of: $0) == nil }.compactMap { ObjectID(hex: $0) }
  }
}

extension OperationLog {
  /// How much of the file is in memory at a time, in bytes: more than the longest line.
  private static let blockSize = 32 << 20

  /// Goes through all lines of the log, without their line breaks, from the oldest.
  ///
  /// - Throws: ``FileError`` when the log is there and cannot be read.
  func forEachLine(_ body: (ArraySlice<UInt8>) -> Void) throws(FileError) {
    guard try path.statusIfPresent() != nil else { return }
    let file = try OpenFile.forReading(path)
    var offset = 0
    var rest: [UInt8] = []
    while true {
      let block = try file.upTo(.bytes(Self.blockSize), at: offset)
      if block.isEmpty { break }
      offset += block.count
      rest += block
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if end > start { body(rest[start..<end]) }
        start = end + 1
      }
      rest.removeFirst(start)
    }
    // A line that is being written, or that was torn.
    if !rest.isEmpty { body(rest[...]) }
  }
}
