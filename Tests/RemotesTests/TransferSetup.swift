import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

/// A local store, a remote, and directories of files to send between them.
struct TransferSetup {
  let directory: FilePath
  let local: ObjectStore
  let remote: Remote

  /// Small chunks, so that a few hundred kilobytes make recipes of several levels.
  static let format = StoreFormat(
    limits: .init(minimum: .bytes(64), average: .bytes(256), maximum: .bytes(1_024)) ?? .standard)

  init(_ url: URL? = nil) throws {
    directory = FilePath(try (url ?? TemporaryDirectory.required()).path)
    local = try ObjectStore.create(at: directory.appending("local"), format: Self.format)
    remote = Remote(
      name: try RemoteName("origin"), location: .directory(directory.appending("remote")),
      url: "remote", origin: .personal)
  }

  /// Makes the remote's store, or opens it.
  @discardableResult
  func remoteStore() throws -> RemoteStore {
    try RemoteStore.create(remote, format: Self.format)
  }

  /// An empty store, as another clone has it.
  func clone(_ name: String) throws -> ObjectStore {
    try ObjectStore.create(at: directory.appending(name), format: Self.format)
  }

  /// Adds a directory of files, given by path and content, and says how it is tracked.
  func track(
    _ files: [String: [UInt8]], as path: String = "data"
  ) throws -> TransferPath {
    let writer = try local.writer()
    let tree = try Self.add(files, to: writer)
    let id = try writer.add(tree)
    try writer.finish(durably: false)
    return TransferPath(
      path: try RepositoryPath(ByteString(path)), isTree: true, id: id, size: tree.size,
      files: tree.files)
  }

  private static func add(
    _ files: [String: [UInt8]], to writer: StoreWriter
  ) throws -> Tree {
    var entries: [TreeEntry] = []
    let groups = Dictionary(grouping: files) { $0.key.split(separator: "/").first ?? "" }
    for (name, group) in groups {
      let name = ByteString(String(name))
      if let file = group.first(where: { !$0.key.contains("/") }) {
        let id = try writer.add(file.value, class: .data)
        entries.append(
          TreeEntry(kind: .file, id: id, size: .bytes(file.value.count), name: name))
        continue
      }
      let below = Dictionary(
        uniqueKeysWithValues: group.map { file in
          (String(file.key.drop { $0 != "/" }.dropFirst()), file.value)
        })
      let tree = try add(below, to: writer)
      entries.append(
        TreeEntry(
          kind: .directory, id: try writer.add(tree), size: tree.size, files: tree.files,
          name: name))
    }
    return try Tree(entries)
  }

  /// The files of a tree, read out of a store.
  static func files(of id: ObjectID, in store: ObjectStore) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for entry in try store.tree(id).entries {
      if entry.kind == .directory {
        for (path, bytes) in try self.files(of: entry.id, in: store) {
          files["\(entry.name)/\(path)"] = bytes
        }
      } else {
        files["\(entry.name)"] = try store.contents(of: entry.id, limit: .mebibytes(64))
      }
    }
    return files
  }

  func commit(_ digit: Character, _ paths: TransferPath...) -> TransferCommit {
    TransferCommit(
      id: String(repeating: digit, count: 40), date: 1_767_323_045,
      references: ["refs/heads/main"], paths: paths)
  }

  /// The packs of a store, each with its path from `packs/`.
  static func packs(of root: FilePath) throws -> [FilePath] {
    try root.appending("packs").names().flatMap { prefix in
      try root.appending("packs").appending(prefix).names().map {
        root.appending("packs").appending(prefix).appending($0)
      }
    }
  }

  /// A few files: small, large enough for a recipe of several levels, empty, and one twice.
  static func sampleFiles(seed: UInt64 = 1) -> [String: [UInt8]] {
    [
      "a/one": sampleBytes(count: 100, seed: seed), "a/two": sampleBytes(count: 3_000, seed: 2),
      "b/c/large": sampleBytes(count: 400_000, seed: seed), "b/empty": [],
      "same": sampleBytes(count: 3_000, seed: 2), "table": sampleCSV(rows: 900, seed: 3),
    ]
  }
}
