internal import Primitives

/// What the start of an `.npy` file says of its one array.
///
/// The header is a dictionary in the syntax of Python. It is read as the three entries that NumPy
/// writes and nothing else: no expression is evaluated, and nothing is ever unpickled.
///
/// - SeeAlso: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct ArrayHeader: Equatable {
  /// How many bytes come before the elements.
  let length: Int
  let type: ElementType
  let shape: [Int]

  /// Whether the first side varies fastest.
  let isColumnMajor: Bool

  /// Reads the header from a stream, and gives back a stream of the elements.
  static func read(
    from stream: any ByteStream
  ) throws(ContentProblem) -> (header: ArrayHeader, elements: any ByteStream) {
    var bytes: [UInt8] = []
    func need(_ count: Int) throws(ContentProblem) {
      while bytes.count < count {
        let piece = try stream.next()
        if piece.isEmpty { throw .unreadable("it ends within the header of its array") }
        bytes += piece
      }
    }
    try need(10)
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw .unreadable("it does not begin as an array of NumPy does")
    }
    guard (1...3).contains(bytes[6]) else {
      throw .unreadable("its array has version \(bytes[6]) of the format, which is not known")
    }
    let start = bytes[6] == 1 ? 10 : 12
    try need(start)
    let digits = Array(bytes[8..<start])
    let size = Int(digits.span.littleEndian)
    guard size <= ContentLimits.arrayHeader.bytes else {
      throw .unreadable(
        "the header of its array has \(size) bytes, and \(ContentLimits.arrayHeader) is the limit")
    }
    try need(start + size)
    var scanner = PythonLiteral(Array(bytes[start..<start + size]))
    let entries = try scanner.header()
    let type = try elementType(entries.description)
    guard Tensor.isCountable(entries.shape), Tensor.product(entries.shape, type.width) != nil else {
      throw .unreadable("its array has more elements than can be counted")
    }
    let header = ArrayHeader(
      length: start + size, type: type, shape: entries.shape,
      isColumnMajor: entries.isColumnMajor)
    return (header, ResumedStream(Array(bytes[(start + size)...]), stream))
  }

  private static func elementType(_ description: String?) throws(ContentProblem) -> ElementType {
    guard let description else {
      throw .unreadable("its array has elements of several fields, which are not compared")
    }
    if description.contains("O") {
      throw .unreadable("its array holds objects of Python, which are never loaded")
    }
    guard let type = ElementType(numpy: description) else {
      throw .unreadable(
        "its array has elements of the type '\(Excerpt.quoted(description))', which is not known")
    }
    return type
  }
}

/// The few words of Python that the header of an array is made of.
struct PythonLiteral {
  /// What the header of an array holds.
  struct Entries: Equatable {
    /// The type of the elements, or `nil` where it is a list of fields.
    var description: String?
    var isColumnMajor = false
    var shape: [Int] = []
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
  mutating func header() throws(ContentProblem) -> Entries {
    var entries = Entries()
    var known: Set<String> = []
    try expect(UInt8(ascii: "{"))
    while !take(UInt8(ascii: "}")) {
      if !known.isEmpty {
        try expect(UInt8(ascii: ","))
        if take(UInt8(ascii: "}")) { break }
      }
      let key = try text()
      guard known.insert(key).inserted else { throw problem }
      try expect(UInt8(ascii: ":"))
      switch key {
      case "descr": entries.description = try description()
      case "fortran_order": entries.isColumnMajor = try boolean()
      case "shape": entries.shape = try tuple()
      default: throw problem
      }
    }
    skipSpace()
    guard index == bytes.count, known == ["descr", "fortran_order", "shape"] else { throw problem }
    return entries
  }

  private let problem = ContentProblem.unreadable(
    "the header of its array is not as NumPy writes it")

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x0A].contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(ContentProblem) {
    guard take(byte) else { throw problem }
  }

  /// A text between quotes of either kind, without escapes.
  private mutating func text() throws(ContentProblem) -> String {
    skipSpace()
    guard index < bytes.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[index]) else {
      throw problem
    }
    let quote = bytes[index]
    let rest = bytes[(index + 1)...]
    guard let end = rest.firstIndex(of: quote), !rest[..<end].contains(UInt8(ascii: "\\")) else {
      throw problem
    }
    index = end + 1
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// The type of the elements; of a list of fields only whether objects are among them is looked at.
  private mutating func description() throws(ContentProblem) -> String? {
    guard take(UInt8(ascii: "[")) else { return try text() }
    var depth = 1
    var hasObjects = false
    while depth > 0 {
      skipSpace()
      guard index < bytes.count else { throw problem }
      switch bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        if ["O", "|O", "|O8"].contains(try text()) { hasObjects = true }
        continue
      default: break
      }
      index += 1
    }
    return hasObjects ? "O" : nil
  }

  private mutating func boolean() throws(ContentProblem) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return value
    }
    throw problem
  }

  private mutating func tuple() throws(ContentProblem) -> [Int] {
    try expect(UInt8(ascii: "("))
    var numbers: [Int] = []
    while !take(UInt8(ascii: ")")) {
      if !numbers.isEmpty {
        try expect(UInt8(ascii: ","))
        if take(UInt8(ascii: ")")) { break }
      }
      skipSpace()
      let digits = bytes[index...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)), numbers.count < 64 else {
        throw problem
      }
      index += digits.count
      // Python 2 wrote long numbers with an `L`.
      if index < bytes.count, bytes[index] == UInt8(ascii: "L") { index += 1 }
      numbers.append(number)
    }
    return numbers
  }
}

extension TensorFile {
  /// Reads the header of an `.npy` file.
  init(array source: any ByteSource) throws(ContentProblem) {
    let tensor = try Tensor(
      array: "array", in: .range(source, 0..<source.size), SourceStream(source), source.size)
    self.init([tensor])
  }

  /// Reads the headers of the arrays in an `.npz` file, which is a zip file.
  init(arrays source: any ByteSource) throws(ContentProblem) {
    var tensors: [Tensor] = []
    for member in try ZipMember.members(of: source) {
      var name = member.name
      if name.hasSuffix(".npy") { name.removeLast(4) }
      let place: Tensor.Place =
        member.isStored ? .range(source, member.range) : .member(member)
      let tensor: Tensor
      do throws(ContentProblem) {
        tensor = try Tensor(array: name, in: place, try member.stream(), member.size)
      } catch {
        guard case .unreadable(let words) = error else { throw error }
        throw .unreadable("\(words) (in '\(Excerpt.quoted(member.name))')")
      }
      tensors.append(tensor)
    }
    self.init(tensors)
  }
}

extension Tensor {
  /// Reads the header of an array.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - place: Where the header and the elements are.
  ///   - stream: All of that.
  ///   - size: How many bytes it has.
  fileprivate init(
    array name: String, in place: Place, _ stream: any ByteStream, _ size: Int
  ) throws(ContentProblem) {
    let header = try ArrayHeader.read(from: stream).header
    guard let length = Tensor.product(header.shape, header.type.width),
      length == size - header.length
    else {
      throw .unreadable(
        "its array has \(size - header.length) bytes, which is not what its shape takes")
    }
    var place = place
    if case .range(let source, let range) = place {
      place = .range(source, range.lowerBound + header.length..<range.upperBound)
    }
    let order = header.isColumnMajor ? ", column-major" : ""
    self.init(
      name: name, shape: header.shape, typeName: header.type.name + order, type: header.type,
      isColumnMajor: header.isColumnMajor, place: place)
  }
}
