internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

extension RootSearch {
  /// Adds what the runs have that go on.
  mutating func addJournals() throws(ProjectError) {
    do {
      for record in try project.runs().journals.all() { add(record, nil) }
    } catch {
      throw .unknownRoot(.run(error))
    }
  }

  /// Adds what the records of this clone lead to, those that were removed lately included.
  mutating func addRecords() throws(ProjectError) {
    let directory = project.runs().directory
    let ids: [ObjectID]
    do {
      ids = try directory.ids()
    } catch {
      throw .unknownRoot(.run(error))
    }
    let broken = brokenRecords
    let found = Mutex<[(ObjectID, RunRecord)]>([])
    do throws(LineageError) {
      try Threads.forEach(ids.count, grain: 16) { index throws(LineageError) in
        do throws(LineageError) {
          guard let record = try directory.record(ids[index]) else { return }
          found.withLock { $0.append((ids[index], record)) }
        } catch {
          // What a commit brought and never was a record is nobody's.
          if !broken.contains(ids[index]) { throw error }
        }
      }
    } catch {
      throw .unknownRoot(.run(error))
    }
    for (id, record) in found.withLock({ $0 }) { add(record, id) }
    try addRemovedRecords(directory)
  }

  private mutating func addRemovedRecords(_ directory: RunDirectory) throws(ProjectError) {
    do throws(FileError) {
      for file in try directory.removed() where file.time >= since {
        guard let bytes = try file.path.contentsIfPresent(limit: RunRecord.sizeLimit) else {
          continue
        }
        let id = SHA256.id(of: bytes.span)
        // A file that is no record cannot be taken back.
        if let record = try? RunRecord(bytes, id: id) { add(record, id, for: .operations) }
      }
    } catch {
      throw .unknownRoot(.place(directory.path, error))
    }
  }
}
