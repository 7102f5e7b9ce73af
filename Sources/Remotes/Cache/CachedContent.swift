package import ObjectStore
package import Primitives

/// A file or directory that a cache may have.
package struct CachedContent: Hashable, Sendable {
  package let id: ObjectID
  package let kind: TreeEntry.Kind

  package init(_ id: ObjectID, _ kind: TreeEntry.Kind) {
    self.id = id
    self.kind = kind
  }

  /// Where a walk over it begins.
  package func root(at path: RepositoryPath = .root) -> ClosureRoot {
    ClosureRoot(id: id, isTree: kind == .directory, path: path)
  }

  /// The words at the end of a mark's name.
  private static let words: [(kind: TreeEntry.Kind, word: String)] = [
    (.file, "file"), (.executable, "executable"), (.symlink, "symlink"), (.directory, "tree"),
  ]

  /// The name of the mark: `OID.file`.
  var name: ByteString {
    let word = Self.words.first { $0.kind == kind }?.word ?? "file"
    return ByteString("\(id.hex).\(word)")
  }

  /// Reads the name of a mark, or returns `nil` for any other name.
  init?(name: ByteString) {
    let parts = name.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, let id = ObjectID(hex: parts[0]),
      let kind = Self.words.first(where: { parts[1].elementsEqual($0.word.utf8) })?.kind
    else { return nil }
    self.init(id, kind)
  }
}
