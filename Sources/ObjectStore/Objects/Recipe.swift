package import Primitives

/// One node of the tree that says which parts make up a content.
///
/// `docs/format/recipe.md` is the specification; comments here refer to its sections.
package struct Recipe: Hashable, Sendable {
  /// The bytes that every encoded node begins with (§2).
  package static let magic: [UInt8] = [0x53, 0x68, 0x52, 0x63, 0x70, 0x65, 0x00, 0x01]

  /// The highest level that a node may have.
  package static let maximumLevel = 7

  /// The distance between two hash states, in bytes (§3).
  package static let segmentSize = 64 << 20

  /// A chunk, or a node of the level below.
  package struct Part: Hashable, Sendable {
    package let id: ObjectID

    /// The length of the content that the part stands for, in bytes.
    package let length: Int

    package init(id: ObjectID, length: Int) {
      self.id = id
      self.length = length
    }
  }

  /// 0 where the parts are chunks.
  package let level: Int

  /// The length of the content that the node stands for, in bytes.
  package let length: Int

  package let parts: [Part]

  /// The states of SHA-256 after each segment of a long content; root nodes only (§3).
  package let states: [SHA256State]

  /// Makes a node of parts that were put together here.
  ///
  /// - Precondition: There is at least one part.
  package init(level: Int, parts: [Part], states: [SHA256State] = []) {
    precondition(!parts.isEmpty && parts.count <= RecipeCutter.maximumEntries, "a node of parts")
    self.level = level
    self.parts = parts
    self.states = states
    length = parts.reduce(0) { $0 + $1.length }
  }

  /// How many hash states a content of `length` bytes has (§3).
  package static func stateCount(forLength length: Int) -> Int {
    length > segmentSize ? (length - 1) / segmentSize : 0
  }
}

// MARK: - Encoding

extension Recipe {
  private static let hasStates: UInt8 = 1

  /// The bytes of the node (§2).
  package func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(20 + parts.count * 40 + states.count * SHA256State.byteCount)
    bytes.append(UInt8(level))
    bytes.append(states.isEmpty ? 0 : Self.hasStates)
    bytes.append(littleEndian: UInt16(parts.count))
    bytes.append(littleEndian: UInt64(length))
    for part in parts {
      bytes.append(part.id)
      bytes.append(littleEndian: UInt64(part.length))
    }
    for state in states { bytes.append(contentsOf: state.bytes) }
    return bytes
  }

  /// Reads a node and checks every rule that the node alone can show (§2).
  ///
  /// - Parameters:
  ///   - bytes: The encoded node.
  ///   - isRoot: Whether it stands under the oid of the content: only then may it carry states,
  ///     and then it has two parts at least.
  /// - Throws: The ``Flaw`` that was found.
  package init(decoding bytes: [UInt8], isRoot: Bool) throws(Flaw) {
    var reader = ByteReader(bytes)
    guard reader.consume(Array(Self.magic.dropLast())) else { throw .notARecipe }
    guard let version = reader.number(UInt8.self) else { throw .truncated }
    guard version == Self.magic.last else { throw .newerVersion(Int(version)) }
    guard
      let level = reader.number(UInt8.self), let flags = reader.number(UInt8.self),
      let count = reader.number(UInt16.self), let length = reader.size()
    else { throw .truncated }
    guard level <= Self.maximumLevel else { throw .badLevel }
    guard (isRoot ? 2 : 1)...RecipeCutter.maximumEntries ~= Int(count) else { throw .badCount }
    guard flags & ~Self.hasStates == 0, flags == 0 || isRoot else { throw .badFlags }
    let parts = try Self.parts(Int(count), isLeaf: level == 0, sum: length, &reader)
    let stateCount = flags == 0 ? 0 : Self.stateCount(forLength: length)
    guard flags == 0 || stateCount > 0 else { throw .badFlags }
    guard reader.remaining == stateCount * SHA256State.byteCount else { throw .badEnd }
    let states = (0..<stateCount).map { index in
      SHA256State(bytes: bytes.span, at: reader.offset + index * SHA256State.byteCount)
    }
    self.init(level: Int(level), parts: parts, states: states)
  }

  private static func parts(
    _ count: Int, isLeaf: Bool, sum length: Int, _ reader: inout ByteReader
  ) throws(Flaw) -> [Part] {
    var parts: [Part] = []
    parts.reserveCapacity(count)
    var sum = 0
    for _ in 0..<count {
      guard let id = reader.objectID(), let part = reader.size() else { throw .truncated }
      let (newSum, overflow) = sum.addingReportingOverflow(part)
      guard part > 0, !overflow, !isLeaf || part < RecordLimits.length else { throw .badLength }
      parts.append(Part(id: id, length: part))
      sum = newSum
    }
    guard sum == length else { throw .badLength }
    return parts
  }
}

/// An inner node where it stands in a recipe: what has to be checked of it once.
struct RecipeNodeUse: Hashable, Sendable {
  let part: Recipe.Part

  /// The level of the node above.
  let level: Int
}

extension Recipe {
  /// A rule of the format that a node breaks.
  package enum Flaw: Error, Hashable {
    case notARecipe
    case newerVersion(Int)
    case truncated
    case badLevel
    case badCount
    case badFlags
    case badLength
    case badEnd
    /// The hash states do not lead to the content's oid.
    case badState
  }
}

extension Recipe.Flaw: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notARecipe: "it does not begin as one"
    case .newerVersion(let version): "it has version \(version), and this program reads version 1"
    case .truncated: "it ends too early"
    case .badLevel: "a level is not one less than that of its parent"
    case .badCount: "a node has an impossible number of parts"
    case .badFlags: "a node has flags that it may not have"
    case .badLength: "lengths do not add up"
    case .badEnd: "a node does not end where its parts do"
    case .badState: "its hash states do not lead to its oid"
    }
  }
}
