internal import ObjectStore
package import Primitives

/// A ref that pointed to a commit when it was pushed.
///
/// `docs/format/remote.md` §3 is the specification.
package struct ReferenceRoot: Hashable, Sendable {
  /// The full name, such as `refs/heads/main`.
  package let name: ByteString

  /// The commit's id in hexadecimal.
  package let commit: String

  /// The committer's time, in seconds since 1970-01-01 00:00 UTC.
  package let date: Int

  package init(name: ByteString, commit: String, date: Int) {
    self.name = name
    self.commit = commit
    self.date = date
  }

  func encoded() -> [UInt8] {
    var text = RootText("ref")
    text.line("ref", name)
    text.line("commit \(commit)")
    text.line("date \(date)")
    return text.finished()
  }

  init(decoding bytes: [UInt8]) throws(RootLines.Flaw) {
    var lines = try RootLines(bytes, kind: "ref")
    guard let name = PercentEncoding.decode(try lines.value("ref")) else { throw .damaged }
    let commit = String(decoding: try lines.value("commit"), as: UTF8.self)
    let date = try lines.number("date")
    guard CommitRoot.isCommitID(commit), lines.isAtEnd else { throw .damaged }
    self.init(name: name, commit: commit, date: date)
  }
}

/// An object that a clone of a shared store relies on.
///
/// `docs/format/remote.md` §4 is the specification.
package struct CloneRoot: Hashable, Sendable {
  package let id: ObjectID
  package let isTree: Bool

  /// Where the clone tracks it.
  package let path: RepositoryPath

  package init(id: ObjectID, isTree: Bool, path: RepositoryPath) {
    self.id = id
    self.isTree = isTree
    self.path = path
  }

  func encoded() -> [UInt8] {
    var text = RootText("object")
    text.line("oid \(id.hex)")
    text.line("kind \(isTree ? "tree" : "file")")
    text.line("path", path.bytes)
    return text.finished()
  }

  init(decoding bytes: [UInt8]) throws(RootLines.Flaw) {
    var lines = try RootLines(bytes, kind: "object")
    guard let id = ObjectID(hex: try lines.value("oid")) else { throw .damaged }
    let kind = try lines.value("kind")
    let isTree = kind.elementsEqual("tree".utf8)
    guard isTree || kind.elementsEqual("file".utf8),
      let path = RepositoryPath(percentEncoded: try lines.value("path")), lines.isAtEnd
    else { throw .damaged }
    self.init(id: id, isTree: isTree, path: path)
  }
}
