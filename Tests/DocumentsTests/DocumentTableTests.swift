import Documents
import Foundation
import Testing

@Suite struct DocumentTableTests {
  private func shown(_ table: DocumentTable) -> [String] {
    table.columns.map { column in
      "\(column.name)\(column.isNumeric ? "#" : "")=\(DocumentValue.list(column.values))"
    }
  }

  private func table(_ text: String, _ format: DocumentFormat = .csv) throws -> DocumentTable {
    try DocumentTable(reading: Array(text.utf8), as: format)
  }

  private func refusal(_ text: String, _ format: DocumentFormat = .csv) -> String? {
    do {
      _ = try DocumentTable(reading: Array(text.utf8), as: format)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `rows and columns are read with any line break`(end: String) throws {
    let lines = [
      "step,loss,name", "0,0.5,a", "1,nan,\"b, \"\"c\"\"\"", "", "2,1e-3,", "3,,007",
    ]
    let shown = ["step#=[0, 1, 2, 3]", "loss#=[0.5, NaN, 0.001, null]"]
    let name = #"name=[a, "b, \"c\"", null, 007]"#
    for last in ["", end, end + end] {
      let table = try table(lines.joined(separator: end) + last)
      #expect(self.shown(table) == shown + [name])
      #expect(table.rowCount == 4 && table.stride == 1)
    }
  }

  @Test func `the pieces that a file comes in do not matter`() throws {
    let text = "\u{FEFF}é,b\r\n1,\"x\r\ny\"\"\"\r\n2,ü\r\n"
    let whole = try table(text)
    #expect(shown(whole) == ["é#=[1, 2]", #"b=["x\r\ny\"", ü]"#])
    for size in 1...text.utf8.count {
      var reader = try DocumentTableReader(as: .csv)
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        try reader.read(Array(rest.prefix(size)).span)
        rest = rest.dropFirst(size)
      }
      #expect(try reader.finish() == whole)
    }
  }

  @Test func `tabs separate TSV`() throws {
    let table = try table("step\tloss\n0\t1.0\n1\t-inf\n", .tsv)
    #expect(shown(table) == ["step#=[0, 1]", "loss#=[1.0, -Infinity]"])
    #expect(table["loss"]?.numbers == [1, -.infinity])
    #expect(table["acc"] == nil)
  }

  @Test func `short rows have cells missing, and an empty file has no columns`() throws {
    #expect(shown(try table("a,b\n1\n,2\n")) == ["a#=[1, null]", "b#=[null, 2]"])
    #expect(try table("").columns == [])
    #expect(try table("a,b\n").columns == [])
  }

  @Test(arguments: [
    ("a,b\n1,2,3\n", "the row in line 2 has 3 cells, and 2 is the limit"),
    ("a,a\n1,2\n", "key 'a' of line 1 comes again"),
    ("a\n\"x\ny\"z\n", "line 2, column 1 is not CSV: text follows a closed quote"),
    ("a\n1\n\"x\n", "line 3, column 1 is not CSV: a quote is not closed"),
  ])
  func `what is wrong is said with its line`(text: String, message: String) {
    #expect(refusal(text)?.contains(message) == true, "\(refusal(text) ?? "read")")
  }

  @Test func `lines of JSON may differ, and nested keys are paths`() throws {
    let table = try table(
      """
      {"step": 0, "eval": {"loss": 0.5}, "note": "x"}

      {"step": 1, "eval": {"loss": NaN, "acc": [0.1, 0.2]}}\r
      {"step": 2.5, "note": 7, "empty": {}}
      """, .jsonLines)
    #expect(
      shown(table) == [
        "step#=[0, 1, 2.5]", "eval.loss#=[0.5, NaN, null]", "note=[x, null, 7]",
        "eval.acc.0#=[null, 0.1, null]", "eval.acc.1#=[null, 0.2, null]",
        "empty=[null, null, {}]",
      ])
  }

  @Test(arguments: [
    ("{\"a\": 1}\n[1]\n", "line 2 is not an object of JSON"),
    ("{\"a\": 1}\n{\"a\" 1}\n", "line 2, column 6 is not JSON Lines: ':' is missing"),
    ("{}\n{\"a\": 1, \"a\": 2}", "key 'a' of line 2 comes again at line 2, column 10"),
  ])
  func `a line that is no object is refused`(text: String, message: String) {
    #expect(refusal(text, .jsonLines)?.contains(message) == true)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for format in [DocumentFormat.csv, .jsonLines] {
      #expect(throws: DocumentError.self) {
        try DocumentTable(
          reading: Array("{\"a\": \"".utf8) + [0xFF] + Array("\"}\n".utf8), as: format)
      }
    }
  }

  @Test func `what is held is bounded, and the last row is there`() throws {
    for count in [0, 1, 2, 9, 10, 11, 37, 1_000, 4_097] {
      let text = "step,x\n" + (0..<count).map { "\($0),\($0 == 7 ? "odd" : "1")\n" }.joined()
      let table = try DocumentTable(reading: Array(text.utf8), as: .csv, rowLimit: 10)
      #expect(table.rowCount == count)
      guard count > 0 else { continue }
      let steps = try #require(table["step"]?.numbers.compactMap { $0 })
      #expect(steps.count <= 10 && steps.count >= min(count, 5))
      #expect(steps.last == Double(count - 1) && steps.first == 0)
      for step in steps.dropLast() { #expect(Int(step).isMultiple(of: table.stride)) }
      // The text in row 7 counts though the row may be gone.
      #expect(table["x"]?.isNumeric == (count <= 7))
    }
    let long = String(repeating: "x", count: 2 << 20)
    #expect(refusal("a\n\"" + long)?.contains("the row in line 2 has more than 1 MiB") == true)
    #expect(
      refusal("{}\n" + long, .jsonLines)?.contains("the row in line 2 has more than 1 MiB") == true)
    let columns = (0..<10_001).map { "c\($0)" }.joined(separator: ",")
    #expect(refusal(columns)?.contains("10000 is the limit") == true)
  }

  @Test func `columns that nobody wants are not kept`() throws {
    var reader = try DocumentTableReader(as: .csv, columns: ["b"])
    try reader.read(Array("a,b,c\n1,2,3\n".utf8).span)
    #expect(shown(try reader.finish()) == ["b#=[2]"])
  }

  @Test func `a list of tables is a table`() throws {
    let json = Array(#"[{"epoch": 1, "loss": 0.5}, {"epoch": 2, "acc": 1}]"#.utf8)
    let table = try #require(DocumentTable(try DocumentValue(reading: json, as: .json)))
    #expect(shown(table) == ["epoch#=[1, 2]", "loss#=[0.5, null]", "acc#=[null, 1]"])
    #expect(DocumentTable(.list([.integer(1)])) == nil && DocumentTable(.integer(1)) == nil)
    let rows = (0..<100).map { DocumentValue.table([.init(key: "a", value: .integer($0))]) }
    #expect(DocumentTable(.list(rows))?.columns.first?.values.count == 100)
  }

  @Test func `documents have no rows`() {
    for format in [DocumentFormat.yaml, .json, .toml] {
      #expect(throws: DocumentError.notATable(format)) { try DocumentRows(as: format) }
    }
    for format in [DocumentFormat.csv, .tsv, .jsonLines] {
      #expect(throws: DocumentError.notADocument(format)) {
        try DocumentValue(reading: [], as: format)
      }
    }
  }
}
