import Documents
import Primitives
import Testing

@Suite struct DocumentFormatTests {
  @Test(arguments: [
    (ByteString("params.yaml"), DocumentFormat.yaml), ("a/b.YML", .yaml), ("metrics.json", .json),
    ("pyproject.toml", .toml), ("log.csv", .csv), ("loss.tsv", .tsv), ("log.jsonl", .jsonLines),
    ("log.v2.ndjson", .jsonLines),
  ])
  func `the end of a name says the format`(name: ByteString, format: DocumentFormat) {
    #expect(DocumentFormat(fileName: name) == format)
  }

  @Test(arguments: ["yaml", "a.yaml/b", "params.yaml.bak", "params.", "", "a.\u{FFFD}"])
  func `other files are none`(name: String) {
    #expect(DocumentFormat(fileName: ByteString(name)) == nil)
  }

  @Test func `rows are told from documents, and formats have names`() {
    #expect(DocumentFormat.allCases.filter(\.isTable) == [.csv, .tsv, .jsonLines])
    let names = DocumentFormat.allCases.map(\.description)
    #expect(names == ["YAML", "JSON", "TOML", "CSV", "TSV", "JSON Lines"])
  }
}
