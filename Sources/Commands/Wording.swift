internal import Primitives
internal import Terminal

/// A number with its noun: `1 file`, `2 files`.
func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(grouped(number)) \(noun)s"
}

/// Paths as a sentence names them: the first, and how many more there are.
func named(_ first: RepositoryPath, _ count: Int) -> String {
  count == 1 ? "'\(first)'" : "'\(first)' and \(grouped(count - 1)) more"
}

/// A moment in UTC to the minute.
func minute(of time: Timestamp) -> String {
  String(time.description.prefix(16)).replacing("T", with: " ")
}

/// What became of a size: `2 B → 4 B`, or by how much it differs where rounding hides that.
///
/// - Returns: `nil` where it is the same.
func sizeChange(from old: ByteCount?, to new: ByteCount?) -> String? {
  guard let old, let new else { return (new ?? old).map { "\($0)" } }
  if old == new { return nil }
  let texts = ("\(old)", "\(new)")
  if texts.0 != texts.1 { return "\(texts.0) → \(texts.1)" }
  let sign = new > old ? "+" : "-"
  return "\(texts.1), \(sign)\(ByteCount.bytes(abs(new.bytes - old.bytes)))"
}

/// A path as a shell reads it, for commands that are advised: always quoted, and never an option.
func shellWord(_ path: RepositoryPath) -> String {
  let isOption = path.bytes.bytes.first == UInt8(ascii: "-")
  let name = isOption ? ByteString(Array("./".utf8) + path.bytes.bytes) : path.bytes
  if path.isRoot { return "." }
  let text = name.description
  // What is shown in quotes has the escapes that `$'…'` takes.
  if text.utf8.first == UInt8(ascii: "\"") {
    return "$'\(text.dropFirst().dropLast().replacing("'", with: "\\'"))'"
  }
  return "'\(text.replacing("'", with: "'\\''"))'"
}
