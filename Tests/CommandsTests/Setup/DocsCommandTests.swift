import Arguments
import Commands
import Testing

@Suite struct DocsCommandTests {
  @Test func `the names of the pages come one on each line`() {
    let names = Surroundings().run("docs pages").output.split(separator: "\n").map { String($0) }
    #expect(names == Tool.spec.manualPageNames)
    #expect(names.contains("shale") && names.contains("shale-version"))
    #expect(!names.contains("shale-docs"))
  }

  @Test func `the reference is the page of the documentation`() {
    #expect(Surroundings().run("docs reference").output == Tool.spec.markdownReference)
  }

  @Test(arguments: ["docs page", "docs page nothing", "docs"])
  func `a page that there is not is refused`(line: String) {
    #expect(Surroundings().run(line).status == 2)
  }
}
