internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import TestSupport
internal import Testing

@Suite(.temporaryDirectory) struct ContentSearchTests {
  private let directory: FilePath
  private let store: ObjectStore

  init() throws {
    directory = FilePath(try TemporaryDirectory.requiredPath())
    store = try ObjectStore.create(at: directory.appending("store"))
  }

  // MARK: - Making

  private func add(_ bytes: [UInt8]) throws -> ObjectID {
    let writer = try store.writer()
    let id = try writer.add(bytes, class: .data)
    _ = try writer.finish(durably: false)
    return id
  }

  private func tree(_ files: [(String, [UInt8])]) throws -> ObjectID {
    var entries: [TreeEntry] = []
    for (name, bytes) in files {
      entries.append(
        TreeEntry(
          kind: .file, id: try add(bytes), size: .bytes(bytes.count), name: ByteString(name)))
    }
    return try add(Tree(entries))
  }

  private func add(_ tree: Tree) throws -> ObjectID {
    let writer = try store.writer()
    let id = try writer.add(tree)
    _ = try writer.finish(durably: false)
    return id
  }

  private func probe(_ bytes: [UInt8], range: Range<Int>? = nil) throws -> ContentProbe {
    let path = directory.appending("probe")
    try AtomicFile.replace(path, with: bytes, durably: false)
    return try ContentProbe(OpenFile.forReading(path), range: range, in: store)
  }

  private func search(_ bytes: [UInt8], in tree: ObjectID) throws -> ContentSearch {
    var search = ContentSearch(for: try probe(bytes), in: store)
    search.look(at: tree, isTree: true, size: .zero)
    return search
  }

  private func random(_ count: Int, seed: UInt64) -> [UInt8] {
    [UInt8](sampleBytes(count: count, seed: seed))
  }

  // MARK: - Tests

  @Test(arguments: [0, 1, 4_096, 16_384, 262_144, 262_145, 5_000_000, 9_000_001])
  func `a file is cut where the store cuts it`(count: Int) throws {
    let bytes = random(count, seed: 7)
    let id = try add(bytes)
    let path = directory.appending("file")
    try AtomicFile.replace(path, with: bytes, durably: false)
    var cut: [ObjectID] = []
    var end = 0
    let whole = try store.cut(OpenFile.forReading(path)) { chunk in
      #expect(chunk.range.lowerBound == end)
      end = chunk.range.upperBound
      cut.append(chunk.id)
    }
    #expect(whole.id == id)
    #expect(end == count)
    var stored: [ObjectID] = []
    try store.forEachChunk(of: id) { chunk, _ in stored.append(chunk) }
    #expect(cut == (count == 0 ? [] : stored))
  }

  @Test func `the same file is found under every name, whatever its size`() throws {
    for bytes in [[], [1], random(2_000_000, seed: 1)] as [[UInt8]] {
      let tree = try tree([("a", bytes), ("b", bytes), ("c", random(100_000, seed: 9))])
      let search = try search(bytes, in: tree)
      let matches = search.matches()
      #expect(matches.count == 1)
      #expect(matches.first?.isSame == true)
      let places = search.places(of: try #require(matches.first).id)
      #expect(Set(places.map(\.path.description)) == ["a", "b"])
    }
  }

  @Test func `a file inside a larger one, and one with a change, share their chunks`() throws {
    let bytes = random(2_000_000, seed: 1)
    var changed = bytes
    changed[1_000_000] ^= 1
    let tree = try tree([
      ("larger", random(700_000, seed: 2) + bytes + random(700_000, seed: 3)),
      ("changed", changed), ("other", random(2_000_000, seed: 4)),
    ])
    let search = try search(bytes, in: tree)
    let matches = search.matches(scanningFor: bytes)
    #expect(matches.count == 2)
    for match in matches {
      #expect(!match.isSame)
      #expect(match.shared > .bytes(1_200_000) && match.shared < .bytes(2_000_000))
      let name = search.places(of: match.id).map(\.path.description)
      #expect(name == (match.offset == 700_000 ? ["larger"] : ["changed"]))
      #expect(match.offset == 700_000 || match.offset == nil)
    }
  }

  @Test func `a part of a file is looked for alone`() throws {
    let bytes = random(2_000_000, seed: 1)
    let tree = try tree([("end", Array(bytes[1_000_000...]))])
    func matches(_ range: Range<Int>) throws -> [ContentSearch.Match] {
      var search = ContentSearch(for: try probe(bytes, range: range), in: store)
      search.look(at: tree, isTree: true, size: .zero)
      return search.matches()
    }
    #expect(try matches(0..<500_000).isEmpty)
    #expect(try matches(1_600_000..<1_700_000).first?.shared == .bytes(100_000))
    #expect(try matches(1_990_000..<9_000_000).first?.shared == .bytes(10_000))
  }

  @Test func `zeros, and what is in many files, say nothing`() throws {
    let zeros = [UInt8](repeating: 0, count: 3_000_000)
    #expect(try search(zeros + [1], in: tree([("zeros", zeros)])).matches().isEmpty)
    let common = random(1_000_000, seed: 5)
    var files: [(String, [UInt8])] = []
    for number in 0..<20 { files.append(("\(number)", common + [UInt8(number)])) }
    #expect(try search(common + [99], in: tree(Array(files.prefix(16)))).matches().count == 16)
    #expect(try search(common + [99], in: tree(files)).matches().isEmpty)
  }

  @Test func `what is not in the store is counted, and the rest is searched`() throws {
    let bytes = random(500_000, seed: 6)
    let gone = TreeEntry(
      kind: .directory, id: SampleRecord.id("gone"), size: .bytes(5), files: 1, name: "gone")
    let lost = TreeEntry(
      kind: .file, id: SampleRecord.id("lost"), size: .bytes(1 << 20), name: "lost")
    let file = TreeEntry(
      kind: .file, id: try add(bytes), size: .bytes(bytes.count), name: "kept")
    let search = try search(bytes, in: add(Tree([gone, lost, file])))
    #expect(search.unread == [gone.id, lost.id])
    #expect(search.matches().count == 1)
  }

  @Test func `directories may be nested two thousand deep`() throws {
    let bytes = random(10_000, seed: 8)
    var id = try tree([("file", bytes)])
    let writer = try store.writer()
    for _ in 0..<2_000 {
      id = try writer.add(
        Tree([
          TreeEntry(
            kind: .directory, id: id, size: .bytes(bytes.count), files: 1, name: "d")
        ]))
    }
    _ = try writer.finish(durably: false)
    let search = try search(bytes, in: id)
    let place = try #require(search.places(of: SHA256.id(of: bytes.span)).first)
    #expect(place.path.components.count == 2_001)
  }
}

@Suite struct ByteSearchTests {
  @Test func `bytes are found where they are first, however the content is cut`() {
    let content = [UInt8](sampleBytes(count: 3_000, seed: 1)).map { $0 % 3 }
    for length in [1, 2, 5, 9, 40] {
      for start in stride(from: 0, to: 2_900, by: 97) {
        let needle = Array(content[start..<start + length])
        let first = (0...content.count - length).first {
          content[$0..<$0 + length].elementsEqual(needle)
        }
        for size in [1, 7, 1_000, 5_000] {
          var search = ByteSearch(needle)
          for piece in stride(from: 0, to: content.count, by: size) {
            search.take(Array(content[piece..<min(piece + size, content.count)]).span)
          }
          #expect(search.found == first)
        }
      }
    }
  }

  @Test func `what is not there is not found, and zeros in zeros take no longer`() {
    var search = ByteSearch([UInt8](repeating: 0, count: 200_000) + [1])
    search.take([UInt8](repeating: 0, count: 1_000_000).span)
    #expect(search.found == nil)
    search.take([1])
    #expect(search.found == 800_000)
  }
}

extension ByteSearch {
  fileprivate mutating func take(_ bytes: [UInt8]) { take(bytes.span) }
}
