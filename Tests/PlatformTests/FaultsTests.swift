import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

/// The seam through which tests break system calls.
@Suite(.temporaryDirectory) struct FaultsTests {
  @Test func `a call fails below the directory, at its number, and nowhere else`() throws {
    let broken = try FilePath.place().appending("broken")
    let whole = try FilePath.place().appending("whole")
    for path in [broken, whole] { try path.makeDirectories() }
    let disk = FaultyDisk(.error, at: 1)
    try disk.run(below: broken) {
      try AtomicFile.replace(whole.appending("a"), with: [1], durably: true)
      let file = try OpenFile.creating(broken.appending("a"))
      let refused = FileError(.write, broken.appending("a"), code: EIO)
      #expect(throws: refused) { try file.write([1, 2].span, at: 0) }
      try file.write([3].span, at: 0)
    }
    #expect(disk.refused?.operation == .write)
    #expect(try broken.appending("a").contents() == [3])
    try AtomicFile.replace(broken.appending("a"), with: [4], durably: true)
  }

  @Test func `a write that the kernel took a part of goes on, until the disk is full`() throws {
    let path = try FilePath.place().appending("file")
    let bytes = sampleBytes(count: 1_000, seed: 1)
    let file = try OpenFile.creating(path)
    try FaultyDisk(room: 1_000).run(below: path) { try file.write(bytes.span, at: 0) }
    #expect(try path.contents() == bytes)
    let error = #expect(throws: FileError.self) {
      try FaultyDisk(room: 400).run(below: path) { try file.write(bytes.span, at: 1_000) }
    }
    #expect(error?.isNoSpace == true)
    #expect(try path.contents() == bytes + bytes[..<400])
  }

  @Test func `a disk that stopped changes nothing more`() throws {
    let directory = try FilePath.place().appending("directory")
    try directory.makeDirectories()
    #expect(throws: FileError.self) {
      try FaultyDisk(.stop, at: 2).run(below: directory) {
        try AtomicFile.replace(directory.appending("a"), with: [1], durably: false)
      }
    }
    // Not even the temporary file is cleared away: as after a kill.
    let names = try directory.names()
    #expect(names.count == 1 && names[0].bytes.starts(with: AtomicFile.temporaryPrefix.bytes))
  }

  /// A disk on which the next calls are interrupted by signals, and that counts what gets through.
  private final class Interruptions: FaultyDevice {
    private let rest: Mutex<Int>
    private let changes = Mutex<[String]>([])
    init(_ count: Int) { rest = Mutex(count) }

    var made: [String] { changes.withLock { $0 } }

    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      rest.withLock { rest in
        rest -= 1
        return rest >= 0 ? EINTR : nil
      }
    }

    func room(for count: Int, in path: FilePath) -> Int { count }

    func make(_ change: Change, _ body: () -> Bool) {
      let hasWorked = body()
      changes.withLock {
        $0.append("\(change)".prefix { $0 != "(" } + (hasWorked ? "" : " failed"))
      }
    }
  }

  @Test func `a call that a signal interrupts is made again`() throws {
    let directory = try FilePath.place()
    let disk = Interruptions(3)
    try Faults.with(disk, below: directory) {
      try AtomicFile.replace(directory.appending("a"), with: [1, 2], durably: false)
    }
    #expect(try directory.appending("a").contents() == [1, 2])
    #expect(disk.made == ["create", "write", "rename"])
  }

  @Test func `every kind of change is told to the device`() throws {
    let directory = try FilePath.place()
    let disk = Interruptions(0)
    try Faults.with(disk, below: directory) {
      try directory.appending("new/inner").makeDirectories()
      let open = try OpenDirectory(directory)
      let file = try open.creating("f")
      try file.write([1, 2, 3].span, at: 0)
      try file.resize(to: .bytes(2))
      try file.setMode(0o600)
      try file.synchronize()
      try open.makeSymlink("l", to: "f")
      try directory.appending("f").link(to: directory.appending("g"))
      #expect(try open.rename("f", to: "g", replacing: directory.appending("g").status()))
      try directory.appending("l").remove()
      try directory.appending("new/inner").removeDirectory()
      try open.synchronize()
    }
    #expect(
      disk.made == [
        "makeDirectory failed", "makeDirectory", "makeDirectory", "create", "write", "resize",
        "setAttributes", "synchronize", "link", "link", "exchange", "remove", "remove",
        "removeDirectory", "synchronize",
      ])
  }

  @Test func `a rename that worked and is said to have failed has worked`() throws {
    let directory = try FilePath.place()
    let target = directory.appending("target")
    try Faults.with(ForgetfulMount(), below: directory) {
      let new = try AtomicFile(in: directory)
      try new.file.write([1, 2].span, at: 0)
      try new.commit(to: target, durably: false)
    }
    #expect(try target.contents() == [1, 2])
    // One that really failed is still a failure.
    let file = try OpenFile.creating(directory.appending("gone"))
    try file.path.remove()
    #expect(throws: FileError.self) { try file.rename(to: target) }
    #expect(try target.contents() == [1, 2])
  }
}
