import Arguments
import Commands
import TestSupport
import Testing

/// Keeps `docs/cli-reference.md` true to the commands' declarations.
@Suite struct ReferenceTests {
  @Test func `the command reference is made from the declarations`() throws {
    try expectPage(Tool.spec.markdownReference, "docs/cli-reference.md")
  }

  @Test(arguments: Tool.spec.manualPageNames)
  func `every manual page can be printed`(name: String) throws {
    let page = try #require(Tool.spec.manualPage(name, version: "shale 1"))
    #expect(page.hasPrefix(".TH \"\(name.uppercased())\" 1 "))
    #expect(Surroundings().run("docs page \(name)").output.hasPrefix(".TH"))
  }
}
