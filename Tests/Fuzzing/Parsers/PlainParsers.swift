import Primitives

extension FuzzedParser {
  /// What is read out of names, patterns and words.
  static let plainParsers: [FuzzedParser] = [
    FuzzedParser(
      "percent-encoding", words: ["%25", "%0A", "%"], texts: ["a%25b%0Ac", "data/train"]
    ) {
      bytes in
      guard let value = PercentEncoding.decode(bytes) else { return .refused }
      try expectSame(PercentEncoding.encode(value.bytes), as: bytes)
      return .accepted
    },
    FuzzedParser(
      "quoted-bytes", words: ["\\n", "\\377", "\\\\", "\""], texts: ["plain", "\"a\\n\\303\\\"\""]
    ) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let value = ByteString(description: text) else { return .refused }
      guard ByteString(description: value.description) == value else {
        throw BrokenPromise("a quoted name does not come back")
      }
      return .accepted
    },
    FuzzedParser("repository-path", words: ["..", "/", ".git", "\0"], texts: ["a/b/c", ""]) {
      bytes in
      try verdict {
        let path = try RepositoryPath(ByteString(bytes))
        if path.components.contains(where: { $0 == ".." || $0.bytes.contains(0) }) {
          throw BrokenPromise("a path leads out")
        }
        if let parent = path.parent, !path.isWithin(parent) || path.relative(to: parent) == nil {
          throw BrokenPromise("a path does not lie in its parent")
        }
      }
    },
    FuzzedParser("timestamp", words: ["-", "99"], texts: ["2026-11-21T09:30:00Z"]) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let time = Timestamp(description: text) else { return .refused }
      try expectSame(Array(time.description.utf8), as: Array(text.utf8))
      return .accepted
    },
    FuzzedParser("oid", texts: [String(repeating: "0123456789abcdef", count: 4)]) { bytes in
      guard let id = ObjectID(hex: bytes) else { return .refused }
      try expectSame(Array(id.hex.utf8), as: bytes)
      return .accepted
    },
    FuzzedParser(
      "ignore-rules", words: ["**/", "*", "[!a-z]", "[[:alpha:]]", "\\", "!", "/**/a", "?*"],
      texts: ["# no\n*.o\n!keep.o\n/build/\ndoc/**/x[a-c]\\ \n", "**/a/**/b/**\nz"]
    ) { bytes in
      let rules = IgnoreRules.none.adding(bytes, in: .root)
      for text in ["build/x.o", "a/b/a/b/a/b/a/b/c/d/e", "doc/aaaaaaaaaaaaaaaaaaaaaaaaaa/xb "] {
        let path = try RepositoryPath(ByteString(text))
        _ = rules.ignores(path, isDirectory: false)
        _ = rules.ignores(path, isDirectory: true)
      }
      return .accepted
    },
    FuzzedParser(
      "path-pattern", words: ["**/", "*", "**", "/a/", "[", "?"], texts: ["data/**/*.csv", "a"]
    ) { bytes in
      try verdict {
        let pattern = PathPattern(try RepositoryPath(ByteString(bytes)))
        let text = Array(repeating: "a", count: 24).joined(separator: "/")
        _ = pattern.relation(of: try RepositoryPath(ByteString(text)))
        _ = pattern.relation(of: try RepositoryPath("data/x/y.csv"))
      }
    },
  ]
}
