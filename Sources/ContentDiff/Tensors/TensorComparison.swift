internal import Platform
internal import Synchronization

/// Compares the tensors of two files by name.
///
/// What both files are known to share is not read. The rest is read in pieces, on all cores; sums are
/// formed piece by piece in order, so that they are the same on every machine.
struct TensorComparison {
  /// How many elements a thread takes at a time.
  private static let pieceSize = 1 << 20

  /// How many bytes of a piece at most, whatever an element takes.
  private static let pieceBytes = 4 << 20

  private let limit: Int
  private var difference: TensorDifference
  private var squares = 0.0

  /// Compares two files.
  static func compare(
    _ old: TensorFile, _ new: TensorFile, limit: Int
  ) throws(ContentProblem) -> TensorDifference {
    var comparison = Self(
      limit: limit,
      difference: TensorDifference(oldCount: old.tensors.count, newCount: new.tensors.count))
    let partners = Dictionary(old.tensors.map { ($0.name, $0) }) { first, _ in first }
    for tensor in new.tensors {
      if let partner = partners[tensor.name] {
        try comparison.compare(partner, tensor)
      } else {
        comparison.difference.added += 1
        comparison.note(change(.added, nil, tensor))
      }
    }
    let known = Set(new.tensors.map(\.name))
    for tensor in old.tensors where !known.contains(tensor.name) {
      comparison.difference.removed += 1
      comparison.note(change(.removed, tensor, nil))
    }
    if comparison.difference.changedElements > 0 {
      comparison.difference.norm = comparison.squares.squareRoot().ifFinite
    }
    comparison.difference.notes = notes(old.notes, new.notes, limit: limit)
    return comparison.difference
  }

  private init(limit: Int, difference: TensorDifference) {
    self.limit = limit
    self.difference = difference
  }

  private mutating func note(_ change: TensorDifference.Change) {
    if difference.changes.count < limit {
      difference.changes.append(change)
    } else {
      difference.furtherChanges += 1
    }
  }

  private static func change(
    _ kind: TensorDifference.Change.Kind, _ old: Tensor?, _ new: Tensor?
  ) -> TensorDifference.Change {
    TensorDifference.Change(
      kind: kind, name: Excerpt.quoted((new ?? old)?.name ?? ""), oldShape: old?.shape,
      newShape: new?.shape, oldType: old.map { Excerpt.quoted($0.typeName) },
      newType: new.map { Excerpt.quoted($0.typeName) })
  }

  private static func notes(
    _ old: [String: String], _ new: [String: String], limit: Int
  ) -> [ValueDifference.Change] {
    let keys = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    return keys.prefix(limit).map { key in
      .init(
        kind: old[key] == nil ? .added : new[key] == nil ? .removed : .changed, path: key,
        old: old[key], new: new[key])
    }
  }

  // MARK: - One tensor

  private mutating func compare(_ old: Tensor, _ new: Tensor) throws(ContentProblem) {
    var change = Self.change(.changed, old, new)
    let isSameType = old.typeName == new.typeName
    guard old.shape == new.shape, old.isColumnMajor == new.isColumnMajor,
      let (left, right) = Self.types(old, new)
    else {
      if old.shape == new.shape, isSameType, try Self.areSameBytes(old, new) {
        difference.unchanged += 1
        return
      }
      difference.changed += 1
      return note(change)
    }
    let tally = try Self.tally(old, left, new, right)
    if tally.changed == 0, isSameType {
      difference.unchanged += 1
      return
    }
    difference.changed += 1
    difference.changedElements += tally.changed
    change.changedElements = tally.changed
    if left.isNumeric, right.isNumeric {
      squares += tally.squares
      change.norm = tally.squares.squareRoot().ifFinite
      change.greatest = tally.greatest
      change.notFinite = tally.notFinite
    }
    note(change)
  }

  /// The types of two tensors, if their elements can be compared one by one.
  private static func types(_ old: Tensor, _ new: Tensor) -> (ElementType, ElementType)? {
    guard let left = old.type, let right = new.type else { return nil }
    if left == right { return (left, right) }
    let isComparable =
      left.isNumeric && right.isNumeric && (left.kind == .complex) == (right.kind == .complex)
    return isComparable ? (left, right) : nil
  }

  /// Whether two tensors of a type that is not known are the same.
  private static func areSameBytes(
    _ old: Tensor, _ new: Tensor
  ) throws(ContentProblem) -> Bool {
    let byte = ElementType(name: "byte", kind: .opaque, width: 1)
    guard case .range(_, let left) = old.place, case .range(_, let right) = new.place,
      left.count == right.count
    else { return false }
    return try tally(old, byte, new, byte).changed == 0
  }

  private static func tally(
    _ old: Tensor, _ left: ElementType, _ new: Tensor, _ right: ElementType
  ) throws(ContentProblem) -> ElementTally {
    guard case .range(let oldSource, let oldRange) = old.place,
      case .range(let newSource, let newRange) = new.place
    else { return try tally(stream(old), left, stream(new), right) }
    var ranges = [0..<oldRange.count / left.width]
    if left == right {
      ranges = try SharedParts.mayDiffer(oldSource, oldRange, newSource, newRange).map {
        $0.lowerBound / left.width..<($0.upperBound + left.width - 1) / left.width
      }
    }
    let pieces = Self.pieces(of: ranges, width: max(left.width, right.width))
    let tallies = Mutex([ElementTally](repeating: ElementTally(), count: pieces.count))
    try Threads.forEach(pieces.count) { number throws(ContentProblem) in
      let piece = pieces[number]
      let one = try oldSource.bytes(in: piece.bytes(left.width, from: oldRange.lowerBound))
      let other = try newSource.bytes(in: piece.bytes(right.width, from: newRange.lowerBound))
      if left == right, one == other { return }
      var tally = ElementTally()
      tally.compare(one.span, left, other.span, right)
      tallies.withLock { $0[number] = tally }
    }
    return tallies.withLock { $0.reduce(into: ElementTally()) { $0.add($1) } }
  }

  /// Cuts ranges of elements into pieces; two that share an element become one.
  private static func pieces(of ranges: [Range<Int>], width: Int) -> [Range<Int>] {
    let size = max(1, min(pieceSize, pieceBytes / width))
    var pieces: [Range<Int>] = []
    var end = 0
    for range in ranges {
      let range = max(range.lowerBound, end)..<max(range.upperBound, end)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
        pieces.append(start..<min(start + size, range.upperBound))
      }
      end = range.upperBound
    }
    return pieces
  }

  // MARK: - Compressed tensors

  private static func stream(_ tensor: Tensor) throws(ContentProblem) -> any ByteStream {
    switch tensor.place {
    case .range(let source, let range): SourceStream(PartSource(source, range))
    case .member(let member): try ArrayHeader.read(from: member.stream()).elements
    }
  }

  /// Compares the elements of two streams.
  private static func tally(
    _ old: any ByteStream, _ left: ElementType, _ new: any ByteStream, _ right: ElementType
  ) throws(ContentProblem) -> ElementTally {
    var tally = ElementTally()
    var (one, other): ([UInt8], [UInt8]) = ([], [])
    while true {
      // The side that is behind is read, so that what is held stays small.
      let isOldBehind = one.count / left.width <= other.count / right.width
      let more = try isOldBehind ? old.next() : new.next()
      if more.isEmpty {
        // Damage is found at the end.
        while try !(isOldBehind ? new : old).next().isEmpty {}
        return tally
      }
      if isOldBehind { one += more } else { other += more }
      let count = min(one.count / left.width, other.count / right.width)
      tally.compare(
        one.span.extracting(0..<count * left.width), left,
        other.span.extracting(0..<count * right.width), right)
      one.removeFirst(count * left.width)
      other.removeFirst(count * right.width)
    }
  }
}

extension Range<Int> {
  /// The bytes of a range of elements, where the first one begins at an offset.
  fileprivate func bytes(_ width: Int, from start: Int) -> Self {
    start + lowerBound * width..<start + upperBound * width
  }
}

extension Double {
  /// The number, or `nil` for one that JSON cannot write.
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}
