internal import Documents
internal import Primitives

extension TensorFile {
  /// Reads the header of a safetensors file: eight bytes with its length, then an object of JSON.
  ///
  /// - SeeAlso: https://github.com/huggingface/safetensors, section "Format".
  /// - Throws: ``ContentProblem/unreadable(_:)`` for a header that says what is not so: as the format
  ///   asks, the tensors fill the file behind it without gaps.
  init(safetensors source: any ByteSource) throws(ContentProblem) {
    guard source.size >= 8 else { throw .unreadable("it ends before the length of its header") }
    let first = try source.bytes(in: 0..<8)
    let length = first.span.littleEndian
    guard length <= UInt64(source.size - 8) else {
      throw .unreadable(
        "its header claims \(length) bytes, and \(source.size - 8) are there")
    }
    guard length <= UInt64(ContentLimits.tensorHeader.bytes) else {
      throw .unreadable(
        "its header has \(length) bytes, and \(ContentLimits.tensorHeader) is the limit")
    }
    let start = 8 + Int(length)
    let text = try source.bytes(in: 8..<start)
    let header: DocumentValue
    do throws(DocumentError) {
      header = try DocumentValue(reading: text, as: .json)
    } catch {
      throw .unreadable("its header is not JSON: \(error)")
    }
    guard case .table(let fields) = header else {
      throw .unreadable("its header is not an object of JSON")
    }
    var notes: [String: String] = [:]
    var tensors: [(range: Range<Int>, tensor: Tensor)] = []
    for field in fields {
      if field.key == "__metadata__" {
        for leaf in field.value.flattened {
          notes[leaf.path.description] = Excerpt.text(of: leaf.value.description)
        }
        continue
      }
      tensors.append(try Self.tensor(field, in: source, from: start))
    }
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = start
    for (range, tensor) in tensors {
      guard range.lowerBound == end else {
        throw .unreadable("tensor '\(Excerpt.quoted(tensor.name))' is not behind the one before")
      }
      end = range.upperBound
    }
    guard end == source.size else {
      throw .unreadable("its tensors end at \(end), and the file at \(source.size)")
    }
    self.init(tensors.map { $0.tensor }, notes: notes)
  }

  /// Reads what the header says of one tensor.
  private static func tensor(
    _ field: DocumentField, in source: any ByteSource, from start: Int
  ) throws(ContentProblem) -> (range: Range<Int>, tensor: Tensor) {
    let name = "'\(Excerpt.quoted(field.key))'"
    guard case .text(let typeName)? = field.value["dtype"],
      let shape = field.value["shape"]?.lengths,
      let offsets = field.value["data_offsets"]?.lengths, offsets.count == 2
    else { throw .unreadable("its header says no type, shape and place of tensor \(name)") }
    guard offsets[0] <= offsets[1], offsets[1] <= source.size - start else {
      throw .unreadable("tensor \(name) is said to lie beyond the end of the file")
    }
    let range = start + offsets[0]..<start + offsets[1]
    let type = ElementType(safetensors: typeName)
    if let type {
      guard let size = Tensor.product(shape, type.width), size == range.count else {
        throw .unreadable(
          "tensor \(name) has \(range.count) bytes, which is not what its shape takes")
      }
    }
    guard Tensor.isCountable(shape) else {
      throw .unreadable("tensor \(name) has more elements than can be counted")
    }
    return (
      range,
      Tensor(
        name: field.key, shape: shape, typeName: typeName, type: type,
        place: .range(source, range))
    )
  }
}

extension DocumentValue {
  /// A list of whole numbers that are not negative, or `nil`.
  fileprivate var lengths: [Int]? {
    guard case .list(let items) = self else { return nil }
    var lengths: [Int] = []
    for item in items {
      guard case .integer(let length) = item, length >= 0 else { return nil }
      lengths.append(length)
    }
    return lengths
  }
}

extension Span<UInt8> {
  /// All bytes, eight at most, as a number with the least significant one first.
  var littleEndian: UInt64 {
    var value: UInt64 = 0
    for index in indices.reversed() { value = value << 8 | UInt64(self[index]) }
    return value
  }
}
