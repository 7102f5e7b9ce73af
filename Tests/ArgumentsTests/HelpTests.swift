import Arguments
import Primitives
import TestSupport
import Testing

@Suite struct HelpTests {
  @Test(arguments: ["", "push", "remote", "remote add", "run"])
  func `help reads as it should`(topic: String) throws {
    try expectGolden(
      SampleTool.text(of: topic, width: 80), "arguments/help-\(topic.isEmpty ? "tool" : topic)")
  }

  @Test func `the manual page reads as it should`() throws {
    try expectGolden(SampleTool.page(of: "push"), "arguments/manual-push")
  }

  @Test func `the reference reads as it should`() throws {
    try expectGolden(SampleTool.spec.markdownReference, "arguments/reference")
  }

  @Test(arguments: [0, 50, 53, 80, 100, 1_000])
  func `help keeps to the width there is`(width: Int) throws {
    let limit = min(max(width, 50), 100)
    for topic in ["", "push", "remote"] {
      let lines = SampleTool.text(of: topic, width: width).split(separator: "\n")
      for line in lines where !line.contains("$ shale") && !line.hasPrefix("  shale") {
        #expect(line.count <= limit, "\(line)")
      }
    }
  }

  @Test func `what is hidden is nowhere`() throws {
    let spec = SampleTool.spec
    let texts =
      [spec.markdownReference, SampleTool.page(of: "push")]
      + ["", "push"].map { SampleTool.text(of: $0, width: 80) }
      + Shell.allCases.map { spec.completionScript(for: $0) }
    for text in texts {
      #expect(!text.contains("fast"))
      #expect(!text.contains("internals"))
    }
  }

  @Test func `groff has nothing to say about the manual page`() throws {
    guard try Program.run("groff", ["--version"]).status == 0 else { return }
    let page = Array(SampleTool.page(of: "push").utf8)
    let result = try Program.run("groff", ["-man", "-Tutf8", "-ww", "-z"], input: page)
    #expect(result.errorText == "")
    #expect(result.status == 0)
  }
}
