package import Primitives

/// One output of a file of DVC's: data that it keeps, or that it only watches.
package struct DVCOutput: Hashable, Sendable {
  /// The path as it is written, seen from the directory of the file or of its stage.
  package let path: String

  /// The name of its content, or of the list of its files; `nil` where DVC has none by MD5.
  package let digest: MD5Digest?

  /// Whether it is a directory, so that ``digest`` names a list.
  package let isDirectory: Bool

  /// Whether the digest may be that of text without its line ends, as DVC before 3.0 has it.
  package let isBefore3: Bool

  /// The bytes that it has in all, if that is said.
  package let size: ByteCount?

  /// How many files it has, if that is said.
  package let files: Int?

  /// Whether DVC keeps the content, and not git.
  package let isCached: Bool

  /// Reads a list of outs.
  static func list(_ items: some Sequence<DocumentValue>) throws(DVCFormatError) -> [Self] {
    var outputs: [Self] = []
    for item in items {
      guard let output = Self(item) else { throw .missing("path of an out") }
      outputs.append(output)
    }
    return outputs
  }

  init?(_ value: DocumentValue) {
    guard case .table = value, let path = value["path"]?.plainText else { return nil }
    self.path = path
    let name = value["md5"]?.plainText
    let end = ".dir"
    let isList = name?.hasSuffix(end) == true
    isDirectory = isList
    digest = name.flatMap { name in
      MD5Digest(hex: Array((isList ? String(name.dropLast(end.count)) : name).utf8))
    }
    isBefore3 = value["hash"] == nil
    size = value["size"]?.wholeNumber.map { .bytes($0) }
    files = value["nfiles"]?.wholeNumber
    if case .boolean(false) = value["cache"] { isCached = false } else { isCached = true }
  }
}

extension DocumentValue {
  /// A text, or a scalar as it is written: names of files may look like numbers.
  var plainText: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  /// A number that counts something.
  fileprivate var wholeNumber: Int? {
    guard case .integer(let number) = self, number >= 0 else { return nil }
    return number
  }

  /// The fields of a table, or none.
  var fields: [DocumentField] {
    if case .table(let fields) = self { return fields }
    return []
  }

  /// The items of a list, or none.
  var items: [DocumentValue] {
    if case .list(let items) = self { return items }
    return []
  }
}
