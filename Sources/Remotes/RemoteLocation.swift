package import Platform
package import Primitives

/// Where a remote's store lies.
///
/// Today that is always a directory; another kind of place becomes another case, and everything
/// that opens a remote switches over it.
package enum RemoteLocation: Hashable, Sendable {
  /// A directory that this machine can reach, such as a disk or a network mount.
  case directory(FilePath)

  /// Reads a location as people write it: a path, `~/path`, or a `file://` address.
  ///
  /// - Parameters:
  ///   - text: What is written.
  ///   - base: What a relative path starts from: the root of the worktree.
  ///   - home: What `~` stands for, if it is known.
  /// - Throws: ``RemoteError/location(_:_:)`` for anything that could be taken for an option, for
  ///   the address of another machine, or for more than one line.
  package init(
    _ text: ByteString, relativeTo base: FilePath, home: FilePath?
  ) throws(RemoteError) {
    let path = try Self.path(in: text)
    if path.bytes.first == UInt8(ascii: "~") {
      guard let home, path.count == 1 || path.bytes[1] == UInt8(ascii: "/") else {
        throw .location(text, .home)
      }
      let rest = path.bytes.dropFirst().drop { $0 == UInt8(ascii: "/") }
      self = .directory(home.appending(ByteString(rest)))
    } else {
      self = .directory(base.appending(path))
    }
  }

  /// The path that `text` names, not yet resolved.
  private static func path(in text: ByteString) throws(RemoteError) -> ByteString {
    if text.isEmpty { throw .location(text, .empty) }
    if text.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw .location(text, .controlCharacter)
    }
    if text.bytes.first == UInt8(ascii: "-") { throw .location(text, .option) }
    let file = Array("file://".utf8)
    if text.bytes.starts(with: file) { return try filePath(of: text, after: file.count) }
    guard let colon = text.bytes.firstIndex(of: UInt8(ascii: ":")) else { return text }
    // As in git: a colon before the first slash makes an address, `./a:b` is a path.
    if text.bytes[..<colon].contains(UInt8(ascii: "/")) { return text }
    let rest = text.bytes[(colon + 1)...]
    if rest.starts(with: Array("//".utf8)) || rest.first == UInt8(ascii: ":") {
      throw .location(text, .scheme(ByteString(text.bytes[..<colon])))
    }
    throw .location(text, .otherMachine)
  }

  /// The path of a `file://` address; as in git, `%` and two digits stand for a byte.
  private static func filePath(
    of text: ByteString, after count: Int
  ) throws(RemoteError) -> ByteString {
    var rest = text.bytes[count...]
    let local = Array("localhost/".utf8)
    if rest.starts(with: local) { rest = rest.dropFirst(local.count - 1) }
    guard rest.first == UInt8(ascii: "/") else { throw .location(text, .otherMachine) }
    var path: [UInt8] = []
    var index = rest.startIndex
    while index < rest.endIndex {
      if rest[index] != UInt8(ascii: "%") {
        path.append(rest[index])
        index += 1
        continue
      }
      let digits = rest[index...].dropFirst().prefix(2).map(lowercased)
      guard digits.count == 2, let byte = Hex.bytes(of: digits)?.first, byte >= 0x20,
        byte != 0x7F
      else { throw .location(text, .controlCharacter) }
      path.append(byte)
      index += 3
    }
    return ByteString(path)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte ? byte | 0x20 : byte
  }
}

extension RemoteLocation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .directory(let path): path.description
    }
  }
}

extension RemoteLocation: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
