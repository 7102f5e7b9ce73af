import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Merges of random directories, compared with a merge of flat lists of paths.
@Suite(.temporaryDirectory) struct RandomMergeTests {
  /// What is at each path: a content, and whether it may be executed.
  private typealias Files = [String: Value]

  private struct Value: Hashable {
    var content: Int
    var isExecutable: Bool
  }

  private let store: ObjectStore
  private let path: RepositoryPath

  init() throws {
    store = try ObjectStore.create(
      at: FilePath(TemporaryDirectory.required().appending(path: "store").path))
    path = try RepositoryPath("data")
  }

  private func directory(
    _ files: Files, name: ByteString, _ writer: StoreWriter
  ) throws -> TreeEntry {
    var entries: [TreeEntry] = []
    var below: [String: Files] = [:]
    for (path, value) in files {
      let parts = path.split(separator: "/", maxSplits: 1).map { String($0) }
      if parts.count == 2 {
        below[parts[0], default: [:]][parts[1]] = value
      } else {
        entries.append(
          TreeEntry(
            kind: value.isExecutable ? .executable : .file,
            id: SHA256.id(of: Array("\(value.content)".utf8).span), size: .bytes(value.content),
            name: ByteString(path)))
      }
    }
    for (name, files) in below {
      entries.append(try directory(files, name: ByteString(name), writer))
    }
    let tree = try Tree(entries)
    return TreeEntry(
      kind: .directory, id: try writer.add(tree), size: tree.size, files: tree.files, name: name)
  }

  private func pointer(_ files: Files) throws -> PointerFile {
    let writer = try store.writer()
    let entry = try directory(files, name: "data", writer)
    try writer.finish(durably: false)
    return .tree(entry.id, size: entry.size, files: entry.files)
  }

  private func merge(_ base: Files, _ ours: Files, _ theirs: Files) throws -> PointerMerge {
    let sides = PointerMerge.Sides(
      base: try pointer(base), ours: try pointer(ours), theirs: try pointer(theirs))
    let writer = try store.writer()
    let merge = try PointerMerge(sides, at: path, in: store, writer: writer)
    try writer.finish(durably: false)
    return merge
  }

  /// The files of a result; its sums are checked on the way.
  private func files(_ pointer: PointerFile) throws -> [String: TreeEntry] {
    var found: [String: TreeEntry] = [:]
    func visit(_ id: ObjectID, _ prefix: String) throws -> Tree {
      let tree = try store.tree(id)
      for entry in tree.entries {
        guard entry.kind == .directory else {
          found["\(prefix)\(entry.name)"] = entry
          continue
        }
        let inner = try visit(entry.id, "\(prefix)\(entry.name)/")
        #expect(inner.size == entry.size && inner.files == entry.files)
      }
      return tree
    }
    let tree = try visit(pointer.id, "")
    #expect(tree.size == pointer.size && tree.files == pointer.files)
    return found
  }

  /// What a merge of flat lists comes to, and which paths both sides changed differently.
  private func expected(
    _ base: Files, _ ours: Files, _ theirs: Files
  ) -> (files: Files, conflicts: Set<String>) {
    var result: Files = [:]
    var conflicts: Set<String> = []
    for path in Set(base.keys).union(ours.keys).union(theirs.keys) {
      let (old, left, right) = (base[path], ours[path], theirs[path])
      if left == right || old == right {
        result[path] = left
      } else if old == left {
        result[path] = right
      } else if let old, let left, let right,
        left.content == right.content || [left.content, right.content].contains(old.content)
      {
        let content = left.content == old.content ? right.content : left.content
        let bit =
          left.isExecutable == old.isExecutable ? right.isExecutable : left.isExecutable
        result[path] = Value(content: content, isExecutable: bit)
      } else {
        conflicts.insert(path)
        result[path] = left
      }
    }
    return (result, conflicts)
  }

  /// Random files, in directories that never have the name of a file.
  private func random(_ generator: inout SeededGenerator) -> Files {
    var files: Files = [:]
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      files[path(&generator)] = value(&generator)
    }
    return files
  }

  private func path(_ generator: inout SeededGenerator) -> String {
    var path = ""
    while Bool.random(using: &generator), path.count < 9 {
      path += "d\(Int.random(in: 0...2, using: &generator))/"
    }
    return path + "f\(Int.random(in: 0...3, using: &generator))"
  }

  private func value(_ generator: inout SeededGenerator) -> Value {
    Value(
      content: Int.random(in: 0...3, using: &generator),
      isExecutable: Int.random(in: 0...3, using: &generator) == 0)
  }

  private func edited(_ files: Files, _ generator: inout SeededGenerator) -> Files {
    var files = files
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      let known = files.keys.sorted().randomElement(using: &generator)
      switch Int.random(in: 0...3, using: &generator) {
      case 0: files[path(&generator)] = value(&generator)
      case 1: if let known { files[known] = nil }
      case 2: if let known { files[known] = value(&generator) }
      default: if let known { files[known]?.isExecutable.toggle() }
      }
    }
    return files
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `a merge of trees is the merge of their paths, from either side`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for turn in 0..<20 {
      let base = random(&generator)
      let (ours, theirs) = (edited(base, &generator), edited(base, &generator))
      let expected = expected(base, ours, theirs)
      let merge = try merge(base, ours, theirs)
      let place = "seed \(seed), turn \(turn)"
      #expect(
        Set(merge.conflicts.map { "\($0.path)".dropFirst("data/".count) })
          == Set(expected.conflicts.map { $0[...] }), "\(place)")
      let found = try files(try #require(merge.merged)).mapValues { entry in
        Value(content: entry.size.bytes, isExecutable: entry.kind == .executable)
      }
      #expect(found == expected.files, "\(place)")
      let mirrored = try self.merge(base, theirs, ours)
      #expect(mirrored.conflictCount == merge.conflictCount, "\(place)")
      if merge.isClean { #expect(mirrored.merged?.id == merge.merged?.id, "\(place)") }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `where one side alone changed something the result is that side`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let base = random(&generator)
    let changed = edited(base, &generator)
    #expect(try merge(base, changed, base).merged == pointer(changed))
    #expect(try merge(base, base, changed).merged == pointer(changed))
    #expect(try merge(base, changed, changed).merged == pointer(changed))
    // Below a directory that both changed, in which each file is one side's alone.
    func marked(_ files: Files, _ side: String) -> Files {
      var marked = Files(uniqueKeysWithValues: files.map { ("in/\($0.key)", $0.value) })
      marked["in/only-\(side)"] = Value(content: 9, isExecutable: false)
      return marked
    }
    let mixed = try merge(
      marked(base, "base"), marked(changed, "ours"), marked(base, "theirs"))
    #expect(mixed.isClean, "seed \(seed)")
    let names = try files(try #require(mixed.merged)).keys
    let expected = changed.keys.map { "in/\($0)" } + ["in/only-ours", "in/only-theirs"]
    #expect(Set(names) == Set(expected), "seed \(seed)")
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `files and directories of one name never make a wrong merge`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Files are called as directories are: `a`, and `a/b` on another side.
    func random() -> Files {
      var files: Files = [:]
      for _ in 0..<6 {
        let depth = Int.random(in: 1...3, using: &generator)
        let names = (0..<depth).map { _ in ["a", "b"].randomElement(using: &generator) ?? "a" }
        let path = names.joined(separator: "/")
        let isTaken = files.keys.contains {
          $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/")
        }
        if !isTaken { files[path] = value(&generator) }
      }
      return files
    }
    for turn in 0..<10 {
      let (base, ours, theirs) = (random(), random(), random())
      let merge = try merge(base, ours, theirs)
      guard merge.isClean else { continue }
      let expected = expected(base, ours, theirs)
      #expect(expected.conflicts == [], "seed \(seed), turn \(turn)")
      let found = try files(try #require(merge.merged))
      #expect(Set(found.keys) == Set(expected.files.keys), "seed \(seed), turn \(turn)")
    }
  }
}
