internal import Platform
internal import Primitives

/// Writes paths of the user's machine so that a record can be shared (§8 of the format).
struct PathShortening: Sendable {
  let root: FilePath
  let directory: FilePath
  let home: FilePath?

  /// A word of a command line without the place of the worktree or the home directory.
  func shortened(_ word: ByteString) -> ByteString {
    let path = FilePath(word)
    if path == root || path.path(below: root) != nil {
      return relative(path)
    }
    if let home, home.bytes != "/", let rest = path.path(below: home) {
      return ByteString(Array("~/".utf8) + rest.bytes.bytes)
    }
    return inside(word, root: relative(root))
  }

  /// A message, with paths as seen from the root of the worktree.
  func shortened(message: String) -> String {
    inside(ByteString(message), root: ".").description
  }

  /// A text in which the worktree, and else the home directory, is written otherwise wherever it
  /// stands: `--data=/home/ada/project/x` as `--data=./x`.
  private func inside(_ text: ByteString, root name: ByteString) -> ByteString {
    let short = Self.replacing(root.bytes, in: text, with: name)
    guard let home, home.bytes != "/" else { return short }
    return Self.replacing(home.bytes, in: short, with: "~")
  }

  private static func replacing(
    _ place: ByteString, in text: ByteString, with name: ByteString
  ) -> ByteString {
    let (text, place) = (text.bytes, place.bytes)
    guard place.count > 1, text.count >= place.count else { return ByteString(text) }
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let end = index + place.count
      if text[index] == place[0], end <= text.count, text[index..<end].elementsEqual(place),
        isBoundary(text, before: index), end == text.count || !isPartOfName(text[end])
      {
        result += name.bytes
        index = end
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return ByteString(result)
  }

  /// Whether a path may begin here: not inside a longer one, but after `-I`.
  private static func isBoundary(_ text: [UInt8], before index: Int) -> Bool {
    if index == 0 || index == 2 && text[0] == UInt8(ascii: "-") { return true }
    let sign = text[index - 1]
    return !isPartOfName(sign) && sign != UInt8(ascii: "/") && sign != UInt8(ascii: "~")
  }

  private static func isPartOfName(_ sign: UInt8) -> Bool {
    switch sign {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), 0x80...0xFF:
      true
    default: false
    }
  }

  /// A path in the worktree, as seen from where the command runs.
  private func relative(_ path: FilePath) -> ByteString {
    let from = directory.path(below: root)?.components ?? []
    let to = path.path(below: root)?.components ?? []
    let common = zip(from, to).prefix { $0 == $1 }.count
    let names = from.dropFirst(common).map { _ in ByteString("..") } + to.dropFirst(common)
    if names.isEmpty { return "." }
    let text = names.map(\.bytes).joined(separator: [UInt8(ascii: "/")])
    return common == from.count ? ByteString(Array("./".utf8) + text) : ByteString(text)
  }
}
