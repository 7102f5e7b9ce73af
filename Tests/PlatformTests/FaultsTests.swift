import Foundation
import Platform
import Primitives
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
