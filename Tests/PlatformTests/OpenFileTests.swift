import Glibc
import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct OpenFileTests {
  @Test func `reads and writes name their own place`() throws {
    let file = try OpenFile.creating(try FilePath.place().appending("file"))
    try file.write([1, 2, 3].span, at: 5)
    #expect(try file.status().size == .bytes(8))
    #expect(try file.bytes(.bytes(8), at: 0) == [0, 0, 0, 0, 0, 1, 2, 3])
    #expect(try file.upTo(.bytes(100), at: 6) == [2, 3])
    #expect(try file.upTo(.bytes(100), at: 8) == [])
    let error = #expect(throws: FileError.self) { try file.bytes(.bytes(4), at: 6) }
    #expect(error?.code == nil && error?.operation == .read)
    #expect(error?.description.hasSuffix("it ends too early") == true)
  }

  @Test func `a new file takes no name that is taken, not even by a symlink`() throws {
    let place = try FilePath.place()
    try place.appending("file").make([1])
    try Program.succeed("ln", ["-s", "nowhere", place.appending("link").bytes])
    for name in ["file", "link"] {
      let error = #expect(throws: FileError.self) {
        _ = try OpenFile.creating(place.appending(name))
      }
      #expect(error?.isExisting == true)
    }
    #expect(throws: FileError.self) { _ = try OpenFile.forUpdating(place.appending("link")) }
    #expect(try place.names() == ["file", "link"])
  }

  @Test func `a symlink is followed only where that is wanted`() throws {
    let place = try FilePath.place()
    try place.appending("file").make([7])
    try Program.succeed("ln", ["-s", "file", place.appending("link").bytes])
    #expect(try OpenFile.forReading(place.appending("link")).upTo(.bytes(9), at: 0) == [7])
    let error = #expect(throws: FileError.self) {
      _ = try OpenFile.forReading(place.appending("link"), followingSymlink: false)
    }
    #expect(error?.isSymlink == true)
  }

  @Test func `a pipe in a file's place blocks nobody`() throws {
    let pipe = try FilePath.place().appending("pipe")
    try Program.succeed("mkfifo", [pipe.bytes])
    #expect(try OpenFile.forReading(pipe).status().kind == .special)
  }

  @Test func `bytes are copied inside the kernel where it can`() throws {
    let place = try FilePath.place()
    let bytes = sampleBytes(count: 100_000, seed: 2)
    try place.appending("old").make(bytes)
    let old = try OpenFile.forReading(place.appending("old"))
    let new = try OpenFile.creating(place.appending("new"))
    if try new.copy(50_000, from: old, at: 10_000, to: 3) {
      #expect(try new.bytes(.bytes(50_000), at: 3) == Array(bytes[10_000..<60_000]))
    }
    #expect(try new.copy(10, from: old, at: 100_000, to: 0) == false)
  }

  @Test func `times and modes are set to the nanosecond and the bit`() throws {
    let file = try OpenFile.creating(try FilePath.place().appending("file"))
    for time in [1_767_323_045_123_456_789, -1_500_000_000] as [Int64] {
      try file.setModified(Timestamp(nanoseconds: time))
      #expect(try file.status().modified.nanoseconds == time)
    }
    try file.setMode(0o750)
    #expect(try file.status().mode == 0o750)
    #expect(try file.status().isExecutable)
    try file.setMode(0o640)
    #expect(try !file.status().isExecutable)
  }

  @Test func `a store through a mapping moves the times once writers were settled`() throws {
    let path = try FilePath.place().appending("mapped")
    try path.make([UInt8](repeating: 1, count: 8_192))
    // A file system in memory has no pages that are clean: nothing there moves the times.
    let kind = try Program.succeed("stat", ["-f", "-c", "%T", path.bytes]).line
    guard kind != "tmpfs" else { return }

    let descriptor = unsafe open("\(path)", O_RDWR)
    defer { _ = close(descriptor) }
    let pages = unsafe mmap(nil, 8_192, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let bytes = unsafe pages, unsafe bytes != MAP_FAILED else {
      Issue.record("mmap: \(errno)")
      return
    }
    defer { _ = unsafe munmap(bytes, 8_192) }
    unsafe bytes.storeBytes(of: 2, as: UInt8.self)
    let file = try OpenFile.forReading(path)
    file.settleWriters()
    let before = try file.status()
    Clock.sleep(milliseconds: 20)
    unsafe bytes.storeBytes(of: 3, as: UInt8.self)
    #expect(try path.status().modified > before.modified)
  }

  /// Waits for a lease: programs that other tests start have our files for a moment.
  private func takeLease(on file: borrowing OpenFile) -> Bool {
    for _ in 0..<10_000 {
      if file.takeLease() { return true }
      Clock.sleep(milliseconds: 1)
    }
    return false
  }

  @Test func `a lease is for who is alone with a file, and shows who waits for it`() throws {
    let place = try FilePath.place()
    let path = place.appending("file")
    try path.make([UInt8](repeating: 1, count: 8_192))
    let kind = try Program.succeed("stat", ["-f", "-c", "%T", path.bytes]).line
    guard ["ext2/ext3", "xfs", "btrfs", "tmpfs"].contains(kind) else { return }
    let file = try OpenDirectory(place).updating("file")
    var isHeld = takeLease(on: file) && file.hasLeaseUnbroken
    #expect(isHeld)
    // `open` with O_NONBLOCK, as all of ours, does not wait.
    let error = #expect(throws: FileError.self) { _ = try OpenFile.forReading(path) }
    #expect(error?.code == EWOULDBLOCK)
    isHeld = file.hasLeaseUnbroken
    #expect(!isHeld)
    file.giveLeaseBack()
    let reader = try OpenFile.forReading(path)
    let isTaken = file.takeLease()
    #expect(!isTaken)
    #expect(try reader.status().size == .bytes(8_192))
  }

  @Test func `a lease is refused while somebody has the file mapped`() throws {
    let place = try FilePath.place()
    try place.appending("file").make([UInt8](repeating: 1, count: 8_192))
    let file = try OpenDirectory(place).updating("file")
    let other = unsafe open("\(place)/file", O_RDONLY)
    let pages = unsafe mmap(nil, 8_192, PROT_READ, MAP_SHARED, other, 0)
    close(other)
    defer { _ = unsafe munmap(pages, 8_192) }
    let isTaken = file.takeLease()
    #expect(!isTaken)
  }

  @Test func `a clone has all bytes, or none where blocks cannot be shared`() throws {
    let place = try FilePath.place()
    let bytes = sampleBytes(count: 100_000, seed: 1)
    try place.appending("file").make(bytes)
    let source = try OpenFile.forReading(place.appending("file"))
    let copy = try OpenFile.creating(place.appending("copy"))
    let isCloned = try copy.clone(source)
    #expect(try copy.contents(limit: .mebibytes(1)) == (isCloned ? bytes : []))
  }

  @Test func `a full disk is said as such`() throws {
    let file = try OpenFile.forUpdating(FilePath("/dev/full"))
    let error = #expect(throws: FileError.self) { try file.write([1].span, at: 0) }
    #expect(error?.isNoSpace == true)
    #expect(error?.description == "Cannot write '/dev/full': No space left on device")
  }
}
