/// A tensor and where its elements are.
struct Tensor: Sendable {
  /// Where elements are, one after the other.
  enum Place: Sendable {
    /// In a source, as they are.
    case range(any ByteSource, Range<Int>)
    /// In a compressed file of a zip file.
    case member(ZipMember)
  }

  let name: String

  /// The lengths of its sides; none for a single number.
  let shape: [Int]

  /// What the file calls the type of its elements.
  let typeName: String

  /// The type, or `nil` for one that is not known.
  let type: ElementType?

  /// Whether the first side varies fastest.
  var isColumnMajor = false
  let place: Place

  /// How many elements it has.
  var count: Int { shape.reduce(1, *) }

  /// The product of some lengths, or `nil` where one is negative or it is beyond all bounds.
  static func product(_ shape: [Int], _ width: Int) -> Int? {
    var product = width
    for length in shape {
      guard length >= 0 else { return nil }
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: length)
      if isTooLarge { return nil }
      product = next
    }
    return product
  }

  /// Whether a shape has a number of elements that can be counted, whatever the order of its lengths.
  static func isCountable(_ shape: [Int]) -> Bool {
    product(shape.filter { $0 != 0 }, 1) != nil
  }
}

/// The tensors of a file.
struct TensorFile: Sendable {
  /// By their places in the file.
  let tensors: [Tensor]

  /// What else the file says of itself: key paths and texts.
  let notes: [String: String]

  init(_ tensors: [Tensor], notes: [String: String] = [:]) {
    self.tensors = tensors
    self.notes = notes
  }
}
