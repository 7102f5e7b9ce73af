import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct TombstoneTests {
  static let id = ObjectID(hex: String(repeating: "1f0e2d3c4b5a69788796a5b4c3d2e1f0", count: 2))

  private func tombstone(
    _ state: Tombstone.State = .forgotten, date: Int = 1_767_323_045, of id: ObjectID? = id,
    author: ByteString = "Ada <ada@example.com>", reason: ByteString = "Consent was withdrawn"
  ) throws -> Tombstone {
    Tombstone(
      try #require(id), state, size: .bytes(307_200), date: date, author: author, reason: reason)
  }

  private func store() throws -> ObjectStore {
    try ObjectStore.create(at: FilePath(try TemporaryDirectory.required().path).appending("store"))
  }

  @Test func `the example of the format page is what is written, and is read`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/format/store.md"), encoding: .utf8)
    let bytes = try tombstone().encoded()
    #expect(page.contains("```text\n\(String(decoding: bytes, as: UTF8.self))```"))
    #expect(try Tombstone(decoding: bytes) == tombstone())
  }

  @Test func `names and reasons of any bytes are read as they were written`() throws {
    for text in [ByteString([]), ByteString([0, 10, 13, 27, 37, 127, 255]), "  two  "] {
      let original = try tombstone(author: text, reason: text)
      #expect(try Tombstone(decoding: original.encoded()) == original)
    }
  }

  @Test func `what breaks a rule says nothing`() throws {
    let good = String(decoding: try tombstone().encoded(), as: UTF8.self)
    func expectRefused(_ old: String, _ new: String) {
      // The checksum is that of the changed text: the rule alone refuses it.
      let body = good.replacing(old, with: new).split(separator: "checksum ")[0]
      let sum = SHA256.id(of: Array(body.utf8).span).hex
      #expect(throws: RootLines.Flaw.self, "\(new)") {
        try Tombstone(decoding: Array("\(body)checksum \(sum)\n".utf8))
      }
    }
    expectRefused("state forgotten", "state gone")
    expectRefused("size 307200", "size -1")
    expectRefused("size 307200", "size 0307200")
    expectRefused(try #require(Self.id).hex, ObjectID.empty.hex)
    expectRefused("reason ", "note x\nreason ")
    expectRefused("author Ada", "author \u{1B}Ada")
    expectRefused("reason Consent", "reason " + String(repeating: "x", count: 4_097))
    expectRefused("shale tombstone 1", "shale tombstone 2")
    let bytes = Array(good.utf8)
    for index in stride(from: 0, to: bytes.count, by: 5) {
      var damaged = bytes
      damaged[index] ^= 0x04
      #expect(throws: RootLines.Flaw.self, "byte \(index)") { try Tombstone(decoding: damaged) }
    }
  }

  @Test func `of two the later one counts, and of one date the one that forgets`() throws {
    let early = try tombstone(date: 5)
    let late = try tombstone(.lifted, date: 6)
    #expect(late.supersedes(early) && !early.supersedes(late))
    let same = try tombstone(.lifted, date: 5)
    #expect(early.supersedes(same) && !same.supersedes(early) && !early.supersedes(early))
    let store = try store()
    #expect(try store.take([early]).count == 1)
    #expect(try store.take([same, early]).isEmpty)
    #expect(store.tombstone(of: early.id) == early)
    #expect(try store.take([late]).count == 1)
    #expect(store.tombstone(of: early.id) == nil)
    let again = try ObjectStore.open(at: store.root)
    #expect(again.tombstone(of: early.id) == nil)
    #expect(try again.tombstones().all[early.id] == late)
    #expect(try again.take([early]).isEmpty, "an older one does not come back")
  }

  @Test func `files that are no tombstones are named, and keep no other from being read`() throws {
    let store = try store()
    let good = try tombstone()
    try store.take([good])
    let home = store.root.appending("roots/forgotten")
    let other = SHA256.id(of: [1, 2, 3].span)
    let large = [UInt8](repeating: 65, count: 40 << 10)
    let files: [(String, [UInt8])] = [
      ("1f/\(other.hex)", good.encoded()), ("zz/nonsense", Array("nonsense".utf8)),
      ("00/\(String(repeating: "0", count: 64))", large),
    ]
    for (name, bytes) in files {
      let path = home.appending(ByteString(name))
      try path.parent.makeDirectories()
      try AtomicFile.replace(path, with: bytes, durably: false)
    }
    let read = try ObjectStore.open(at: store.root).tombstones()
    #expect(read.forgotten == [good.id])
    #expect(Set(read.damaged.map(\.name)) == Set(files.map { FilePath("/\($0.0)").name }))
  }

  @Test func `a tombstone of a newer version is refused by name`() throws {
    let store = try store()
    let text = String(decoding: try tombstone().encoded(), as: UTF8.self)
    let body = text.replacing("tombstone 1", with: "tombstone 2").split(separator: "checksum ")[0]
    let path = store.root.appending("roots/forgotten/1f/\(try #require(Self.id).hex)")
    try path.parent.makeDirectories()
    try AtomicFile.replace(path, with: Array(body.utf8), durably: false)
    #expect(throws: StoreError.self) { try ObjectStore.open(at: store.root).tombstones() }
  }

  @Test func `a forgotten content is refused before a byte of it is stored`() throws {
    let store = try store()
    let bytes = sampleBytes(count: 300_000, seed: 1)
    let other = sampleBytes(count: 300_000, seed: 2)
    let id = SHA256.id(of: bytes.span)
    try store.take([
      Tombstone(id, .forgotten, size: .bytes(bytes.count), date: 1, author: "", reason: "")
    ])
    let directory = FilePath(try TemporaryDirectory.required().path)
    let files = [("gone", bytes), ("stays", other)]
    for (name, bytes) in files {
      try AtomicFile.replace(
        directory.appending(ByteString(name)), with: bytes, durably: false)
    }
    let writer = try store.writer()
    #expect(throws: StoreError.self) { try writer.add(bytes, class: .data) }
    let outcomes = Outcomes()
    try writer.addFiles(
      2, progress: nil,
      open: { number throws(FileError) in
        try OpenFile.forReading(directory.appending(ByteString(files[number].0)))
      },
      done: { number, outcome in outcomes.add(number, outcome) })
    try writer.finish(durably: false)
    guard case .failure(.forgotten(let tombstone)) = outcomes[0] else {
      Issue.record("the content is refused")
      return
    }
    #expect(tombstone.id == id)
    guard case .success = outcomes[1] else {
      Issue.record("another content of the same size is not")
      return
    }
    #expect(try !store.contains(id))
    let place = try TemporaryDirectory.required().appending(path: "store")
    let traces = [0, 100_000, 299_000].map { Array(bytes[$0..<$0 + 32]) }
    #expect(try !place.holds(anyOf: traces))
  }
}

/// What became of files, by their numbers.
private final class Outcomes: Sendable {
  private let all = Mutex<[Int: Result<AddedFile, StoreError>]>([:])

  func add(_ number: Int, _ outcome: Result<AddedFile, StoreError>) {
    all.withLock { $0[number] = outcome }
  }

  subscript(number: Int) -> Result<AddedFile, StoreError>? { all.withLock { $0[number] } }
}
