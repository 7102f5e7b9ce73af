package import Primitives

/// What Git LFS has in git in the place of a file.
package struct LFSPointer: Hashable, Sendable {
  /// A pointer is smaller than this.
  package static let sizeLimit = ByteCount.bytes(1_024)

  /// The SHA-256 of the content, which is the name that Shale gives it, too.
  package let id: ObjectID

  package let size: ByteCount

  /// Whether programs of the user's have changed the file before it was stored, so that ``id`` is not
  /// the name of what was in the worktree.
  package let isTransformed: Bool

  package init(id: ObjectID, size: ByteCount) {
    self.id = id
    self.size = size
    isTransformed = false
  }

  /// Reads a pointer; `nil` for a file of any other content.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count < Self.sizeLimit.bytes,
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    var values: [Substring: Substring] = [:]
    var isFirst = true
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      if isFirst, parts[0] != "version" || !Self.versions.contains(String(parts[1])) { return nil }
      isFirst = false
      guard values.updateValue(parts[1], forKey: parts[0]) == nil else { return nil }
    }
    let prefix = "sha256:"
    guard let oid = values["oid"], oid.hasPrefix(prefix),
      let id = ObjectID(hex: String(oid.dropFirst(prefix.count))),
      let size = values["size"].flatMap({ Int($0) }), size >= 0
    else { return nil }
    self.id = id
    self.size = .bytes(size)
    isTransformed = values.keys.contains { $0.hasPrefix("ext-") }
  }

  /// The one way in which a pointer is written.
  package func encoded() -> [UInt8] {
    Array("version \(Self.versions[0])\noid sha256:\(id.hex)\nsize \(size.bytes)\n".utf8)
  }

  /// What the first line of a pointer says; the newest first.
  private static let versions = [
    "https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1",
    "http://git-media.io/v/2",
  ]
}
