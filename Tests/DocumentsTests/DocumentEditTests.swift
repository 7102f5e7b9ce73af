import Documents
import Testing

@Suite struct DocumentEditTests {
  private func edit(
    _ text: String, _ path: String, _ word: String, as format: DocumentFormat = .yaml
  ) throws -> String {
    let edit = try DocumentEdit(
      of: Array(text.utf8), as: format, setting: try DocumentPath(path), to: word)
    let value = try DocumentValue(reading: edit.bytes, as: format)
    #expect(value[edit.path] == edit.after)
    return String(decoding: edit.bytes, as: UTF8.self)
  }

  private func refusal(
    _ text: String, _ path: String, _ word: String, as format: DocumentFormat = .yaml
  ) -> DocumentError? {
    do {
      let path = try DocumentPath(path)
      _ = try DocumentEdit(of: Array(text.utf8), as: format, setting: path, to: word)
      return nil
    } catch {
      return error
    }
  }

  @Test func `everything else stays byte for byte`() throws {
    let text = """
      # Größe: 😀 of the model\r
      model:   {lr: 0.1 , "name": "näme",  layers: [ 64,128 ]}   # comment\r
      \r
      train:\r
        - epochs:    10   # how long\r
          seed: 'x'\r
      tail: |\r
        a: 1\r
      \r\n
      """
    #expect(try edit(text, "model.lr", "0.01") == text.replacing("lr: 0.1 ", with: "lr: 0.01 "))
    #expect(try edit(text, "model.name", "é") == text.replacing("näme", with: "é"))
    #expect(try edit(text, "model.layers.1", "7") == text.replacing("128", with: "7"))
    #expect(try edit(text, "train.0.epochs", "11") == text.replacing("   10 ", with: "   11 "))
    #expect(try edit(text, "train[0].seed", "it's") == text.replacing("'x'", with: "'it''s'"))
    #expect(try edit("\u{FEFF}é: 1", "é", "2") == "\u{FEFF}é: 2")
  }

  @Test(arguments: [
    ("1e-4", "1.0e-4"), ("1E5", "1.0E+5"), (".5", "0.5"), ("5.", "5.0"), ("+3", "3"), ("010", "10"),
    ("0.010", "0.010"), ("-1.5e-7", "-1.5e-7"), ("0x10", "16"), ("0o17", "15"), ("true", "true"),
    ("TRUE", "true"), ("null", "null"), ("~", "null"), (".inf", ".inf"), ("-.INF", "-.inf"),
    (".NaN", ".nan"), ("adam", "adam"), ("a b", "'a b'"), ("3d-model", "'3d-model'"), ("", "''"),
    ("\"yes\"", "'yes'"), ("\"a\\n\\ud83d\\ude00\"", "\"a\\n😀\""), ("a: b", "'a: b'"),
    ("# no comment", "'# no comment'"), ("\u{E0001}", "\"\\U000e0001\""),
    ("data/train-1.csv", "data/train-1.csv"),
  ])
  func `a word is written so that all readers agree`(word: String, written: String) throws {
    #expect(try edit("a: 0.25 # c\n", "a", word) == "a: \(written) # c\n")
    #expect(
      try edit("a:\nb: 1\n", "a", word)
        == "a: \(written)\nb: 1\n".replacing("a: null\n", with: "a:\n"))
    #expect(try edit("[0.25, b]\n", "0", word) == "[\(written), b]\n")
  }

  @Test(arguments: [
    "yes", "No", "on", "y", "1_000", "12:30:45", "0b11", "2026-01-02", "2026-01-02T03:04:05Z", "=",
    "1:30.5", "99999999999999999999", "-0x1_0", "1e_5",
  ])
  func `a word that readers disagree on is text or refused`(word: String) throws {
    #expect(refusal("a: 1\n", "a", word) == .ambiguousWord(word))
    #expect(refusal("a:\n", "a", word) == .ambiguousWord(word))
    #expect(refusal(#"{"a": 1}"#, "a", word, as: .json) == .ambiguousWord(word))
    #expect(try edit("a: x\n", "a", word) == "a: '\(word)'\n")
    #expect(try edit("a: \"x\"\n", "a", word) == "a: \"\(word)\"\n")
    #expect(try edit(#"{"a": "x"}"#, "a", word, as: .json) == #"{"a": "\#(word)"}"#)
  }

  @Test(arguments: [
    ("x", "0.1", "0.1"), ("x", "true", "true"), ("x", "null", "'null'"), ("x", "True", "'True'"),
    ("x", "0o17", "'0o17'"), ("'x'", "0.1", "'0.1'"), ("\"x\"", "true", "\"true\""),
    ("'x'", "a\tb", "\"a\\tb\""), ("x", "\"1\"", "'1'"), ("\"x\"", "é\"\\", "\"é\\\"\\\\\""),
    ("two\n  lines", "one", "one"),
  ])
  func `text that was quoted stays text`(old: String, word: String, written: String) throws {
    #expect(try edit("a: \(old)\nb: 1\n", "a", word) == "a: \(written)\nb: 1\n")
  }

  @Test(arguments: [
    ("1", "1e-4", "1.0e-4"), ("1", ".5", "0.5"), ("null", "true", "true"), ("true", "null", "null"),
    ("1", "adam", "\"adam\""), ("\"x\"", "0.1", "\"0.1\""), ("\"x\"", "é\u{1}", "\"é\\u0001\""),
    ("1", "\"2\"", "\"2\""), ("NaN", "2", "2"),
  ])
  func `JSON keeps its form`(old: String, word: String, written: String) throws {
    let text = "{\r\n\t\"é\" : [ 1, {\"a\":\(old)} ]\r\n}"
    let expected = "{\r\n\t\"é\" : [ 1, {\"a\":\(written)} ]\r\n}"
    #expect(try edit(text, "é.1.a", word, as: .json) == expected)
  }

  @Test func `the same value changes no byte`() throws {
    for word in ["1e-4", "0.0001", "1.0e-4"] {
      #expect(try edit("a: 1e-4\n", "a", word) == "a: 1e-4\n")
    }
  }

  @Test func `what cannot be changed by itself is refused`() {
    let text = """
      base: &base {lr: 0.1}
      one: {<<: *base, size: 1}
      two: *base
      three: &three 3
      four: !!str 4
      five: |
        text
      six: [[1], {}]
      """
    let place = DocumentPlace(line: 1, column: 18)
    let problems: [(String, DocumentError)] = [
      ("one.lr", .notEditable(DocumentPath(["one", "lr"]), .inherited(place))),
      ("two.lr", .notEditable(DocumentPath(["two", "lr"]), .alias)),
      ("base.lr", .editFailed(DocumentPath(["base", "lr"]))),
      ("three", .notEditable(DocumentPath(["three"]), .properties)),
      ("four", .notEditable(DocumentPath(["four"]), .properties)),
      ("five", .notEditable(DocumentPath(["five"]), .block)),
      ("six", .notScalar(DocumentPath(["six"]))),
      ("six.1", .notScalar(DocumentPath(["six", "1"]))),
    ]
    for (path, error) in problems { #expect(refusal(text, path, "9") == error) }
    #expect(throws: Never.self) { try edit(text, "one.size", "2") }
  }

  @Test func `a key that is not there is answered with those that were meant`() {
    let text = "train: {lr: 1, epochs: 2}\nseed: 3\nlayers: [4]\n"
    func near(_ path: String) -> [String]? {
      guard case .unknownKey(_, let near) = refusal(text, path, "9") else { return nil }
      return near.map(\.description)
    }
    #expect(near("lr") == ["train.lr"])
    #expect(near("train.epoch") == ["train.epochs"])
    #expect(near("sed") == ["seed"])
    #expect(near("layers.1") == ["layers.0"])
    #expect(near("nothing.like.it") == [])
  }

  @Test func `tables and TOML are not changed`() {
    for format in [DocumentFormat.toml, .csv, .tsv, .jsonLines] {
      #expect(refusal("a = 1", "a", "2", as: format) == .notWritten(format))
    }
    #expect(
      refusal("a: 1\n---\nb: 1\n", "a", "2") == .severalDocuments(DocumentPlace(line: 2, column: 1))
    )
    #expect(refusal("a: 1\na: 1\n", "a", "2")?.description.contains("comes again") == true)
  }

  @Test func `messages name the key`() {
    let path = DocumentPath(["a", "b.c"])
    let errors: [DocumentError] = [
      .unknownKey(path, near: []), .notScalar(path), .notEditable(path, .alias), .editFailed(path),
      .notEditable(path, .block), .notEditable(path, .properties),
      .notEditable(path, .inherited(DocumentPlace(line: 3, column: 1))),
    ]
    for error in errors { #expect(error.description.contains("key 'a.\"b.c\"'")) }
  }
}
