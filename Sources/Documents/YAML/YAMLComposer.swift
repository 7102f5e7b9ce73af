/// Makes values of what libyaml reads: aliases and merge keys resolved, plain words typed.
struct YAMLComposer: ~Copyable {
  private let source: DocumentSource
  private var parser: YAMLParser
  private var cursor: CharacterCursor
  private var anchors: [String: DocumentNode] = [:]
  private var valueCount = 0
  private var aliasedValues = 0

  init(_ source: DocumentSource) throws(DocumentError) {
    self.source = source
    cursor = CharacterCursor(source)
    do {
      parser = try YAMLParser(source.bytes[source.start...])
    } catch {
      throw .syntax(.yaml, error.text, source.place(at: 0))
    }
  }

  /// Reads the one document of the source; where there is none, its value is `null`.
  mutating func document() throws(DocumentError) -> DocumentNode {
    var root: DocumentNode?
    while true {
      let event = try next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .streamEnd:
        return root ?? DocumentNode(.scalar(.null, .plain), range: source.start..<source.start)
      case .documentStart:
        if root != nil { throw .severalDocuments(place(of: event)) }
        root = try node(try next(), depth: 0)
      case .alias, .scalar, .listStart, .tableStart, .end:
        throw .syntax(.yaml, "a value is out of place", place(of: event))
      }
    }
  }

  private mutating func node(
    _ event: YAMLEvent, depth: Int
  ) throws(DocumentError) -> DocumentNode {
    valueCount += 1
    if valueCount > DocumentLimits.values {
      throw .tooManyValues(place(of: event), limit: DocumentLimits.values)
    }
    let node: DocumentNode
    switch event.kind {
    case .alias(let name): return try alias(name, event, depth: depth)
    case .scalar(let text, let form): node = try scalar(text, form, event)
    case .listStart: node = try list(event, depth: depth + 1)
    case .tableStart: node = try table(event, depth: depth + 1)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .end:
      throw .syntax(.yaml, "a value is missing", place(of: event))
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func alias(
    _ name: String, _ event: YAMLEvent, depth: Int
  ) throws(DocumentError) -> DocumentNode {
    guard var node = anchors[name] else { throw .unknownAlias(name, place(of: event)) }
    aliasedValues += node.count
    if aliasedValues > DocumentLimits.aliasedValues { throw .tooManyAliases(place(of: event)) }
    if depth + node.height > DocumentLimits.depth {
      throw .tooDeep(place(of: event), limit: DocumentLimits.depth)
    }
    node.isAlias = true
    node.range = range(of: event)
    return node
  }

  private mutating func scalar(
    _ text: String, _ form: DocumentNode.ScalarForm, _ event: YAMLEvent
  ) throws(DocumentError) -> DocumentNode {
    let value: DocumentValue
    if let tag = event.tag {
      guard let tagged = YAMLTag.value(text, tag: tag) else {
        throw .unsupportedTag(tag, place(of: event))
      }
      value = tagged
    } else {
      value = form == .plain ? YAMLWord.value(of: text) : .text(text)
    }
    return DocumentNode(
      .scalar(value, form), range: range(of: event),
      hasProperties: event.tag != nil || event.anchor != nil)
  }

  private mutating func list(_ start: YAMLEvent, depth: Int) throws(DocumentError) -> DocumentNode {
    try check(start, isTable: false, depth: depth)
    var items: [DocumentNode] = []
    var event = try next()
    while !event.isEnd {
      items.append(try node(event, depth: depth))
      event = try next()
    }
    return collection(.list(items), from: start, to: event)
  }

  private mutating func table(_ start: YAMLEvent, depth: Int) throws(DocumentError) -> DocumentNode
  {
    try check(start, isTable: true, depth: depth)
    var members = MemberList()
    var merges: [DocumentNode] = []
    var event = try next()
    while !event.isEnd {
      let keyEvent = event
      let key = try node(keyEvent, depth: depth)
      let value = try node(try next(), depth: depth)
      if case .scalar("<<", .plain) = keyEvent.kind, keyEvent.tag == nil {
        merges += try merged(value, place: place(of: keyEvent))
      } else {
        let name = try name(of: key, keyEvent)
        try members.append(
          .init(key: name, keyStart: range(of: keyEvent).lowerBound, node: value), in: source)
      }
      event = try next()
    }
    return collection(
      .table(try inherited(merges, by: members) + members.members), from: start, to: event)
  }

  /// The text of a key: as it is written, so that `1` and `true` are keys of these names.
  private func name(
    of key: DocumentNode, _ event: YAMLEvent
  ) throws(DocumentError) -> String {
    if case .scalar(let text, _) = event.kind { return text }
    guard case .scalar(.text(let text), _) = key.content else {
      throw .keyNotScalar(source.place(at: key.range.lowerBound))
    }
    return text
  }

  /// The tables that a merge key names, the one that wins first.
  private func merged(
    _ value: DocumentNode, place: DocumentPlace
  ) throws(DocumentError) -> [DocumentNode] {
    switch value.content {
    case .table: return [value]
    case .list(let items):
      for item in items {
        guard case .table = item.content else { throw .badMerge(place) }
      }
      return items
    case .scalar: throw .badMerge(place)
    }
  }

  /// The fields that come through merge keys: those that the table does not have itself.
  private func inherited(
    _ tables: [DocumentNode], by own: MemberList
  ) throws(DocumentError) -> [DocumentNode.Member] {
    var inherited = MemberList()
    for case .table(let members) in tables.map(\.content) {
      for var member in members where !own.contains(member.key) && !inherited.contains(member.key) {
        member.isInherited = true
        try inherited.append(member, in: source)
      }
    }
    return inherited.members
  }

  private func check(_ start: YAMLEvent, isTable: Bool, depth: Int) throws(DocumentError) {
    if depth > DocumentLimits.depth {
      throw .tooDeep(place(of: start), limit: DocumentLimits.depth)
    }
    if let tag = start.tag, !YAMLTag.isAllowed(tag, onTable: isTable) {
      throw .unsupportedTag(tag, place(of: start))
    }
  }

  private mutating func collection(
    _ content: DocumentNode.Content, from start: YAMLEvent, to end: YAMLEvent
  ) -> DocumentNode {
    let first = range(of: start).lowerBound
    return DocumentNode(
      content, range: first..<max(first, range(of: end).upperBound),
      hasProperties: start.anchor != nil || start.tag != nil)
  }

  private mutating func next() throws(DocumentError) -> YAMLEvent {
    do {
      return try parser.next()
    } catch {
      throw .syntax(.yaml, error.text, place(ofCharacter: error.character))
    }
  }

  private mutating func range(of event: YAMLEvent) -> Range<Int> {
    let start = cursor.offset(of: event.range.lowerBound)
    return start..<cursor.offset(of: event.range.upperBound)
  }

  private func place(of event: YAMLEvent) -> DocumentPlace {
    place(ofCharacter: event.range.lowerBound)
  }

  private func place(ofCharacter character: Int) -> DocumentPlace {
    var cursor = cursor
    return source.place(at: cursor.offset(of: character))
  }
}

extension YAMLEvent {
  fileprivate var isEnd: Bool {
    if case .end = kind { return true }
    return false
  }
}
