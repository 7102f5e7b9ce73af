internal import Arguments
internal import ContentDiff
internal import Primitives

/// What `diff --content` accepts besides what `diff` does.
struct ContentOptions {
  static let content = Flag(
    "content", help: "Show how contents differ: rows, tensors, values, pictures, lines or bytes")
  static let key = Option<[ByteString]>(
    "key", value: "COLUMN", help: "Tell rows of tables apart by this column")
  static let limit = Option(
    "limit", value: "COUNT", default: 20, help: "Show so many differences of each kind")
  static let html = Option<ByteString?>(
    "html", value: "FILE", help: "Write the pictures that differ side by side to a page of HTML",
    completion: .files)

  /// The most differences of a kind that can be asked for.
  private static let mostShown = 10_000

  let comparison: ContentComparison.Options

  /// The page to be written.
  let page: ByteString?

  /// Takes the options, or nothing where contents are not asked for.
  init?(_ arguments: ParsedArguments) throws(UsageError) {
    let key = try arguments[Self.key]
    let limit = try arguments[Self.limit]
    page = try arguments[Self.html]
    guard arguments[Self.content] else {
      if !key.isEmpty { throw .incomplete("--key", needs: "--content") }
      if page != nil { throw .incomplete("--html", needs: "--content") }
      if limit != 20 { throw .incomplete("--limit", needs: "--content") }
      return nil
    }
    guard (0...Self.mostShown).contains(limit) else {
      throw .invalidValue(
        ByteString("\(limit)"), of: "--limit", expected: "a number from 0 to \(Self.mostShown)")
    }
    var options = ContentComparison.Options()
    options.limit = limit
    for word in key {
      guard let name = word.text else {
        throw .invalidValue(word, of: "--key", expected: "text in UTF-8")
      }
      options.key.append(name)
    }
    comparison = options
  }
}
