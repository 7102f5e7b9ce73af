import Documents
import Foundation
import Lineage
import Platform
import Primitives
import Project
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct RunsListTests {
  @Test func `runs are listed with what differs, the newest first`() throws {
    let world = try RunWorld()
    var text = world.run("runs").text(of: "runs")
    _ = try world.addSearch()
    for line in [
      "runs", "runs list --sort acc", "runs --sort=-model.lr -n 2", "runs --where model.lr<0.1",
      "runs --where state=paused", "runs --columns id,model.lr,acc,status", "runs --md",
      "runs --csv --columns name,started,duration,model.lr,acc", "runs -q -n 1",
      "runs --where acc>", "runs --where ac>1", "runs --sort nope", "runs --csv --md", "runs nope",
      "runs show --csv", "runs --csv show base",
    ] { text += "\n" + world.run(line).text(of: line) }
    try expectGolden(text.replacing("\r\n", with: "␍\n"), "session/runs")
  }

  @Test(arguments: [40, 80, 100, 160])
  func `a table is as wide as the terminal, and says what is left out`(width: Int) throws {
    let world = try RunWorld()
    for number in 0..<3 {
      var values: [DocumentField] = []
      for field in 0..<400 {
        values.append(
          DocumentField(key: "parameter\(field)", value: .integer(field == 7 ? 1 : number)))
      }
      var record = try world.record(
        number, parameters: ["deep": .table(values)], metrics: ["m": .number(Double(number) / 3)])
      record.name = String(repeating: "long name ", count: 50)
      try world.add(record)
    }
    var shale = world.shale
    shale.terminal = width
    shale.environment["NO_COLOR"] = "1"
    let output = shale.run("runs").output
    let lines = output.split(separator: "\n")
    #expect(lines.count == 6)
    for line in lines.prefix(4) { #expect(line.count <= width, "\(line)") }
    #expect(lines[0].contains(" m"))
    #expect(output.contains("columns left out for want of room: "))
    #expect(output.contains("The same in all: deep.parameter7 1"))
    // Who asks for columns gets them.
    #expect(shale.run("runs --columns id,name,m").output.split(separator: "\n")[1].count > 400)
  }

  @Test func `numbers have as many digits as tell them apart, and none that are not there`() throws
  {
    let world = try RunWorld()
    let values: [DocumentValue] = [
      .number(0.123451), .number(0.123459), .number(1e308), .number(-1.5e-9), .number(.nan),
      .integer(7), .number(.infinity), .number(1234567.8),
    ]
    for (number, value) in values.enumerated() {
      try world.add(world.record(number, metrics: ["m": value]))
    }
    let cells = world.run("runs --columns m --sort started").output.split(separator: "\n").map {
      $0.drop { $0 == " " }
    }
    #expect(
      cells == ["m", "0.12345", "0.12346", "1e308", "-1.5e-9", "NaN", "7", "Infinity", "1234568"])
    let files = world.run("runs --columns m --csv --sort started").output.split(separator: "\r\n")
    #expect(
      files == [
        "m", "0.123451", "0.123459", "1e+308", "-1.5e-09", "NaN", "7", "Infinity", "1234567.8",
      ])
  }

  @Test func `names and values cannot command a terminal, a spreadsheet or a table`() throws {
    let world = try RunWorld()
    var record = try world.record(
      0,
      parameters: [
        "a\u{1B}[31m": .text("=cmd|' /C calc'!A1"), "b": .text("x\u{1B}]0;title\u{7}"),
        "c": .text("one,\"two\"\nthree"), "d": .text("-1"), "e": .number(-1), "f": .text("@x"),
      ])
    record.name = "| [x](y) \u{1B}[2J `"
    record.command = [ByteString([0x1B, 0x5B, 0x32, 0x4A]), ByteString([0xFF])]
    try world.add(record)
    for line in [
      "runs", "runs --md", "runs --csv", "runs show \(try onlyID(world).hex)", "--json runs",
    ] {
      let output = world.run(line).output
      #expect(!output.contains("\u{1B}") && !output.contains("\u{7}"), "\(line)")
    }
    let csv = world.run("runs --csv --columns b,c,d,e,f").output
    #expect(
      csv
        == "b,c,d,e,f\r\n\"\"\"x\\033]0;title\\007\"\"\",\"one,\"\"two\"\"\nthree\",'-1,-1.0,'@x\r\n"
    )
    #expect(world.run("runs --csv").output.contains("'=cmd|' /C calc'!A1"))
    #expect(world.run("runs --md --columns name").output.contains("\\| \\[x\\](y)"))
  }

  private func onlyID(_ world: RunWorld) throws -> ObjectID {
    try world.project.runs().summaries()[0].id
  }

  @Test func `a record that was changed is a warning with its id, and the others are listed`()
    throws
  {
    let world = try RunWorld()
    let ids = try world.addSearch()
    let file = world.project.layout.runs.appending(RunDirectory.name(of: ids[0]))
    var bytes = try file.contents()
    bytes[20] ^= 1
    try AtomicFile.replace(file, with: bytes, durably: false)
    try world.project.layout.directory.appending("runs.idx").remove()
    let listed = world.run("runs -q")
    #expect(listed.status == 0)
    #expect(listed.output.split(separator: "\n").count == 2)
    #expect(listed.errors.contains("'\(ids[0].abbreviated)' was changed"))
    #expect(listed.errors.contains("shale runs rm \(ids[0].abbreviated)"))
    let shown = world.run("runs show \(ids[0].abbreviated)")
    #expect(shown.status == 4)
    #expect(world.run("runs rm \(ids[0].abbreviated)").status == 0)
    #expect(world.run("runs -q").errors == "")
  }
}
