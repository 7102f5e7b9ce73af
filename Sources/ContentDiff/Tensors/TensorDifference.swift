/// How the tensors of two files differ.
package struct TensorDifference: Encodable, Equatable, Sendable {
  /// A tensor that differs.
  package struct Change: Encodable, Equatable, Sendable {
    /// What became of a tensor.
    package enum Kind: String, Encodable, Sendable {
      case added, changed, removed
    }

    package let kind: Kind
    package let name: String
    package let oldShape: [Int]?
    package let newShape: [Int]?

    /// What the files call the types of the elements: `BF16`, `<f4`.
    package let oldType: String?
    package let newType: String?

    /// How many elements have other bits, or are other numbers where the types differ; `nil` where the
    /// shapes differ or a type is not known.
    package internal(set) var changedElements: Int?

    /// The root of the sum of the squares of the differences, new less old; `nil` for what is not
    /// compared as numbers or is beyond all numbers.
    package internal(set) var norm: Double?

    /// The greatest difference.
    package internal(set) var greatest: Double?

    /// How many changed elements are infinite or no number on a side: neither of the above has them.
    package internal(set) var notFinite: Int?
  }

  /// How many tensors there are.
  package let oldCount: Int
  package let newCount: Int
  package internal(set) var added = 0
  package internal(set) var removed = 0
  package internal(set) var changed = 0
  package internal(set) var unchanged = 0

  /// The sums over all tensors that were compared.
  package internal(set) var changedElements = 0
  package internal(set) var norm: Double?

  /// The tensors that differ, in the order of the new file; those that went come last.
  package internal(set) var changes: [Change] = []

  /// How many more there are.
  package internal(set) var furtherChanges = 0

  /// What the files say of themselves, as far as it differs.
  package internal(set) var notes: [ValueDifference.Change] = []
}
