import Documents
import Testing

@Suite struct DocumentPathTests {
  @Test(arguments: [
    ("lr", ["lr"]), ("model.lr", ["model", "lr"]), ("layers.0.size", ["layers", "0", "size"]),
    ("layers[0].size", ["layers", "0", "size"]), ("a[0][12]", ["a", "0", "12"]),
    (#""a.b".c"#, ["a.b", "c"]), (#"a."""#, ["a", ""]), (#""say \"hi\"""#, ["say \"hi\""]),
    (#""\u00e9\n""#, ["é\n"]), ("größe-2/x", ["größe-2/x"]), ("a b", ["a b"]),
  ])
  func `a path is read`(text: String, components: [String]) throws {
    #expect(try DocumentPath(text).components == components)
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[0", "a]", #""a"#, #""a"b"#,
  ])
  func `what is not a path is refused`(text: String) {
    #expect(throws: DocumentError.badPath(text)) { try DocumentPath(text) }
  }

  @Test(arguments: [
    ["a", "b"], ["a.b"], ["a", ""], [""], ["a[0]"], ["\""], ["\\"], ["tab\t", "x=y"], ["\u{202E}"],
    ["é"], ["\u{E0001}"], ["a\u{301}"],
  ])
  func `a path reads back as it is shown`(components: [String]) throws {
    #expect(try DocumentPath(DocumentPath(components).description).components == components)
  }

  @Test func `items are sorted by their number`() throws {
    let paths = try ["b", "a.10", "a.9", "a.x", "a"].map { try DocumentPath($0) }
    #expect(paths.sorted().map(\.description) == ["a", "a.9", "a.10", "a.x", "b"])
  }
}
