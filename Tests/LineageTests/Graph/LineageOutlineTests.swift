internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct LineageOutlineTests {
  private let world = LineageWorld()

  private func lines(_ graph: LineageGraph) -> [String] {
    LineageOutline(graph).lines.map { line in
      let name =
        switch graph.nodes[line.node].content {
        case .artifact(let artifact): artifact.paths[0].description
        case .run(let run): run.name ?? "?"
        default: "?"
        }
      return String(repeating: "| ", count: line.lane) + (line.isBranch ? "-" : "") + name
        + (line.isRepeated ? " again" : "") + (line.leadsOn ? "" : ".")
    }
  }

  private func file(_ name: String) -> RunArtifact { LineageWorld.file(name, name) }

  @Test func `what leads furthest stays in its lane, and the rest branches off before it`() {
    world.run("clean", from: [file("raw")], to: [file("data")])
    world.run("train", from: [file("data"), file("base"), file("labels")], to: [file("model")])
    #expect(
      lines(world.graph(.up, of: file("model"))) == [
        "model", "train", "| -labels.", "| -base.", "data", "clean", "raw.",
      ])
  }

  @Test func `what is shared stands once, and is referred to afterwards`() {
    world.run("left", from: [file("raw")], to: [file("a")])
    world.run("right", from: [file("raw")], to: [file("b")])
    world.run("join", from: [file("a"), file("b")], to: [file("end")])
    let lines = lines(world.graph(.up, of: file("end")))
    #expect(lines.count { $0.hasSuffix("raw again.") } == 1)
    #expect(lines.count { $0.hasSuffix("raw.") && !$0.contains("again") } == 1)
    #expect(lines.count == 8)
  }

  @Test func `a chain of ten thousand runs takes one lane`() {
    for number in 0..<10_000 {
      world.run("\(number)", from: [file("\(number)")], to: [file("\(number + 1)")])
    }
    let outline = LineageOutline(world.graph(.up, of: file("10000")))
    #expect(outline.lines.count == 20_001)
    #expect(outline.lines.allSatisfy { $0.lane == 0 })
  }

  @Test func `a binary tree of a thousand runs takes ten lanes`() {
    for number in 1..<1_024 {
      world.run(
        "\(number)", from: [file("\(2 * number)"), file("\(2 * number + 1)")],
        to: [file("\(number)")])
    }
    let outline = LineageOutline(world.graph(.up, of: file("1")))
    #expect((outline.lines.map(\.lane).max() ?? 0) <= 10)
  }

  @Test func `a cycle ends where it closes`() {
    world.run("there", from: [file("a")], to: [file("b")])
    world.run("back", from: [file("b")], to: [file("a")])
    #expect(lines(world.graph(.up, of: file("a"))) == ["a", "back", "b", "there", "a again."])
  }
}
