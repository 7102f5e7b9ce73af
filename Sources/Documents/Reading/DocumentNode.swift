/// A value with its place in the source: what an edit needs to know beside the value.
struct DocumentNode {
  /// What a node holds.
  indirect enum Content {
    case scalar(DocumentValue, ScalarForm)
    case list([DocumentNode])
    case table([Member])
  }

  /// How a scalar is written.
  enum ScalarForm {
    case plain
    case singleQuoted
    case doubleQuoted
    /// With `|` or `>`, on lines of its own.
    case block
  }

  /// A field of a table.
  struct Member {
    let key: String
    /// The byte at which the key begins.
    let keyStart: Int
    var node: DocumentNode
    /// Whether it comes from another table, through a merge key.
    var isInherited = false
  }

  let content: Content

  /// The bytes of the value, its anchor and tag among them.
  var range: Range<Int>

  /// Whether it has an anchor or a tag.
  var hasProperties = false

  /// Whether an alias stands here, for a value that is written elsewhere.
  var isAlias = false

  /// How many values it consists of, itself among them; those behind aliases count each time.
  let count: Int

  /// How many lists and tables are within each other here.
  let height: Int

  init(_ content: Content, range: Range<Int>, hasProperties: Bool = false) {
    self.content = content
    self.range = range
    self.hasProperties = hasProperties
    switch content {
    case .scalar: (count, height) = (1, 0)
    case .list(let items):
      count = items.reduce(1) { $0 + $1.count }
      height = items.reduce(0) { max($0, $1.height) } + 1
    case .table(let members):
      count = members.reduce(1) { $0 + $1.node.count }
      height = members.reduce(0) { max($0, $1.node.height) } + 1
    }
  }

  var value: DocumentValue {
    switch content {
    case .scalar(let value, _): value
    case .list(let items): .list(items.map(\.value))
    case .table(let members):
      .table(members.map { DocumentField(key: $0.key, value: $0.node.value) })
    }
  }
}
