package import ObjectStore
package import Primitives

/// The name of a remote: letters, digits, `.`, `_` and `-`, not beginning with `-` or `.`.
package struct RemoteName: Hashable, Sendable {
  package let text: String

  /// Checks a name.
  ///
  /// - Throws: ``RemoteError/name(_:)`` for a name that could be taken for an option or a path, or
  ///   that is longer than 100 bytes.
  package init(_ name: ByteString) throws(RemoteError) {
    guard let first = name.bytes.first, name.count <= 100, let text = name.text,
      first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
      name.bytes.allSatisfy(Self.isAllowed)
    else { throw .name(name) }
    self.text = text
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension RemoteName: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension RemoteName: CustomStringConvertible {
  package var description: String { text }
}

extension RemoteName: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// A store elsewhere, known under a name.
package struct Remote: Hashable, Sendable {
  /// Which configuration a remote comes from; the first one that names it counts.
  package enum Origin: Int, Sendable, CaseIterable {
    /// `.git/config` and the user's own settings.
    case personal
    /// `.shale/config` of the worktree.
    case worktree
    /// `.shale/config` at the tip of the default branch.
    case defaultBranch
  }

  package let name: RemoteName
  package let location: RemoteLocation

  /// The location as it is written in the configuration.
  package let url: ByteString
  package let origin: Origin

  /// Which store it is, where that is known: another one is refused.
  package var storeID: StoreID?

  package init(
    name: RemoteName, location: RemoteLocation, url: ByteString, origin: Origin,
    storeID: StoreID? = nil
  ) {
    self.name = name
    self.location = location
    self.url = url
    self.origin = origin
    self.storeID = storeID
  }
}
