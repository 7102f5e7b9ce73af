internal import Primitives

/// Reads JSON Lines: one object a line, whose keys may differ from line to line.
///
/// Lines with nothing but space are passed over.
struct JSONLines: RowReader {
  private var line: [UInt8] = []
  private var number = 1

  mutating func read(
    _ bytes: Span<UInt8>, _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        try finish(take)
        number += 1
        line.removeAll(keepingCapacity: true)
      } else {
        if line.count == DocumentLimits.row.bytes {
          throw .rowTooLong(line: number, limit: DocumentLimits.row)
        }
        line.append(byte)
      }
    }
  }

  mutating func finish(
    _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    let space = Array(" \t\r\n\u{FEFF}".utf8)
    if line.allSatisfy({ space.contains($0) }) { return }
    try take(DocumentRow(line: number, cells: cells()))
  }

  private func cells() throws(DocumentError) -> [DocumentField] {
    let value: DocumentValue
    do {
      value = try DocumentValue(reading: line, as: .json)
    } catch {
      throw error.onLine(number)
    }
    guard case .table = value else { throw .rowNotTable(line: number) }
    let leaves = value.flattened.filter { $0.path != .root }
    if leaves.count > DocumentLimits.columns {
      throw .tooManyCells(line: number, count: leaves.count, limit: DocumentLimits.columns)
    }
    return leaves.map { DocumentField(key: $0.path.description, value: $0.value) }
  }
}

extension DocumentError {
  /// An error about a text of one line, said of the line of the file that it is.
  fileprivate func onLine(_ line: Int) -> DocumentError {
    func moved(_ place: DocumentPlace) -> DocumentPlace {
      DocumentPlace(line: line, column: place.column)
    }
    switch self {
    case .syntax(_, let text, let place): return .syntax(.jsonLines, text, moved(place))
    case .notUTF8(let place): return .notUTF8(moved(place))
    case .tooDeep(let place, let limit): return .tooDeep(moved(place), limit: limit)
    case .duplicateKey(let key, let place, let first):
      return .duplicateKey(key, moved(place), first: moved(first))
    default: return self
    }
  }
}
