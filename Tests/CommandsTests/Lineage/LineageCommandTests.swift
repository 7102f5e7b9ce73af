import Foundation
import FoundationXML
import Lineage
import Primitives
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct LineageCommandTests {
  /// What the graph of a command line has, as JSON.
  private func graph(_ line: String, _ scene: LineageScene) throws -> [String: Any] {
    let transcript = scene.shale.run("\(line) --json")
    #expect(transcript.status == 0, "\(transcript.output)")
    let parsed = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((parsed as? [String: Any])?["result"] as? [String: Any])
  }

  private func runs(_ line: String, _ scene: LineageScene) throws -> Set<String> {
    let nodes = try #require(graph(line, scene)["nodes"] as? [[String: Any]])
    return Set(nodes.filter { $0["kind"] as? String == "run" }.compactMap { $0["name"] as? String })
  }

  @Test func `up and down are shown as lines of eighty columns`() throws {
    let scene = try LineageScene()
    for (name, line) in [
      ("up", "lineage models/best.pt"), ("down", "lineage --down data"),
      ("run", "lineage train --depth 1"), ("revision", "lineage HEAD"),
    ] {
      let transcript = scene.shale.run(line)
      for line in transcript.output.split(separator: "\n") { #expect(line.count <= 80) }
      try expectGolden(transcript.text(of: line), "lineage/\(name)")
    }
  }

  @Test func `every way to name the same data leads to the same graph`() throws {
    let scene = try LineageScene()
    let file = try LineageScene.file("models/best.pt", "model\n")
    let all: Set = ["clean", "train"]
    for word in [
      "models/best.pt", "./models/best.pt", "models/best.pt.shale", "HEAD:models/best.pt",
      file.oid.hex, String(file.oid.hex.prefix(6)), "sha256:\(file.oid.hex)", "train", "run:train",
      String(try #require(scene.ids["train"]).hex.prefix(8)),
    ] {
      #expect(try runs("lineage \(word)", scene) == all, "\(word)")
    }
    #expect(try runs("lineage HEAD", scene) == all)
    try scene.world.setup.write("model\n", to: "odd:name")
    #expect(try runs("lineage ./odd:name", scene) == all)
    #expect(try runs("lineage --down data", scene) == ["clean", "older", "train"])
    #expect(try runs("lineage --down HEAD:data/labels.csv", scene) == ["train"])
    #expect(try runs("lineage --depth 1 models/best.pt", scene) == ["train"])
  }

  @Test func `a file is taken as it lies there now, and one that is gone as it was`() throws {
    let scene = try LineageScene()
    try scene.world.setup.write("older\n", to: "models/best.pt")
    #expect(try runs("lineage models/best.pt", scene) == ["clean", "older"])
    try FileManager.default.removeItem(at: scene.world.setup.file("models/best.pt"))
    #expect(try runs("lineage models/best.pt", scene) == ["clean", "train"])
    try FileManager.default.removeItem(at: scene.world.setup.file("clean.csv"))
    #expect(try runs("lineage clean.csv", scene) == ["clean"])
  }

  @Test func `a word with two meanings is refused, and the advice works`() throws {
    var scene = try LineageScene()
    try scene.run("main", from: [], to: [try LineageScene.file("x", "x")])
    let refused = scene.shale.run("lineage main")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("'main' could be a run or a revision"))
    #expect(try runs("lineage run:main", scene) == ["main"])
    #expect(try runs("lineage main^0", scene) == ["clean", "train"])
    let unknown = scene.shale.run("lineage nowhere")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("'nowhere' is no path, oid, run or revision"))
  }

  @Test(arguments: ["dot", "mermaid", "svg", "html", "prov", "openlineage", "json"])
  func `a graph is written in every format, to a file or to standard output`(
    format: String
  ) throws {
    let scene = try LineageScene()
    let shown = scene.shale.run("lineage models/best.pt --format \(format)")
    #expect(shown.status == 0)
    let told = scene.shale.run("lineage models/best.pt --format \(format) -o graph.out")
    #expect(told.output == "wrote graph.out\n")
    let written = try scene.world.setup.read("graph.out")
    if format != "json" { #expect(shown.output == String(decoding: written, as: UTF8.self)) }
    #expect(shown.output.contains("best.pt"))
    let mixed = scene.shale.run("lineage models/best.pt --json --format \(format)")
    #expect(mixed.status == 2)
  }

  @Test func `a record that was tampered with is told, and the rest is shown`() throws {
    var scene = try LineageScene()
    let id = try scene.run("bad", from: [], to: [try LineageScene.file("y", "y")])
    try scene.world.setup.write("{}", to: ".git/shale/runs/\(id).json")
    try FileManager.default.removeItem(at: scene.world.setup.file(".git/shale/runs.idx"))
    let transcript = scene.shale.run("lineage models/best.pt")
    #expect(transcript.status == 0)
    #expect(transcript.errors.contains("was changed"))
    #expect(transcript.output.contains("run \(try #require(scene.ids["train"]).hex.prefix(10))"))
  }

  @Test func `what no run made says since when git has it`() throws {
    let scene = try LineageScene()
    let transcript = scene.shale.run("lineage data")
    #expect(transcript.output.contains("no run is known that made it"))
    #expect(transcript.output.contains("since "))
    #expect(transcript.output.contains("in main"))
  }

  @Test(arguments: ["text", "dot", "mermaid", "svg", "html", "prov", "openlineage", "json"])
  func `hostile names command no terminal and break out of no format`(format: String) throws {
    var scene = try LineageScene()
    var input = try LineageScene.file("x", "x")
    input.path = try RepositoryPath(
      ByteString(Array("a\u{1B}[31m\"]-->\n</svg><script>alert(1)".utf8) + [0xFF]))
    try scene.run("evil\u{1B}]0;x\u{7}\u{202E}</script>", from: [input], to: []) {
      $0.command = ["sh", "-c", "\u{1B}[2J\"\n; --> </text>"]
      $0.metrics = nil
    }
    let transcript = scene.shale.run("lineage --down \(input.oid) --format \(format)")
    #expect(transcript.status == 0)
    #expect(!transcript.output.isEmpty)
    for scalar in transcript.output.unicodeScalars {
      #expect(scalar.value == 0x0A || scalar.value >= 0x20 && scalar.value != 0x7F)
    }
    if format == "svg" || format == "html" {
      #expect(!transcript.output.contains("<script>alert"))
      #expect(!transcript.output.contains("</svg><script"))
    }
    if format == "svg" { #expect(XMLParser(data: Data(transcript.output.utf8)).parse()) }
    if format == "json" || format == "prov" {
      _ = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    }
  }

  @Test func `what is named and not in the store is told, and nothing is lost`() throws {
    var scene = try LineageScene()
    var gone = try LineageScene.file("data", "gone")
    gone.kind = .tree
    try scene.run("used", from: [gone], to: [try LineageScene.file("models/z.pt", "z")])
    let transcript = scene.shale.run("lineage run:used")
    #expect(transcript.status == 0)
    #expect(transcript.output.contains("data/"))
    let unknown = scene.shale.run("lineage sha256:\(String(repeating: "ab", count: 32))")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("is no path, oid, run or revision"))
  }

  @Test func `a copy is the same data, and both paths are told`() throws {
    var scene = try LineageScene()
    let copy = try LineageScene.file("models/copy.pt", "model\n")
    try scene.run("copy", from: [try LineageScene.file("models/best.pt", "model\n")], to: [copy])
    let transcript = scene.shale.run("lineage models/best.pt")
    #expect(transcript.output.contains("also models/copy.pt"))
    #expect(transcript.output.contains("the same content came before"))
    #expect(try runs("lineage models/best.pt", scene) == ["clean", "copy", "train"])
  }
}
