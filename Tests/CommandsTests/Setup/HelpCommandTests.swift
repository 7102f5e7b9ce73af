import Arguments
import Commands
import TestSupport
import Testing

@Suite struct HelpCommandTests {
  @Test(arguments: Tool.spec.visibleCommands.map(\.name))
  func `help reads as it should`(name: String) throws {
    let line = "help \(name)"
    try expectGolden(Surroundings().run(line).text(of: line), line)
  }

  @Test func `the overview reads as it should`() throws {
    try expectGolden(Surroundings().run("help").text(of: "help"), "help")
  }

  @Test(arguments: Tool.spec.visibleCommands.map(\.name))
  func `--help, -h and help say the same`(name: String) {
    let help = Surroundings().run("help \(name)")
    #expect(help.status == 0 && help.errors == "")
    #expect(Surroundings().run("\(name) --help") == help)
    #expect(Surroundings().run("-h \(name)") == help)
  }

  @Test func `help fills the terminal it is shown on`() {
    let help = Surroundings(environment: [:], terminal: 60).run("help").output
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test func `help as JSON is a text`() {
    let output = Surroundings().run("help version --json").output
    #expect(output.hasPrefix("{\"command\":\"help\",\"ok\":true,\"result\":{\"text\":\"Show the"))
  }
}
