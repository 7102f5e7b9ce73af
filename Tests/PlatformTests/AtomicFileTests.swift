import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct AtomicFileTests {
  @Test func `nothing has the name before the commit, and nothing else after it`() throws {
    let place = try FilePath.place()
    let target = place.appending("file")
    let new = try AtomicFile(in: place)
    try new.file.write([1, 2].span, at: 0)
    #expect(try target.statusIfPresent() == nil)
    #expect(
      try place.names().allSatisfy { $0.bytes.starts(with: AtomicFile.temporaryPrefix.bytes) })
    try new.commit(to: target, durably: true)
    #expect(try place.names() == ["file"])
    #expect(try target.contents() == [1, 2])
  }

  @Test func `an owner that gives up leaves nothing behind`() throws {
    let place = try FilePath.place()
    do {
      let new = try AtomicFile(in: place)
      try new.file.write([1].span, at: 0)
    }
    #expect(try place.names() == [])
  }

  @Test func `a commit that fails changes nothing`() throws {
    let place = try FilePath.place()
    try place.appending("taken/inside").makeDirectories()
    #expect(throws: FileError.self) {
      try AtomicFile(in: place).commit(to: place.appending("taken"), durably: false)
    }
    #expect(try place.names() == ["taken"])
    #expect(try place.appending("taken").names() == ["inside"])
  }

  @Test func `replacing keeps the mode of the file`() throws {
    let path = try FilePath.place().appending("file")
    try AtomicFile.replace(path, with: [1], mode: 0o600, durably: false)
    #expect(try path.status().mode == 0o600)
    try OpenFile.forReading(path).setMode(0o640)
    try AtomicFile.replace(path, with: [2, 3], durably: true)
    #expect(try path.contents() == [2, 3])
    #expect(try path.status().mode == 0o640)
  }

  @Test func `temporary names differ`() {
    #expect(AtomicFile.isTemporaryName(AtomicFile.temporaryName()))
    for name: ByteString in [".shale-tmp-", ".shale-tmp-notes", ".shale-tmp-0123456789abcde"] {
      #expect(!AtomicFile.isTemporaryName(name))
    }
    #expect(Set((0..<100).map { _ in AtomicFile.temporaryName() }).count == 100)
  }

  @Test
  func `a file that is locked is on disk before it has its name, and takes what a crash left`()
    throws
  {
    let directory = try FilePath.place()
    let name = AtomicFile.temporaryName()
    try AtomicFile.replace(directory.appending("a"), with: [1], durably: false)
    try AtomicFile.replace(directory.appending(name), with: [9, 9], durably: false)
    let log = CallLog()
    try Faults.with(log, below: directory) {
      try OpenDirectory(directory).replaceLocked("a", with: [2], temporary: name)
    }
    #expect(
      log.calls.map(\.operation) == [.remove, .create, .write, .changeMode, .sync, .rename])
    #expect(try directory.appending("a").contents() == [2])
    #expect(try directory.names() == ["a"])
  }
}
