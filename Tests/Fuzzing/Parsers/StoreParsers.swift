import Foundation
import Platform
import Primitives
import TestSupport

@testable import ObjectStore

extension FuzzedParser {
  /// The files of a store that are read by their whole content, and packs and indexes.
  static let storeParsers: [FuzzedParser] = [
    FuzzedParser(
      "store-format", words: ["chunk-minimum ", "seed ", "generation "],
      seeds: { [StoreFormat().encoded] }
    ) { bytes in
      try verdict { try expectSame(try StoreFormat(decoding: bytes).encoded, as: bytes) }
    },
    FuzzedParser("store-id", texts: [String(repeating: "0f", count: 16) + "\n"]) { bytes in
      guard let id = StoreID(decoding: bytes) else { return .refused }
      try expectSame(id.encoded, as: bytes)
      return .accepted
    },
    FuzzedParser(
      "tree", words: [".git", ".GIT", "..", "/"],
      seeds: { try FormatPage.hexExamples(of: "tree.md") + [Tree([]).encoded()] }
    ) { bytes in
      try verdict { try expectSame(try Tree(decoding: bytes).encoded(), as: bytes) }
    },
    FuzzedParser("recipe", seeds: { try recipes() }) { bytes in
      let inner = try verdict {
        try expectSame(try Recipe(decoding: bytes, isRoot: false).encoded(), as: bytes)
      }
      let root = try verdict {
        try expectSame(try Recipe(decoding: bytes, isRoot: true).encoded(), as: bytes)
      }
      return inner == .accepted || root == .accepted ? .accepted : .refused
    },
    FuzzedParser(
      "pack-directory", seeds: { try StoreFiles.make(".pack") }, repaired: Repairs.pack
    ) { bytes in
      try TemporaryDirectory.with { directory in
        let file = directory.appending(path: "a.pack")
        try Data(bytes).write(to: file)
        return try verdict {
          let pack = try PackReader(FilePath(file.path))
          for entry in try pack.entries() {
            guard try pack.find(entry.oid) == entry else {
              throw BrokenPromise("an entry of a directory is not found")
            }
          }
        }
      }
    },
    FuzzedParser("index", seeds: { try StoreFiles.make(".idx") }, repaired: Repairs.index) {
      bytes in
      try TemporaryDirectory.with { directory in
        let file = directory.appending(path: "a.idx")
        try Data(bytes).write(to: file)
        return try verdict {
          let index = try IndexFile(
            SHA256.id(of: bytes.span), at: FilePath(file.path), serial: 1, table: PackTable(),
            pages: PageCache(pages: 128), files: FileCache(capacity: 4))
          for number in 0..<min(index.entryCount, 200) {
            let entry = try index.entry(at: number)
            _ = try index.firstCopy(of: entry.oid) { _ in false }
          }
        }
      }
    },
    FuzzedParser("store", seeds: { try StoreFiles.make(".pack") }, repaired: Repairs.pack) {
      bytes in
      try TemporaryDirectory.with { try StoreFiles.readAll(bytes, in: FilePath($0.path)) }
    },
  ]

  private static func recipes() throws -> [[UInt8]] {
    let parts = (1...5).map { Recipe.Part(id: .empty, length: $0 * 20_000) }
    let long = (0..<20).map { _ in Recipe.Part(id: .empty, length: 10 << 20) }
    let states = [SHA256State](repeating: .initial, count: 3)
    return try FormatPage.hexExamples(of: "recipe.md") + [
      Recipe(level: 0, parts: parts).encoded(), Recipe(level: 3, parts: parts).encoded(),
      Recipe(level: 1, parts: long, states: states).encoded(),
    ]
  }
}

/// Small stores: what is in them, and what a hostile one does to who reads it.
private enum StoreFiles {
  /// Cuts small, so that a few kilobytes make a recipe.
  private static let format = StoreFormat(
    limits: Chunker.Limits(
      minimum: .bytes(512), average: .bytes(1_024), maximum: .bytes(4_096)) ?? .standard)

  /// The files with such a name, of a store with a directory, a text and a large file.
  static func make(_ suffix: String) throws -> [[UInt8]] {
    try TemporaryDirectory.with { directory in
      let root = FilePath(directory.path).appending("store")
      let store = try ObjectStore.create(at: root, format: format)
      let writer = try store.writer()
      let text = try writer.add(Array("one\n".utf8), class: .data)
      let table = sampleCSV(rows: 300, seed: 1)
      let large = try writer.add(table, class: .data)
      let inner = try writer.add(
        Tree([TreeEntry(kind: .file, id: text, size: .bytes(4), files: 1, name: "a.txt")]))
      _ = try writer.add(
        Tree([
          TreeEntry(kind: .directory, id: inner, size: .bytes(4), files: 1, name: "inner"),
          TreeEntry(
            kind: .file, id: large, size: .bytes(table.count), files: 1, name: "table.csv"),
        ]))
      try writer.finish(durably: false)
      let names = FileManager.default.enumerator(atPath: directory.path)?.allObjects ?? []
      return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
        .map { try Array(Data(contentsOf: directory.appending(path: $0))) }
    }
  }

  /// Opens a store whose one pack is hostile, and reads everything that it names.
  static func readAll(_ pack: [UInt8], in directory: FilePath) throws -> FuzzedParser.Verdict {
    let root = directory.appending("store")
    _ = try ObjectStore.create(at: root, format: format)
    let id = SHA256.id(of: pack.span)
    let layout = StoreLayout(root: root, sharing: .umask)
    try layout.packDirectory(of: id).makeDirectories()
    try OpenFile.creating(layout.pack(id)).write(pack.span, at: 0)
    let store = try ObjectStore.open(at: root)
    return try FuzzedParser.verdict {
      var problem: StoreError?
      for entry in try PackReader(layout.pack(id)).entries().prefix(64) {
        do throws(StoreError) {
          _ = try store.containsWhole(entry.oid)
          try store.read(entry.oid) { _ throws(StoreError) in }
          _ = try store.tree(entry.oid)
        } catch {
          if case .invalidTree = error { continue }
          problem = error
        }
      }
      _ = try Verification(store).run()
      if let problem { throw problem }
    }
  }
}
