import Documents
import Foundation
import Testing

@Suite struct DocumentValueTests {
  let value = DocumentValue.table([
    DocumentField(
      key: "model",
      value: .table([
        DocumentField(key: "lr", value: .number(1e-4)),
        DocumentField(key: "name", value: .text("small")),
      ])),
    DocumentField(
      key: "layers",
      value: .list([
        .table([DocumentField(key: "size", value: .integer(64))]), .list([]),
      ])),
    DocumentField(key: "a.b", value: .null),
  ])

  @Test func `a value is found by its path`() throws {
    #expect(value[try DocumentPath("model.lr")] == .number(1e-4))
    #expect(value[try DocumentPath("layers.0.size")] == .integer(64))
    #expect(value[try DocumentPath("layers[0].size")] == .integer(64))
    #expect(value[try DocumentPath("\"a.b\"")] == .null)
    #expect(value[.root] == value)
    for absent in ["model.LR", "layers.2", "layers.00", "layers.-1", "a.b", "model.lr.x"] {
      #expect(value[try DocumentPath(absent)] == nil)
    }
  }

  @Test func `leaves keep the document's order, and their paths lead back`() {
    let leaves = value.flattened
    let shown = ["model.lr", "model.name", "layers.0.size", "layers.1", "\"a.b\""]
    #expect(leaves.map(\.path.description) == shown)
    for leaf in leaves { #expect(value[leaf.path] == leaf.value) }
    #expect(DocumentValue.integer(1).flattened == [.init(path: .root, value: .integer(1))])
  }

  @Test(arguments: [
    (DocumentValue.null, "null"), (.boolean(true), "true"), (.integer(-3), "-3"),
    (.number(0.1), "0.1"), (.number(1), "1.0"), (.number(1e-5), "1e-05"), (.number(.nan), "NaN"),
    (.number(-.infinity), "-Infinity"), (.text("plain text"), "plain text"), (.text(""), "\"\""),
    (.text("bell\u{7}"), "\"bell\\007\""), (.list([.integer(1), .text("a")]), "[1, a]"),
    (.table([DocumentField(key: "a", value: .list([]))]), "{a: []}"),
  ])
  func `a value is shown on one line`(value: DocumentValue, shown: String) {
    #expect(value.description == shown)
  }

  @Test func `a number is shown so that it reads back the same`() {
    let numbers: [Double] = [
      0.1 + 0.2, 1 / 3, .leastNonzeroMagnitude, 1.797e308, -0.0, 123_456_789.123_456_79,
    ]
    for number in numbers {
      let back = Double(DocumentValue.number(number).description)
      #expect(back?.bitPattern == number.bitPattern)
    }
  }

  @Test func `JSON says what others can read`() throws {
    let fields: [DocumentField] = [
      DocumentField(key: "exact", value: .integer(1 << 53)),
      DocumentField(key: "list", value: .list([.null, .boolean(false), .number(.infinity)])),
      DocumentField(key: "nan", value: .number(.nan)),
      DocumentField(key: "rate", value: .number(0.5)),
      DocumentField(key: "seed", value: .integer(.max)),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = try encoder.encode(DocumentValue.table(fields))
    let text = String(decoding: json, as: UTF8.self)
    let numbers = #""nan":"NaN","rate":0.5,"seed":"9223372036854775807""#
    #expect(
      text == #"{"exact":9007199254740992,"list":[null,false,"Infinity"],"# + numbers + "}")
  }

  @Test func `what is plain comes back from JSON`() throws {
    let json = Data(#"{"b":[1,2.5,"x",null,true,{}],"a":{"c":-1}}"#.utf8)
    let value = try JSONDecoder().decode(DocumentValue.self, from: json)
    #expect(value.description == "{a: {c: -1}, b: [1, 2.5, x, null, true, {}]}")
    let again = try JSONDecoder().decode(
      DocumentValue.self, from: try JSONEncoder().encode(value))
    #expect(again == value)
  }

  @Test func `a value is equal to itself, and to no other kind`() {
    #expect(DocumentValue.number(.nan) == .number(.nan))
    #expect(Set([DocumentValue.number(.nan), .number(.nan)]).count == 1)
    #expect(DocumentValue.integer(1) != .number(1))
    #expect(DocumentValue.text("1") != .integer(1))
    #expect(DocumentValue.integer(2).double == 2 && DocumentValue.text("2").double == nil)
  }
}
