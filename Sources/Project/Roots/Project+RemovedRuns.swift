package import Lineage
internal import ObjectStore
package import Platform
package import Primitives

/// The file of a run record that was removed.
package struct RemovedRun: Sendable {
  package let path: FilePath

  /// When it was removed.
  package let time: Timestamp

  /// What it says, with its id; `nil` for a file that is no record.
  package let run: (id: ObjectID, record: RunRecord)?
}

extension Project {
  /// The records of runs that were removed before a moment.
  ///
  /// - Throws: ``ProjectError/file(_:)``.
  package func removedRuns(before limit: Timestamp) throws(ProjectError) -> [RemovedRun] {
    do throws(FileError) {
      var runs: [RemovedRun] = []
      for file in try self.runs().directory.removed() where file.time < limit {
        let bytes = try file.path.contentsIfPresent(limit: RunRecord.sizeLimit) ?? []
        let id = SHA256.id(of: bytes.span)
        let record = try? RunRecord(bytes, id: id)
        runs.append(
          RemovedRun(path: file.path, time: file.time, run: record.map { (id, $0) }))
      }
      return runs
    } catch {
      throw .file(error)
    }
  }

  /// Unlinks the files of records that were removed.
  ///
  /// - Throws: ``ProjectError/file(_:)``.
  package func unlink(_ runs: [RemovedRun]) throws(ProjectError) {
    do throws(FileError) {
      for run in runs { try run.path.remove() }
    } catch {
      throw .file(error)
    }
  }
}
