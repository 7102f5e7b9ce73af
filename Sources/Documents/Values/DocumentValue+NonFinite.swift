extension DocumentValue {
  /// The value with the texts that stand for numbers which are not finite as numbers.
  ///
  /// JSON has no such numbers: Python tools log `nan`, `inf` and `-inf`, and a run record has `NaN`,
  /// `Infinity` and `-Infinity`.
  package var withNonFiniteNumbers: DocumentValue {
    switch self {
    case .text("nan"), .text("NaN"): .number(.nan)
    case .text("inf"), .text("Infinity"): .number(.infinity)
    case .text("-inf"), .text("-Infinity"): .number(-.infinity)
    case .list(let items): .list(items.map(\.withNonFiniteNumbers))
    case .table(let fields):
      .table(
        fields.map { DocumentField(key: $0.key, value: $0.value.withNonFiniteNumbers) })
    default: self
    }
  }
}
