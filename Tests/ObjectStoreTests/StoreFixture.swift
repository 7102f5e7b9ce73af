import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// A store in the directory of the running test, and ways to fill and damage it.
struct StoreFixture {
  let root: FilePath
  var options = RecordStore.Options()

  /// Small sizes, so that a few kilobytes make several packs and pages.
  init(name: String = "store", _ adjust: (inout RecordStore.Options) -> Void = { _ in }) throws {
    root = FilePath(try TemporaryDirectory.required().path).appending(name)
    options.cachedPages = 128
    adjust(&options)
  }

  /// The same store, opened with other sizes.
  init(root: FilePath, _ adjust: (inout RecordStore.Options) -> Void) {
    self.root = root
    options.cachedPages = 128
    adjust(&options)
  }

  func open() throws -> RecordStore { try RecordStore.create(at: root, options: options) }

  /// The content of the numbered record: a few bytes to a few hundred.
  static func content(_ number: Int) -> [UInt8] {
    sampleBytes(count: 8 + number % 300, seed: UInt64(number))
  }

  static func oid(_ number: Int) -> ObjectID { SHA256.id(of: content(number).span) }

  static let data = RecordKind(codec: .stored, form: .content, class: .data)
  static let tree = RecordKind(codec: .stored, form: .content, class: .tree)

  /// Adds the numbered records in a session of their own.
  @discardableResult
  func add(
    _ numbers: some Sequence<Int>, to store: RecordStore, kind: RecordKind = data,
    durably: Bool = false
  ) throws -> SessionSummary {
    let session = try store.session()
    for number in numbers {
      let bytes = Self.content(number)
      let id = SHA256.id(of: bytes.span)
      if try session.contains(id) { continue }
      try session.append(id, kind: kind, length: bytes.count, stored: bytes.span)
    }
    return try session.finish(durably: durably)
  }

  /// Whether the store has each of the numbered records, with the right bytes.
  static func expect(
    _ numbers: some Sequence<Int>, in store: RecordStore,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for number in numbers {
      let entry = try #require(
        try store.find(oid(number)), "record \(number)", sourceLocation: sourceLocation)
      #expect(
        try store.stored(entry) == content(number), "record \(number)",
        sourceLocation: sourceLocation)
    }
  }

  /// The files of the store with this suffix, by path.
  func files(_ suffix: String, under folder: String = "") throws -> [String] {
    let folder = root.appending(folder).bytes.text ?? ""
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
  }

  /// Changes one bit of a file that may be read-only.
  static func flip(_ path: String, byte: Int, mask: UInt8 = 1) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[byte] ^= mask
    try bytes.write(to: URL(filePath: path))
  }
}
