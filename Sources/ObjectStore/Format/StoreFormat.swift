package import Primitives

/// What the file `format` of a store says: `docs/format/store.md`.
package struct StoreFormat: Hashable, Sendable {
  /// The newest version of the layout that this program reads and writes.
  package static let version = 1

  /// The sizes between which data is cut.
  package var limits: Chunker.Limits

  /// What the chunker's table is drawn from.
  package var seed: Chunker.Seed

  /// How often a remover raised it: statements of *complete* from an earlier one do not count.
  package var generation: Int

  package init(
    limits: Chunker.Limits = .standard, seed: Chunker.Seed = .standard, generation: Int = 0
  ) {
    self.limits = limits
    self.seed = seed
    self.generation = generation
  }

  /// The longest `format` file, in bytes.
  static let byteLimit = 4_096

  private static let header = "shale store "

  /// The one valid text for this value.
  var encoded: [UInt8] {
    Array(
      """
      \(Self.header)\(Self.version)
      chunk-minimum \(limits.minimum.bytes)
      chunk-average \(limits.average.bytes)
      chunk-maximum \(limits.maximum.bytes)
      seed \(Hex.string(of: seed.bytes))
      generation \(generation)

      """.utf8)
  }

  /// What is wrong with a `format` file.
  package enum Flaw: Error, Hashable, Sendable {
    /// The first line is not that of a store.
    case notAStore
    /// The layout is newer than this program.
    case newer(version: Int)
    /// A key that this version does not know, in the numbered line.
    case unknownKey(ByteString, line: Int)
    /// The numbered line is missing, or not what the format asks for there.
    case invalidLine(Int)
    /// The chunk sizes break a rule.
    case invalidLimits
  }

  /// Reads the text of a `format` file.
  ///
  /// - Throws: ``Flaw``, for every text but the one that ``encoded`` gives.
  init(decoding bytes: [UInt8]) throws(Flaw) {
    guard bytes.count <= Self.byteLimit else { throw .notAStore }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let first = lines.first, first.starts(with: Self.header.utf8),
      let version = Self.number(first.dropFirst(Self.header.utf8.count)), version > 0
    else { throw .notAStore }
    guard version <= Self.version else { throw .newer(version: version) }
    func value(_ key: String, line: Int) throws(Flaw) -> ArraySlice<UInt8> {
      guard line < lines.count else { throw .invalidLine(line + 1) }
      let parts = lines[line].split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard let found = parts.first, parts.count == 2 else { throw .invalidLine(line + 1) }
      guard found.elementsEqual(key.utf8) else {
        if Self.keys.contains(where: { found.elementsEqual($0.utf8) }) {
          throw .invalidLine(line + 1)
        }
        throw .unknownKey(ByteString(found), line: line + 1)
      }
      return parts[1]
    }
    func number(_ key: String, line: Int) throws(Flaw) -> Int {
      guard let number = Self.number(try value(key, line: line)) else {
        throw .invalidLine(line + 1)
      }
      return number
    }
    let minimum = try number("chunk-minimum", line: 1)
    let average = try number("chunk-average", line: 2)
    let maximum = try number("chunk-maximum", line: 3)
    guard let seedBytes = Hex.bytes(of: try value("seed", line: 4)),
      let seed = Chunker.Seed(bytes: seedBytes)
    else { throw .invalidLine(5) }
    let generation = try number("generation", line: 5)
    guard
      let limits = Chunker.Limits(
        minimum: .bytes(minimum), average: .bytes(average), maximum: .bytes(maximum))
    else { throw .invalidLimits }
    self.init(limits: limits, seed: seed, generation: generation)
    if lines.count > 7 {
      let key = lines[6].prefix { $0 != UInt8(ascii: " ") }
      throw .unknownKey(ByteString(key), line: 7)
    }
    guard encoded == bytes else { throw .invalidLine(7) }
  }

  private static let keys = [
    "chunk-minimum", "chunk-average", "chunk-maximum", "seed", "generation",
  ]

  /// A decimal number without sign, spaces or leading zeros.
  private static func number(_ digits: some Collection<UInt8>) -> Int? {
    let zero = UInt8(ascii: "0")
    guard let first = digits.first, first != zero || digits.count == 1, digits.count <= 18,
      digits.allSatisfy({ $0 >= zero && $0 <= UInt8(ascii: "9") })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - zero) }
  }
}

extension StoreFormat.Flaw: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAStore: "its first line is not that of a store"
    case .newer(let version):
      "it has version \(version), and this program reads up to version \(StoreFormat.version)"
    case .unknownKey(let key, let line): "line \(line) has the unknown key '\(key)'"
    case .invalidLine(let line): "line \(line) is missing or wrong"
    case .invalidLimits: "its chunk sizes break a rule"
    }
  }
}
