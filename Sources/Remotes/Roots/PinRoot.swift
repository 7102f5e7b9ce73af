internal import ObjectStore
package import Primitives

/// Objects that somebody wants kept under a name, whatever becomes of git's history.
///
/// `docs/format/remote.md` §5 is the specification.
package struct PinRoot: Hashable, Sendable {
  /// One object, and where it lay.
  package struct Entry: Hashable, Sendable {
    package let id: ObjectID
    package let isTree: Bool
    package let path: RepositoryPath

    package init(id: ObjectID, isTree: Bool, path: RepositoryPath) {
      self.id = id
      self.isTree = isTree
      self.path = path
    }
  }

  /// What the pin is called.
  package let name: ByteString

  /// When it was made, in seconds since 1970-01-01 00:00 UTC.
  package let date: Int

  /// What is kept, in byte order of the paths.
  package let entries: [Entry]

  /// Makes a pin; entries may come in any order, and each path once.
  package init(name: ByteString, date: Int, entries: [Entry]) {
    self.name = name
    self.date = date
    self.entries = entries.sorted { $0.path < $1.path }
  }

  /// The whole file.
  package func encoded() -> [UInt8] {
    var text = RootText("pin")
    text.line("pin", name)
    text.line("date \(date)")
    text.line("paths \(entries.count)")
    for entry in entries {
      text.line("\(entry.isTree ? "tree" : "file") \(entry.id.hex)", entry.path.bytes)
    }
    return text.finished()
  }

  init(decoding bytes: [UInt8]) throws(RootLines.Flaw) {
    var lines = try RootLines(bytes, kind: "pin")
    guard let name = PercentEncoding.decode(try lines.value("pin")) else { throw .damaged }
    let date = try lines.number("date")
    let count = try lines.number("paths")
    var entries: [Entry] = []
    while !lines.isAtEnd {
      let fields = try lines.fields(3)
      let isTree = fields[0].elementsEqual("tree".utf8)
      guard isTree || fields[0].elementsEqual("file".utf8), let id = ObjectID(hex: fields[1]),
        let path = RepositoryPath(percentEncoded: fields[2])
      else { throw .damaged }
      if let last = entries.last, last.path >= path { throw .damaged }
      entries.append(Entry(id: id, isTree: isTree, path: path))
    }
    guard entries.count == count else { throw .damaged }
    self.init(name: name, date: date, entries: entries)
  }
}
