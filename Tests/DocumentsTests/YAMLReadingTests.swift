import Documents
import Testing

@Suite struct YAMLReadingTests {
  private func read(_ text: String) throws(DocumentError) -> DocumentValue {
    try DocumentValue(reading: Array(text.utf8), as: .yaml)
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("0.01", DocumentValue.number(0.01)), ("1e-4", .number(1e-4)), ("1.0e-4", .number(1e-4)),
    (".5", .number(0.5)), ("5.", .number(5)), ("-.inf", .number(-.infinity)),
    (".nan", .number(.nan)), ("42", .integer(42)), ("+7", .integer(7)), ("-0", .integer(0)),
    ("0x1F", .integer(31)), ("0o17", .integer(15)), ("010", .integer(10)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
    ("9223372036854775809", .text("9223372036854775809")),
    (
      "340282366920938463463374607431768211456789",
      .text("340282366920938463463374607431768211456789")
    ),
    ("true", .boolean(true)), ("FALSE", .boolean(false)), ("~", .null), ("Null", .null),
    ("yes", .text("yes")), ("on", .text("on")), ("No", .text("No")), ("nUll", .text("nUll")),
    ("1_000", .text("1_000")), ("12:30:45", .text("12:30:45")), ("0b1", .text("0b1")),
    ("2026-01-02", .text("2026-01-02")), ("1e", .text("1e")), ("0x", .text("0x")),
    (".", .text(".")), ("-", .list([.null])), ("+", .text("+")), ("0xg", .text("0xg")),
    ("'1'", .text("1")), ("\"a\\tb\\u00e9\"", .text("a\tbé")), ("'it''s'", .text("it's")),
    ("!!str 1", .text("1")), ("!!float 1", .number(1)), ("!!int '3'", .integer(3)),
    ("! 1", .text("1")), ("|\n  a\n  b\n", .text("a\nb\n")), (">-\n  a\n  b\n", .text("a b")),
    ("two\n  lines", .text("two lines")), ("", .null), ("# only a comment\n", .null),
    ("---\n1\n...\n", .integer(1)), ("%YAML 1.2\n---\n1\n", .integer(1)),
  ])
  func `a scalar is what the core schema says`(text: String, value: DocumentValue) throws {
    #expect(try read(text) == value)
  }

  @Test func `fields keep their order, and keys are text`() throws {
    let value = try read(
      """
      b: {z: 1, a: [1, two, ~]}
      a:
        - x: 1
          y: 2
        -
      1: one
      true: yes
      "quoted key": ''
      empty:
      """)
    #expect(
      value.description
        == "{b: {z: 1, a: [1, two, null]}, a: [{x: 1, y: 2}, null], 1: one, true: yes, "
        + "quoted key: \"\", empty: null}")
  }

  @Test func `a byte order mark, line ends of Windows and other scripts are read`() throws {
    let value = try read("\u{FEFF}größe: 1\r\nname: \"é\"\r\n")
    #expect(value.description == "{größe: 1, name: é}")
  }

  @Test func `aliases and merge keys are resolved`() throws {
    let value = try read(
      """
      base: &base {lr: 0.1, size: 8}
      more: &more {lr: 9, depth: 2}
      one: {<<: *base, lr: 0.2}
      two: {<<: [*base, *more], own: 1}
      same: [*base, *base]
      text: {"<<": 1}
      """)
    #expect(value["one"]?.description == "{size: 8, lr: 0.2}")
    #expect(value["two"]?.description == "{lr: 0.1, size: 8, depth: 2, own: 1}")
    #expect(value["same"] == .list([value["base"], value["base"]].compactMap { $0 }))
    #expect(value["text"]?.description == "{<<: 1}")
  }

  @Test func `aliases cannot fill the memory`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let item = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\((0..<10).map { _ in item }.joined(separator: ", "))]\n"
    }
    #expect(refusal(text)?.contains("aliases multiply the document") == true)
  }

  @Test func `what is too deep is refused, by aliases too`() {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(refusal(deep) == nil)
    #expect(refusal("[\(deep)]") == "line 1, column 101 is more than 100 lists and tables deep")
    var chain = "a0: &a0 [1]\n"
    for level in 1...150 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(refusal(chain)?.hasSuffix("is more than 100 lists and tables deep") == true)
    #expect(refusal(String(repeating: "- ", count: 500_000)) != nil)
    #expect(refusal(String(repeating: "[", count: 500_000)) != nil)
    #expect(refusal(String(repeating: "{a: ", count: 500_000)) != nil)
  }

  @Test(arguments: [
    ("lr: 1\nsize: 2\nlr: 3\n", "key 'lr' of line 1 comes again at line 3, column 1"),
    ("a:\n  é: 1\n  é: 2\n", "key 'é' of line 2 comes again at line 3, column 3"),
    ("a: 1\n---\nb: 2\n", "a second document begins at line 2, column 1"),
    ("a: *nothing\n", "alias '*nothing' at line 1, column 4 has no anchor"),
    ("a: &a [*a]\n", "alias '*a' at line 1, column 8 has no anchor"),
    ("a: !!python/tuple [1]\n", "is not known, or does not fit its value"),
    ("a: !!int x\n", "tag 'tag:yaml.org,2002:int' at line 1, column 4 is not known"),
    ("? [a]\n: 1\n", "the key at line 1, column 3 is a list or a table"),
    ("a: {<<: 1}\n", "the merge key at line 1, column 5 names no table"),
    ("a: [1, 2\nb: 3\n", "line 2, column 2 is not YAML: did not find expected ',' or ']'"),
    ("a: b: c\n", "line 1, column 5 is not YAML: mapping values are not allowed in this context"),
    ("a:\n\t- 1\n", "is not YAML: found character that cannot start any token"),
    ("a: \u{0}\n", "is not YAML: control characters are not allowed"),
  ])
  func `what is wrong is said with its place`(text: String, message: String) {
    #expect(refusal(text)?.contains(message) == true, "\(refusal(text) ?? "read")")
  }

  @Test func `bytes that are not UTF-8, and too many, are refused`() {
    let broken = Array("a: 1\nb: \"".utf8) + [0xFF, 0x22, 0x0A]
    #expect(throws: DocumentError.notUTF8(DocumentPlace(line: 2, column: 5))) {
      try DocumentValue(reading: broken, as: .yaml)
    }
    let large = [UInt8](repeating: 0x20, count: (16 << 20) + 1)
    #expect(throws: DocumentError.self) { try DocumentValue(reading: large, as: .yaml) }
  }
}
