import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Merges of trees, from tree objects alone.
@Suite(.temporaryDirectory) struct PointerMergeTests {
  /// Directories as flat lists: what is at each path.
  typealias Files = [String: Value]

  struct Value: Hashable {
    var content: Int
    var kind = TreeEntry.Kind.file
  }

  private let store: ObjectStore
  private let path: RepositoryPath

  init() throws {
    store = try ObjectStore.create(
      at: FilePath(TemporaryDirectory.required().appending(path: "store").path))
    path = try RepositoryPath("data")
  }

  // MARK: - Building and reading

  private static func id(_ content: Int) -> ObjectID {
    SHA256.id(of: Array("content \(content)".utf8).span)
  }

  /// The entry of a directory with some files, which goes into the store.
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
            kind: value.kind, id: Self.id(value.content), size: .bytes(value.content + 1),
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

  private func pointer(_ files: Files?) throws -> PointerFile? {
    guard let files else { return nil }
    let writer = try store.writer()
    let entry = try directory(files, name: "data", writer)
    try writer.finish(durably: false)
    return .tree(entry.id, size: entry.size, files: entry.files)
  }

  private func files(_ pointer: PointerFile) throws -> [String: ObjectID] {
    var found: [String: ObjectID] = [:]
    func visit(_ id: ObjectID, _ prefix: String) throws -> (size: Int, files: Int) {
      let tree = try store.tree(id)
      for entry in tree.entries where entry.kind == .directory {
        let sums = try visit(entry.id, "\(prefix)\(entry.name)/")
        #expect(sums.size == entry.size.bytes && sums.files == entry.files)
      }
      for entry in tree.entries where entry.kind != .directory {
        found["\(prefix)\(entry.name) \(entry.kind)"] = entry.id
      }
      return (tree.size.bytes, tree.files)
    }
    let sums = try visit(pointer.id, "")
    #expect(sums.size == pointer.size.bytes && sums.files == pointer.files)
    return found
  }

  private func flat(_ files: Files) -> [String: ObjectID] {
    Dictionary(
      uniqueKeysWithValues: files.map { ("\($0.key) \($0.value.kind)", Self.id($0.value.content)) })
  }

  private func merge(
    _ base: Files?, _ ours: Files?, _ theirs: Files?, _ choice: MergeChoice? = nil,
    whole: Bool = false
  ) throws -> PointerMerge {
    let sides = PointerMerge.Sides(
      base: try pointer(base), ours: try pointer(ours), theirs: try pointer(theirs))
    let writer = try store.writer()
    let merge = try PointerMerge(
      sides, at: path, in: store, writer: writer,
      options: .init(choice: choice, takesWhole: whole))
    try writer.finish(durably: false)
    return merge
  }

  private static func lines(_ merge: PointerMerge) -> [String] {
    merge.conflicts.map { "\($0.kind.rawValue) \($0.path)" }
  }

  // MARK: - Cases

  private static let base: Files = [
    "a": Value(content: 1), "b": Value(content: 2), "deep/c": Value(content: 3),
    "deep/er/d": Value(content: 4), "gone/e": Value(content: 5),
  ]

  private func changed(_ edit: (inout Files) -> Void) -> Files {
    var files = Self.base
    edit(&files)
    return files
  }

  @Test func `what each side alone did is in the result`() throws {
    let ours = changed {
      $0["a"] = Value(content: 10)
      $0["new/ours"] = Value(content: 11)
      $0["gone/e"] = nil
    }
    let theirs = changed {
      $0["b"]?.kind = .executable
      $0["deep/er/d"] = Value(content: 12)
      $0["new/theirs"] = Value(content: 13)
    }
    let merge = try merge(Self.base, ours, theirs)
    #expect(merge.isClean, "\(Self.lines(merge))")
    let expected: Files = [
      "a": Value(content: 10), "b": Value(content: 2, kind: .executable),
      "deep/c": Value(content: 3), "deep/er/d": Value(content: 12), "new/ours": Value(content: 11),
      "new/theirs": Value(content: 13),
    ]
    #expect(try files(#require(merge.merged)) == flat(expected))
  }

  @Test func `content and permission of a file are merged by themselves`() throws {
    let merge = try merge(
      Self.base, changed { $0["a"]?.kind = .executable },
      changed { $0["a"] = Value(content: 9) })
    #expect(merge.isClean)
    #expect(try files(#require(merge.merged))["a executable"] == Self.id(9))
  }

  static let conflicts: [(String, Value?, Value?, String)] = [
    ("a", Value(content: 8), Value(content: 9), "both-modified data/a"),
    ("n", Value(content: 8), Value(content: 9), "both-added data/n"),
    ("n", Value(content: 8), Value(content: 8, kind: .executable), "both-added data/n"),
    ("a", nil, Value(content: 9), "deleted-by-us data/a"),
    ("a", Value(content: 8), nil, "deleted-by-them data/a"),
    ("a", Value(content: 8, kind: .symlink), Value(content: 9), "different-kinds data/a"),
    (
      "a", Value(content: 8, kind: .symlink), Value(content: 9, kind: .symlink),
      "both-modified data/a"
    ),
  ]

  @Test(arguments: conflicts)
  func `what both sides did differently is a conflict, and a side decides`(
    name: String, ours: Value?, theirs: Value?, told: String
  ) throws {
    let left = changed {
      $0[name] = ours; $0["b"] = Value(content: 20)
    }
    let right = changed {
      $0[name] = theirs; $0["deep/c"] = Value(content: 30)
    }
    let open = try merge(Self.base, left, right)
    #expect(Self.lines(open) == [told])
    #expect(open.conflictCount == 1 && !open.isClean)
    let rest = changed {
      $0["b"] = Value(content: 20); $0["deep/c"] = Value(content: 30)
    }
    for (choice, value) in [(MergeChoice.ours, ours), (.theirs, theirs), (.base, Self.base[name])] {
      var expected = rest
      expected[name] = value
      let merge = try merge(Self.base, left, right, choice)
      #expect(try files(#require(merge.merged)) == flat(expected), "\(choice)")
      #expect(Self.lines(merge) == [told])
    }
    var expected = rest
    expected[name] = ours ?? theirs
    if let ours, let theirs, ours.content != theirs.content { expected["\(name).theirs"] = theirs }
    let both = try merge(Self.base, left, right, .both)
    #expect(try files(#require(both.merged)) == flat(expected))
  }

  @Test func `a directory against a file is a conflict as a whole`() throws {
    let ours = changed {
      $0["gone/e"] = nil; $0["gone"] = Value(content: 7)
    }
    let theirs = changed { $0["gone/f"] = Value(content: 8) }
    let merge = try merge(Self.base, ours, theirs)
    #expect(Self.lines(merge) == ["different-kinds data/gone"])
    let both = try self.merge(Self.base, ours, theirs, .both)
    let found = try files(#require(both.merged))
    #expect(found["gone file"] == Self.id(7) && found["gone.theirs/f file"] == Self.id(8))
  }

  @Test func `a directory that one side removed stays for what the other put there`() throws {
    let ours = changed {
      $0["deep/c"] = nil; $0["deep/er/d"] = nil
    }
    let merge = try merge(Self.base, ours, changed { $0["deep/er/new"] = Value(content: 6) })
    #expect(merge.isClean)
    var expected = ours
    expected["deep/er/new"] = Value(content: 6)
    #expect(try files(#require(merge.merged)) == flat(expected))
    let conflict = try self.merge(
      Self.base, ours, changed { $0["deep/er/d"] = Value(content: 6) })
    #expect(Self.lines(conflict) == ["deleted-by-us data/deep/er/d"])
  }

  @Test func `names beside others are free ones, of a length that every file system takes`() throws
  {
    let long = String(repeating: "x", count: 255)
    var base = Self.base
    base["a.theirs"] = Value(content: 50)
    base[long] = Value(content: 51)
    var (ours, theirs) = (base, base)
    for name in ["a", long] {
      ours[name] = Value(content: 60)
      theirs[name] = Value(content: 61)
    }
    let merge = try merge(base, ours, theirs, .both)
    let found = try files(#require(merge.merged))
    #expect(found["a.theirs file"] == Self.id(50))
    #expect(found["a.theirs-2 file"] == Self.id(61))
    #expect(found["\(long.dropLast(7)).theirs file"] == Self.id(61))
  }

  @Test func `two directories that were added at one path are merged by their files`() throws {
    let merge = try merge(nil, ["a": Value(content: 1)], ["b": Value(content: 2)])
    #expect(merge.isClean)
    #expect(
      try files(#require(merge.merged))
        == flat(["a": Value(content: 1), "b": Value(content: 2)]))
  }

  @Test func `who ended the tracking of a directory meant all of it`() throws {
    let theirs = changed { $0["new"] = Value(content: 9) }
    let merge = try merge(Self.base, nil, theirs)
    #expect(Self.lines(merge) == ["deleted-by-us data"])
    #expect(try self.merge(Self.base, nil, theirs, .ours).merged == nil)
    #expect(try self.merge(Self.base, nil, theirs, .theirs).merged == pointer(theirs))
  }

  @Test func `a whole side is that side, and needs no trees`() throws {
    let ours = PointerFile.tree(Self.id(1), size: .bytes(1), files: 1)
    let theirs = PointerFile.tree(Self.id(2), size: .bytes(2), files: 2)
    let sides = PointerMerge.Sides(base: nil, ours: ours, theirs: theirs)
    let open = try PointerMerge(sides, at: path, in: store)
    #expect(open.missing.map(\.id) == [Self.id(1), Self.id(2)] && !open.isClean)
    for (choice, side) in [(MergeChoice.ours, ours), (.theirs, theirs)] {
      let options = PointerMerge.Options(choice: choice, takesWhole: true)
      let merge = try PointerMerge(sides, at: path, in: store, options: options)
      #expect(merge.merged == side && merge.isClean)
    }
  }

  @Test func `where data came from is merged where the content is the same`() throws {
    func file(_ content: Int, _ source: ByteString?) -> PointerFile {
      .file(
        Self.id(content), size: .bytes(1),
        source: source.map { PointerFile.Source(location: $0) })
    }
    func merge(_ base: PointerFile, _ ours: PointerFile, _ theirs: PointerFile) throws
      -> PointerMerge
    {
      try PointerMerge(
        PointerMerge.Sides(base: base, ours: ours, theirs: theirs), at: path, in: store)
    }
    let moved = try merge(file(1, "x"), file(2, "x"), file(2, "y"))
    #expect(moved.merged == file(2, "y") && moved.isClean)
    let torn = try merge(file(1, "x"), file(2, "y"), file(2, "z"))
    #expect(Self.lines(torn) == ["source data"])
    let changed = try merge(file(1, "x"), file(2, nil), file(3, "y"))
    #expect(Self.lines(changed) == ["both-modified data"])
  }

  @Test func `a tree that breaks the rules is refused, and nothing is merged`() throws {
    let writer = try store.writer()
    let bad = try writer.add(Array("no tree".utf8), class: .tree)
    try writer.finish(durably: false)
    let sides = PointerMerge.Sides(
      base: try pointer(Self.base), ours: try pointer(["a": Value(content: 7)]),
      theirs: .tree(bad, size: .bytes(1), files: 1))
    #expect(throws: WorkspaceError.content(path, .invalidTree(bad, .notATree))) {
      try PointerMerge(sides, at: path, in: store)
    }
  }
}
