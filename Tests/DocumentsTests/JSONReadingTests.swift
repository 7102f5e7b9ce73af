import Documents
import Foundation
import Testing

@Suite struct JSONReadingTests {
  private func read(_ text: String) throws(DocumentError) -> DocumentValue {
    try DocumentValue(reading: Array(text.utf8), as: .json)
  }

  @Test(arguments: [
    ("1", DocumentValue.integer(1)), ("-0", .integer(0)), ("1.0", .number(1)),
    ("1E+2", .number(100)), ("NaN", .number(.nan)), ("-Infinity", .number(-.infinity)),
    ("18446744073709551616", .number(0x1p64)),
    ("18446744073709551617", .text("18446744073709551617")),
    (#""a\u00e9\ud83d\ude00\/\n""#, .text("aé😀/\n")),
    ("\"\u{7F}\u{FEFF}\"", .text("\u{7F}\u{FEFF}")),
    (" [ ] ", .list([])), ("{\r\n}", .table([])), ("\u{FEFF}null", .null),
  ])
  func `a value is read`(text: String, value: DocumentValue) throws {
    #expect(try read(text) == value)
  }

  @Test func `fields keep their order`() throws {
    let text = #"{"b": {"z": [1, 2.5, "x"], "a": true}, "a": null}"#
    #expect(try read(text).description == "{b: {z: [1, 2.5, x], a: true}, a: null}")
  }

  @Test(arguments: [
    (#"{"a": 1,\#n "b": 2,\#n "a": 3}"#, "key 'a' of line 1 comes again at line 3, column 2"),
    ("[1, 2", "line 1, column 6 is not JSON: ',' or ']' is missing"),
    ("[1,]", "line 1, column 4 is not JSON: a value is missing, or is no value of JSON"),
    (#"{"a" 1}"#, "line 1, column 6 is not JSON: ':' is missing after a key"),
    ("{a: 1}", "line 1, column 2 is not JSON: a key in quotes is missing"),
    ("", "line 1, column 1 is not JSON: a value is missing"),
    ("1 2", "line 1, column 3 is not JSON: there is more after the value"),
    ("\"a\nb\"", "a string holds a line break or another control character"),
    (#"["a"#, "line 1, column 2 is not JSON: a string is not closed"),
    (#""\"#, "a string is not closed"), (#""\x""#, "a string has an escape that JSON"),
    (#""\ud83d""#, "a string has an escape that JSON"),
  ])
  func `what is wrong is said with its place`(text: String, message: String) {
    do {
      let value = try read(text)
      Issue.record("read as \(value)")
    } catch {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  /// The decoder of Foundation is asked about the same texts.
  ///
  /// It is laxer in one point, a comma before `}`, which is left out here.
  @Test(arguments: [
    "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "tru", "True", "nan", "1_0", "--1", "-01",
    "0.5", "-1.5e-7", "10", "1e5", "0", "[1,[2]]", "[1 2]", "[,1]", "{,}",
    #"{"a":{}}"#, #""\u12""#, #""\u0041""#, "'a'", "[]]", "{\"a\":1", "\"\t\"", "/**/1", "nulll",
  ])
  func `JSON is what Foundation takes for it`(text: String) {
    let isJSON = (try? JSONDecoder().decode(DocumentValue.self, from: Data(text.utf8))) != nil
    #expect(((try? read(text)) != nil) == isJSON, "Foundation: \(isJSON)")
  }

  @Test func `what is too deep is refused`() {
    for text in [
      String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 200_000),
    ] {
      #expect(throws: DocumentError.self) { try read(text) }
    }
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(throws: Never.self) { try read(deep) }
  }
}
