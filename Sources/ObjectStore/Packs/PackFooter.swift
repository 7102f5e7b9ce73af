package import Primitives

/// What a pack holds: data, or what describes data.
///
/// The two never share a pack.
enum PackKind: UInt8, Sendable, CaseIterable {
  case data = 0
  case metadata = 1

  init(_ recordClass: RecordClass) {
    self = recordClass == .data ? .data : .metadata
  }
}

/// The fixed numbers of the pack format: `docs/format/pack.md`.
enum PackFormat {
  static let version: UInt32 = 1
  static let magic = Array("SHALEPAK".utf8)
  static let endMagic = Array("SHALEEND".utf8)

  /// The size of the header, in bytes.
  static let headerSize = 16

  /// A pack is smaller than this, in bytes.
  static let sizeLimit = 1 << 32

  /// The header of every pack.
  static var header: [UInt8] {
    var bytes = magic
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: UInt32(0))
    return bytes
  }
}

/// The last bytes of a pack: all that is needed to find and check its directory.
struct PackFooter: Hashable, Sendable {
  /// The size of a footer, in bytes.
  static let byteCount = 96

  /// The SHA-256 of the directory.
  let directoryHash: ObjectID

  /// The distance of the directory from the start of the pack, in bytes.
  let directoryOffset: Int

  /// How many records the pack holds, at least 1.
  let count: Int

  let kind: PackKind

  /// The 16 bytes that name the run of the machine that wrote the pack; zeros where unknown.
  let bootID: [UInt8]

  /// The size of the directory, in bytes.
  var directorySize: Int { count * PackEntry.byteCount }

  /// The size of the whole pack, in bytes.
  var packSize: Int { directoryOffset + directorySize + Self.byteCount }

  var encoded: [UInt8] {
    var bytes = directoryHash.bytes
    bytes.append(littleEndian: UInt64(directoryOffset))
    bytes.append(littleEndian: UInt32(count))
    bytes += [kind.rawValue, 0, 0, 0]
    bytes += bootID
    bytes += [UInt8](repeating: 0, count: 16 + 4)
    bytes.append(littleEndian: PackFormat.version)
    bytes += PackFormat.endMagic
    return bytes
  }

  init(
    directoryHash: ObjectID, directoryOffset: Int, count: Int, kind: PackKind, bootID: [UInt8]
  ) {
    self.directoryHash = directoryHash
    self.directoryOffset = directoryOffset
    self.count = count
    self.kind = kind
    self.bootID = bootID
  }

  /// Reads the last 96 bytes of a pack of `size` bytes.
  ///
  /// - Throws: ``PackFlaw`` unless every field is as the format asks.
  init(decoding bytes: [UInt8], size: Int) throws(PackFlaw) {
    var reader = ByteReader(bytes)
    guard let hash = reader.objectID(), let offset = reader.size(),
      let count = reader.number(UInt32.self), let kindByte = reader.number(UInt8.self),
      let zeros = reader.array(3), let bootID = reader.array(16), let key = reader.array(16),
      let more = reader.number(UInt32.self), let version = reader.number(UInt32.self),
      reader.consume(PackFormat.endMagic), reader.isAtEnd
    else { throw .footer }
    guard version <= PackFormat.version else { throw .newer(version: Int(version)) }
    guard key.allSatisfy({ $0 == 0 }) else { throw .encrypted }
    guard version == PackFormat.version, zeros == [0, 0, 0], more == 0,
      let kind = PackKind(rawValue: kindByte)
    else { throw .footer }
    self.init(
      directoryHash: hash, directoryOffset: offset, count: Int(count), kind: kind, bootID: bootID)
    guard offset >= PackFormat.headerSize, offset < PackFormat.sizeLimit, count > 0,
      packSize == size
    else { throw .truncated }
  }
}

/// What is wrong with a pack.
package enum PackFlaw: Error, Hashable, Sendable {
  /// It does not begin as a pack does.
  case header
  /// It does not end as a pack does, or a field of its end has no meaning.
  case footer
  /// Its size is not what its footer says.
  case truncated
  /// The directory does not hash to what the footer says.
  case directory
  /// An entry of the directory breaks a rule.
  case entry
  /// Its bytes do not hash to its name.
  case name(found: ObjectID)
  /// It was made by a newer version.
  case newer(version: Int)
  /// It names a key, and encryption is not built.
  case encrypted
}

extension PackFlaw: CustomStringConvertible {
  package var description: String {
    switch self {
    case .header: "it does not begin as a pack does"
    case .footer: "it does not end as a pack does"
    case .truncated: "it is shorter or longer than it says"
    case .directory: "its directory is damaged"
    case .entry: "its directory breaks a rule"
    case .name(let found): "its bytes hash to \(found.abbreviated), not to its name"
    case .newer(let version):
      "it has version \(version), and this program reads up to version \(PackFormat.version)"
    case .encrypted: "it is encrypted, and this program cannot decrypt"
    }
  }
}
