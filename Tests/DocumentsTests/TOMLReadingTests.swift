import Documents
import Testing

@Suite struct TOMLReadingTests {
  private func read(_ text: String) throws(DocumentError) -> DocumentValue {
    try DocumentValue(reading: Array(text.utf8), as: .toml)
  }

  @Test func `a document is read in its order`() throws {
    let value = try read(
      """
      z = 1
      b.c = 2 # a comment
      a = [1, 2.5, {x = true}]
      day = 1979-05-27
      then = 1979-05-27 07:32:00Z
      hour = 07:32:00.5
      [train]
      lr = 1e-4
      size = 0x10
      big = 9_223_372_036_854_775_807
      [[layers]]
      name = "x\\ty"
      [[layers]]
      limit = -inf
      [train.optimizer]
      name = 'sgd\\'
      """)
    #expect(
      value.description
        == #"{z: 1, b: {c: 2}, a: [1, 2.5, {x: true}], day: 1979-05-27, "#
        + "then: 1979-05-27T07:32:00Z, hour: 07:32:00.5, "
        + "train: {lr: 0.0001, size: 16, big: 9223372036854775807, optimizer: {name: \"sgd\\\\\"}}, "
        + #"layers: [{name: "x\ty"}, {limit: -Infinity}]}"#)
  }

  @Test func `an empty document is an empty table`() throws {
    #expect(try read("") == .table([]))
    #expect(try read("\u{FEFF}# nothing\r\n") == .table([]))
  }

  @Test(arguments: [
    ("a = 1\nb = \n", "line 2, column 5 is not TOML: "), ("a = 1\na = 2\n", "line 2, column"),
    ("a = 9223372036854775808\n", "line 1, column"), ("[a\n", "line 1, column"),
    ("a = yes\n", "line 1"),
  ])
  func `what is wrong is said with its place`(text: String, message: String) {
    do {
      let value = try read(text)
      Issue.record("read as \(value)")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }

  /// Input that breaks assertions of the library.
  @Test(arguments: ["[{x]\n", "[.[t]]\n", "[\n x]\n", "[:]\n", "[\u{E9}x]\n", "a = [., 1]\n"])
  func `input that the library takes for impossible is refused`(text: String) {
    #expect(throws: DocumentError.self) { try read(text) }
  }

  @Test func `characters of all scripts are read`() throws {
    #expect(try read("a = \"é\u{A0}\u{3000}😀\" # é\u{2028}\n\"é\" = 1")["é"] == .integer(1))
  }

  @Test(arguments: [90, 200, 1_000, 1_000_000])
  func `keys of many parts are no danger`(count: Int) {
    let key = (0..<count).map { _ in "a" }.joined(separator: ".")
    for text in [
      "\(key) = 1\n", "[\(key)]\n", "a = {\(key) = 1}", "\"=\".\(key) = 1", "' '.\(key)=1",
    ] {
      #expect(((try? read(text)) != nil) == (count < 100))
    }
    let lists = String(repeating: "[", count: count) + String(repeating: "]", count: count)
    #expect((try? read("a = \(lists)")) == nil)
  }

  @Test func `dots in texts, numbers and comments are no parts of keys`() throws {
    let dots = String(repeating: ".", count: 500)
    let numbers = (0..<500).map { "\($0).5" }.joined(separator: ", ")
    let text = """
      # \(dots)
      a = [\(numbers)]
      b = "\(dots) \\" \(dots)" # \(dots)
      c = '\(dots)'
      d = \"\"\"
      \(dots) "quoted" \(dots)
      \"\"\"
      e = '''
      \(dots)''' # '
      f = 1
      """
    #expect(try read(text)["f"] == .integer(1))
    #expect(try read(text).flattened.count == 505)
  }
}
