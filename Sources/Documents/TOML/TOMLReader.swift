internal import CTOML

/// Reads TOML through the library behind `CTOML`.
enum TOMLReader {
  static func value(of source: DocumentSource) throws(DocumentError) -> DocumentValue {
    try TOMLNesting.check(source)
    var builder = TOMLBuilder()
    var problem = ctoml_problem()
    let status = unsafe source.bytes.withUnsafeBytes { bytes in
      unsafe withUnsafeMutablePointer(to: &builder) { builder in
        unsafe ctoml_read(
          bytes.baseAddress, bytes.count,
          { context, event in
            guard let context = unsafe context, let event = unsafe event?.pointee else { return 1 }
            let builder = unsafe context.assumingMemoryBound(to: TOMLBuilder.self)
            return unsafe builder.pointee.take(event) ? 0 : 1
          }, builder, &problem)
      }
    }
    switch status {
    case CTOML_DONE: return builder.value
    case CTOML_SYNTAX:
      let place = DocumentPlace(line: Int(problem.line), column: Int(problem.column))
      throw .syntax(.toml, text(of: problem), place)
    case CTOML_STOPPED: throw builder.problem
    default: throw .unreadable(.toml)
    }
  }

  private static func text(of problem: ctoml_problem) -> String {
    unsafe withUnsafeBytes(of: problem.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// Puts the events of a TOML document together.
private struct TOMLBuilder {
  /// A list or table that has not ended.
  private struct Open {
    let isTable: Bool
    var key = ""
    var items: [DocumentValue] = []
    var fields: [DocumentField] = []
  }

  private(set) var value = DocumentValue.table([])
  private(set) var place = DocumentPlace(line: 1, column: 1)
  private var open: [Open] = []
  private var valueCount = 0

  /// Why an event was not taken.
  var problem: DocumentError {
    valueCount > DocumentLimits.values
      ? .tooManyValues(place, limit: DocumentLimits.values)
      : .tooDeep(place, limit: DocumentLimits.depth)
  }

  /// Takes an event, or returns false where the document is too deep or has too many values.
  mutating func take(_ event: ctoml_event) -> Bool {
    place = unsafe DocumentPlace(line: Int(event.line), column: Int(event.column))
    switch unsafe event.kind {
    case CTOML_TABLE_START: open.append(Open(isTable: true))
    case CTOML_LIST_START: open.append(Open(isTable: false))
    case CTOML_END:
      if let ended = open.popLast() {
        add(ended.isTable ? .table(ended.fields) : .list(ended.items))
      }
    case CTOML_KEY: open[open.count - 1].key = unsafe text(of: event)
    case CTOML_TEXT: add(.text(unsafe text(of: event)))
    case CTOML_INTEGER: add(.integer(unsafe Int(event.integer)))
    case CTOML_NUMBER: add(.number(unsafe event.number))
    default: add(.boolean(unsafe event.integer != 0))
    }
    return open.count <= DocumentLimits.depth && valueCount <= DocumentLimits.values
  }

  private mutating func add(_ value: DocumentValue) {
    valueCount += 1
    guard let last = open.indices.last else {
      self.value = value
      return
    }
    if open[last].isTable {
      open[last].fields.append(DocumentField(key: open[last].key, value: value))
    } else {
      open[last].items.append(value)
    }
  }

  private func text(of event: ctoml_event) -> String {
    let bytes = unsafe UnsafeRawBufferPointer(start: event.text, count: event.text_length)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
