import Commands
import Testing

@Suite struct VersionCommandTests {
  @Test(arguments: ["version", "--version", "version -q", "--version -v"])
  func `the version is three numbers`(line: String) {
    #expect(Tool.version.wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
    #expect(Surroundings().run(line) == Transcript(output: "shale \(Tool.version)\n"))
  }

  @Test(arguments: ["version --json", "--json --version"])
  func `the version as JSON`(line: String) {
    #expect(
      Surroundings().run(line).output == """
        {"command":"version","ok":true,"result":{"version":"\(Tool.version)"},"v":1,"warnings":[]}

        """)
  }
}
