internal import Primitives

/// The fixed numbers of the index format, and its pages: `docs/format/index.md`.
enum IndexFormat {
  static let version: UInt32 = 1
  static let magic = Array("SHALEIDX".utf8)

  /// The size of a page, in bytes.
  static let pageSize = 4_096

  /// Where the checksum of a page begins.
  static let checksumOffset = 4_080

  static let entriesPerPage = 85
  static let packsPerPage = 127
  static let fenceLimit = 506

  /// An index is at most this large, in bytes.
  static let sizeLimit = 64 << 20

  /// How many entries an index of at most ``sizeLimit`` can always hold.
  static let entryLimit = (sizeLimit / pageSize - 64) * entriesPerPage

  static func entryPages(_ entries: Int) -> Int {
    (entries + entriesPerPage - 1) / entriesPerPage
  }

  static func packPages(_ packs: Int) -> Int { (packs + packsPerPage - 1) / packsPerPage }

  /// The two words at the end of a page: the first half of the SHA-256 of number and content.
  static func checksum(of page: Span<UInt8>, number: Int) -> (UInt64, UInt64) {
    var prefix: [8 of UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    for index in 0..<8 { prefix[index] = UInt8(truncatingIfNeeded: number >> (index * 8)) }
    var hash = SHA256()
    hash.update(prefix.span)
    hash.update(page.extracting(..<checksumOffset))
    let words = hash.finalize().words
    return (words.0, words.1)
  }

  /// Whether the page ends in its checksum.
  static func isWhole(_ page: Span<UInt8>, number: Int) -> Bool {
    let sum = checksum(of: page, number: number)
    return word(page, checksumOffset) == sum.0 && word(page, checksumOffset + 8) == sum.1
  }

  /// Puts the checksum at the end of the page.
  static func seal(_ page: inout [UInt8], number: Int) {
    let sum = checksum(of: page.span, number: number)
    for index in 0..<8 {
      let shift = UInt64(56 - index * 8)
      page[checksumOffset + index] = UInt8(truncatingIfNeeded: sum.0 >> shift)
      page[checksumOffset + 8 + index] = UInt8(truncatingIfNeeded: sum.1 >> shift)
    }
  }

  /// Eight bytes as a number, most significant first: how the words of an oid lie in a page.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<8 { value = value << 8 | UInt64(bytes[offset + index]) }
    return value
  }
}

/// What is wrong with an index, a safe list or a list of bad records.
package enum IndexFlaw: Error, Hashable, Sendable {
  /// The size of the file is not what its counts ask for.
  case size
  /// The numbered page does not end in its checksum.
  case page(Int)
  /// It does not begin or end as such a file does.
  case magic
  /// A field, or the order of its entries, breaks a rule.
  case content
  /// Its bytes do not hash to its name.
  case name
  /// It was made by a newer version.
  case newer(version: Int)
}

extension IndexFlaw: CustomStringConvertible {
  package var description: String {
    switch self {
    case .size: "it is shorter or longer than it says"
    case .page(let number): "page \(number) is damaged"
    case .magic: "it is not marked as one"
    case .content: "its content breaks a rule"
    case .name: "its bytes do not hash to its name"
    case .newer(let version):
      "it has version \(version), and this program reads up to version \(IndexFormat.version)"
    }
  }
}
