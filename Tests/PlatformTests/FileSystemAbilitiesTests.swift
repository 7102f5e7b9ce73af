import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct FileSystemAbilitiesTests {
  @Test func `what is tried leaves nothing behind, and comes to what the shell finds`() throws {
    let place = try FilePath.place()
    let abilities = try DirectoryAbilities.probe(place)
    #expect(try place.names() == [])
    #expect(abilities.syncTime > 0)
    if let tick = abilities.tick { #expect(tick > 0) }
    let script = ": >\"$1/probe-a\"; test -e \"$1/PROBE-A\"; echo $?; rm \"$1/probe-a\""
    let found = try Program.succeed("sh", ["-c", ByteString(script), "sh", place.bytes]).line
    #expect(abilities.foldsCase == (found == "0"))
    let locks = try Program.run("flock", ["-n", place.appending("lock").bytes, "true"])
    if locks.status != 127 { #expect(abilities.canLock == (locks.status == 0)) }
  }

  @Test func `a mount without locks is found out`() throws {
    let place = try FilePath.place()
    let lockless = try Faults.with(LocklessMount(), below: place) {
      try DirectoryAbilities.probe(place)
    }
    #expect(!lockless.canLock)
    let usual = try DirectoryAbilities.probe(place)
    #expect(usual.canLock)
  }

  @Test(arguments: [FileError.Operation.write, .sync, .status])
  func `a disk that fails is said, and keeps nothing`(operation: FileError.Operation) throws {
    let place = try FilePath.place()
    let disk = FailingCalls(of: operation)
    Faults.with(disk, below: place) {
      let error = #expect(throws: FileError.self) { try DirectoryAbilities.probe(place) }
      #expect(error?.operation == operation)
    }
    #expect(try place.names() == [])
    #expect(throws: FileError.self) { try DirectoryAbilities.probe(place.appending("nothing")) }
  }

  @Test func `a file system tells its kind and its room`() throws {
    let system = try FileSystem(of: FilePath.place())
    #expect(system.free <= system.size && system.size > .zero)
    let place = try TemporaryDirectory.requiredPath()
    let words = try Program.succeed("stat", ["-f", "-c", "%t %S %a %b", place]).line
      .split(separator: " ")
    #expect(String(system.kind, radix: 16) == words[0])
    let unit = try #require(Int(words[1]))
    #expect(system.size.bytes == unit * (try #require(Int(words[3]))))
    let memory = FilePath("/dev/shm")
    if (try? memory.status()) != nil {
      let system = try FileSystem(of: memory)
      #expect(system.name == "tmpfs" && !system.isNetwork)
    }
    #expect(throws: FileError.self) { try FileSystem(of: FilePath("/no/such/place")) }
  }
}

/// A disk on which one kind of call does not work.
private final class FailingCalls: FaultyDevice {
  private let operation: FileError.Operation

  init(of operation: FileError.Operation) { self.operation = operation }

  func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
    operation == self.operation ? EIO : nil
  }

  func room(for count: Int, in path: FilePath) -> Int { count }
}
