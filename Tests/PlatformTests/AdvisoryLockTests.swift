import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct AdvisoryLockTests {
  @Test func `an exclusive lock keeps others out until its owner goes away`() throws {
    let path = try FilePath.place().appending("lock")
    do {
      let held = try AdvisoryLock(path, .exclusive, waiting: false)
      for mode in [AdvisoryLock.Mode.shared, .exclusive] {
        let error = #expect(throws: FileError.self) {
          _ = try AdvisoryLock(path, mode, waiting: false)
        }
        #expect(error?.isLocked == true)
      }
      #expect(try held.file.status().kind == .file)
    }
    // Waiting: a program that another test starts has a copy of the descriptor for a moment.
    _ = try AdvisoryLock(path, .exclusive, waiting: true)
  }

  @Test func `a shared lock lets other sharers in`() throws {
    let path = try FilePath.place().appending("lock")
    let one = try AdvisoryLock(path, .shared, waiting: false)
    let two = try AdvisoryLock(path, .shared, waiting: true)
    #expect(throws: FileError.self) { _ = try AdvisoryLock(path, .exclusive, waiting: false) }
    #expect(try one.file.status().inode == two.file.status().inode)
  }

  @Test func `a lock dies with the process that holds it`() throws {
    let path = try FilePath.place().appending("lock")
    let held = try Program.run(
      "flock", ["--exclusive", "--close", path.bytes, "sh", "-c", "kill -9 $PPID"])
    #expect(held.status == 137)
    _ = try AdvisoryLock(path, .exclusive, waiting: true)
  }
}
