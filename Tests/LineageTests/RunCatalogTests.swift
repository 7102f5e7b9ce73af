internal import Lineage
internal import Platform
internal import Primitives
internal import TestSupport
internal import Testing

@Suite(.temporaryDirectory) struct RunCatalogTests {
  private let path: FilePath

  init() throws { path = FilePath(try TemporaryDirectory.requiredPath()).appending("runs") }

  private func catalog() -> RunCatalog { RunCatalog(RunDirectory(path), git: nil) }

  @Test func `runs are listed from the oldest to the newest, with and without an index`() throws {
    let ids = try [3, 1, 2].map { try catalog().add(SampleRecord.make(lr: 0.1, number: $0)) }
    let listed = try catalog().summaries()
    #expect(listed.map(\.id) == [ids[1], ids[2], ids[0]])
    try path.parent.appending("runs.idx").remove()
    #expect(try catalog().summaries() == listed)
    #expect(try catalog().summaries() == listed)
  }

  @Test func `a listing has all but inputs and outputs, whatever those are`() throws {
    for number in 0..<3 {
      var record = SampleRecord.make(lr: 0.1, number: number)
      record.inputs[0].tracked = number == 0 ? nil : record.inputs[0].tracked
      record.inputs[0].read = number == 2 ? RunObject(oid: .empty, size: .bytes(1)) : nil
      try catalog().add(record)
    }
    let listing = try catalog().listing()
    let whole = try catalog().summaries()
    #expect(listing.map(\.id) == whole.map(\.id))
    #expect(listing.map(\.metrics) == whole.map(\.metrics))
    #expect(listing.map(\.invocation) == whole.map(\.invocation))
    #expect(listing.allSatisfy { $0.inputs.isEmpty && $0.outputs.isEmpty })
    #expect(whole.allSatisfy { $0.inputs.count == 1 && $0.outputs.count == 1 })
    let both = catalog()
    #expect(try both.listing() == listing)
    #expect(try both.summaries() == whole)
    #expect(try both.listing() == whole)
  }

  @Test func `a listing without an index leaves a whole one behind`() throws {
    for number in 0..<3 { try catalog().add(SampleRecord.make(lr: 0.1, number: number)) }
    let whole = try catalog().summaries()
    try path.parent.appending("runs.idx").remove()
    #expect(try catalog().listing().map(\.id) == whole.map(\.id))
    #expect(try catalog().summaries() == whole)
  }

  @Test(arguments: [0, 4, 30, 200])
  func `an index that was cut or damaged costs nothing but time`(offset: Int) throws {
    for number in 0..<3 { try catalog().add(SampleRecord.make(lr: 0.1, number: number)) }
    let listed = try catalog().summaries()
    let index = path.parent.appending("runs.idx")
    var bytes = try index.contents()
    bytes[offset] ^= 0xFF
    try AtomicFile.replace(index, with: bytes, durably: false)
    #expect(try catalog().summaries() == listed)
    try AtomicFile.replace(index, with: Array(bytes.prefix(offset)), durably: false)
    #expect(try catalog().summaries() == listed)
  }

  @Test func `a run is found by the beginning of its id, by its invocation and by its name`() throws
  {
    let record = SampleRecord.make(lr: 0.25, number: 1)
    let id = try catalog().add(record)
    try catalog().add(SampleRecord.make(lr: 0.5, number: 2))
    for word in [id.hex, String(id.hex.prefix(6)), record.invocation, "lr-0.25"] {
      #expect(try catalog().run(named: ByteString(word)).id == id)
    }
    #expect(throws: LineageError.self) { try catalog().run(named: "lr-3") }
  }

  @Test func `a record that was changed is told, and the others are listed`() throws {
    let good = try catalog().add(SampleRecord.make(lr: 0.1, number: 1))
    let bad = try catalog().add(SampleRecord.make(lr: 0.1, number: 2))
    let file = path.appending(RunDirectory.name(of: bad))
    var bytes = try file.contents()
    bytes[10] ^= 1
    try AtomicFile.replace(file, with: bytes, durably: false)
    try path.parent.appending("runs.idx").remove()
    #expect(try catalog().summaries().map(\.id) == [good])
    #expect(try catalog().problems().map(\.id) == [bad])
    #expect(throws: LineageError.self) { try catalog().record(bad) }
  }

  @Test func `runs are listed where the one that died cannot be made a record`() throws {
    let id = try catalog().add(SampleRecord.make(lr: 0.1, number: 1))
    var record = SampleRecord.make(lr: 0.1, number: 2)
    record.state = .interrupted
    abandon(try catalog().journals.begin(record, in: path, using: []))
    let lock = path.appending("live").appending("lock")
    try lock.remove()
    try lock.makeDirectories()
    #expect(try catalog().summaries().map(\.id) == [id])
    try lock.removeDirectory()
    #expect(try catalog().summaries().count == 2)
  }

  @Test func `a journal leads nowhere but to its own file, and what is none is left alone`() throws
  {
    var record = SampleRecord.make(lr: 0.1, number: 1)
    record.state = .interrupted
    let journals = catalog().journals
    abandon(try journals.begin(record, in: path, using: []))
    let live = path.appending("live")
    let journal = live.appending(ByteString("\(record.invocation).json"))
    let text = String(decoding: try journal.contents(), as: UTF8.self)
    let parts = text.split(separator: record.invocation)
    try AtomicFile.replace(
      journal, with: Array(parts.joined(separator: "../../victim").utf8), durably: false)
    let victim = path.parent.appending("victim.json")
    try AtomicFile.replace(victim, with: [], durably: false)
    try victim.link(to: live.appending("empty.json"))
    try live.appending("directory.json").makeDirectories()
    #expect(try catalog().summaries().count == 1)
    #expect(try victim.statusIfPresent() != nil)
    #expect(try journal.statusIfPresent() == nil)
    #expect(try catalog().summaries().count == 1)
  }

  @Test func `a journal that nobody holds becomes a record, and one that is held does not`() throws
  {
    var record = SampleRecord.make(lr: 0.1, number: 1)
    record.state = .interrupted
    let journals = catalog().journals
    let paths = [SampleRecord.path("models")]
    let journal = try journals.begin(record, in: path, using: paths)
    #expect(try catalog().summaries().isEmpty)
    #expect(try journals.live().map(\.invocation) == [record.invocation])
    var other = SampleRecord.make(lr: 0.1, number: 2)
    #expect(throws: LineageError.self) {
      _ = try journals.begin(other, in: path, using: [SampleRecord.path("models/m.bin")])
    }
    other.state = .interrupted
    try journals.begin(other, in: path.parent, using: paths).end()
    record.reason = "as far as it is known"
    try journal.write(record)
    abandon(journal)
    // A process that another test forks holds the lock, too, until it has become another program.
    for _ in 0..<100 where try catalog().summaries().isEmpty { try Program.succeed("true", []) }
    #expect(try catalog().summaries().map(\.invocation) == [record.invocation])
    #expect(try catalog().record(try catalog().summaries()[0].id).reason == record.reason)
  }

  /// Goes away without a word, as a process that is killed does.
  private func abandon(_ journal: consuming RunJournal) {
    _ = journal
  }
}
