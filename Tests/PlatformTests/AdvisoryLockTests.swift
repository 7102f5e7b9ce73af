import Platform
import Primitives
import Synchronization
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

  @Test func `who holds a lock is said, and whoever waits long enough gets it`() throws {
    let path = try FilePath.place().appending("lock")
    var request = LockRequest(for: "first", milliseconds: 0)
    let told = Mutex<[ByteString]>([])
    do {
      let held = try AdvisoryLock(path, as: request)
      request.purpose = "second"
      request.milliseconds = 400
      request.observer = LockObserver { _, holder in told.withLock { $0.append(holder) } }
      let error = #expect(throws: FileError.self) { _ = try AdvisoryLock(path, as: request) }
      let holder = "first, process \(Machine.processID) on \(Machine.hostName) since 2"
      #expect(error?.isLocked == true)
      #expect(
        error?.description.hasPrefix("Lock '\(path)' is held by another process (\(holder)") == true
      )
      #expect(told.withLock { $0 }.map { "\($0)".hasPrefix(holder) } == [true])
      _ = held
    }
    request.milliseconds = 10_000
    let lock = try AdvisoryLock(path, as: request)
    #expect("\(AdvisoryLock.holder(path))".hasPrefix("second, "))
    _ = lock
  }

  @Test func `what a holder that was killed wrote keeps nobody out`() throws {
    let path = try FilePath.place().appending("lock")
    try AtomicFile.replace(path, with: Array("add, process 1 on nowhere\n".utf8), durably: false)
    let lock = try AdvisoryLock(path, as: LockRequest(for: "next", milliseconds: 0))
    #expect("\(AdvisoryLock.holder(path))".hasPrefix("next, "))
    _ = lock
  }
}
