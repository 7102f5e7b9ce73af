internal import Platform
internal import Primitives
internal import Synchronization

/// The check of whole files: each is read and hashed, whatever its record says.
struct WholeFileCheck {
  private let verification: Verification
  private let files: WholeFiles

  init(_ verification: Verification) {
    self.verification = verification
    files = WholeFiles(layout: verification.records.layout)
  }

  func run() throws(StoreError) {
    let files = files
    let ids = try StoreError.onFiles { () throws(FileError) in try files.all() }
    try Threads.forEach(ids.count) { number throws(StoreError) in
      do throws(FileError) {
        try check(ids[number])
      } catch {
        // One that cannot be read or set aside is not to be relied on either.
        if !error.isNotFound {
          verification.findings.add(.wholeFile(files.path(ids[number]), found: nil))
        }
      }
    }
  }

  private func check(_ id: ObjectID) throws(FileError) {
    let path = files.path(id)
    guard let status = try path.statusIfPresent() else { return }
    verification.progress?.expect(bytes: status.size.bytes)
    let found = try hash(path)
    verification.progress?.advance(bytes: status.size.bytes)
    verification.findings.report.withLock { $0.wholeFiles += 1 }
    if found == id { return }
    // Read once more, before it is called so.
    let again = try hash(path)
    if again == id { return }
    // What a power cut took of a file that was never synced is no damage: nobody uses it unhashed.
    if try files.record(id)?.isOfThisRun == true {
      verification.findings.add(.wholeFile(path, found: again))
    }
    let lock = try files.lock()
    // What was put in its place meanwhile is none of that.
    if try path.statusIfPresent()?.inode == status.inode { try files.setAside(id) }
    _ = consume lock
  }

  private func hash(_ path: FilePath) throws(FileError) -> ObjectID? {
    SHA256.id(of: try OpenFile.forReading(path, followingSymlink: false))
  }
}
