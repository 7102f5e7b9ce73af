internal import CYAML

/// What libyaml says comes next in a document.
struct YAMLEvent {
  /// What the event says.
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, DocumentNode.ScalarForm)
    case listStart
    case tableStart
    /// The end of the list or table that was begun last.
    case end
  }

  let kind: Kind
  /// The name that an alias may use for the value.
  let anchor: String?
  let tag: String?
  /// The characters of Unicode that it is written with, counted from the start of the text.
  let range: Range<Int>
}

/// Why libyaml refuses a text; the place is a number of characters.
struct YAMLProblem: Error {
  let text: String
  let character: Int
}

/// libyaml's parser over a text, which it hands out event by event.
@safe struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// Throws where memory runs out.
  init(_ bytes: ArraySlice<UInt8>) throws(YAMLProblem) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw YAMLProblem(text: "memory ran out", character: 0)
    }
    // The parser reads from it until it is deleted.
    let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = unsafe text.initialize(from: bytes)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    unsafe self.parser = parser
    unsafe self.text = text
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event; not to be asked for after `streamEnd`.
  mutating func next() throws(YAMLProblem) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem }
    defer { unsafe yaml_event_delete(&event) }
    let range =
      unsafe Int(
        event.start_mark.index)..<max(
        Int(event.start_mark.index), Int(event.end_mark.index))
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT:
      return YAMLEvent(kind: .streamStart, anchor: nil, tag: nil, range: range)
    case YAML_DOCUMENT_START_EVENT:
      return YAMLEvent(kind: .documentStart, anchor: nil, tag: nil, range: range)
    case YAML_DOCUMENT_END_EVENT:
      return YAMLEvent(kind: .documentEnd, anchor: nil, tag: nil, range: range)
    case YAML_ALIAS_EVENT:
      let name = unsafe Self.string(event.data.alias.anchor) ?? ""
      return YAMLEvent(kind: .alias(name), anchor: nil, tag: nil, range: range)
    case YAML_SCALAR_EVENT:
      return unsafe Self.scalar(event.data.scalar, range: range)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return unsafe YAMLEvent(
        kind: .listStart, anchor: Self.string(start.anchor), tag: Self.string(start.tag),
        range: range)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return unsafe YAMLEvent(
        kind: .tableStart, anchor: Self.string(start.anchor), tag: Self.string(start.tag),
        range: range)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return YAMLEvent(kind: .end, anchor: nil, tag: nil, range: range)
    default:
      return YAMLEvent(kind: .streamEnd, anchor: nil, tag: nil, range: range)
    }
  }

  private typealias ScalarData = yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar

  private static func scalar(_ data: ScalarData, range: Range<Int>) -> YAMLEvent {
    let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
    let form: DocumentNode.ScalarForm =
      switch unsafe data.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    return unsafe YAMLEvent(
      kind: .scalar(String(decoding: bytes, as: UTF8.self), form), anchor: string(data.anchor),
      tag: string(data.tag), range: range)
  }

  private static func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }

  private var problem: YAMLProblem {
    let text = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    return YAMLProblem(
      text: text ?? "memory ran out", character: unsafe Int(parser.pointee.problem_mark.index))
  }
}
