import Foundation
import Primitives
import TestSupport
import Testing

/// `why` tells in what a path differs, and where its content comes from.
@Suite(.temporaryDirectory) struct WhyCommandTests {
  private let scene: KeepingScene
  private var setup: GitSetup { scene.setup }

  init() throws {
    scene = try KeepingScene()
    try scene.setup.write("one\n", to: "data/a.txt")
    try scene.setup.write("two\n", to: "data/deep/b.txt")
    #expect(scene.shale.run("add -q data").status == 0)
    #expect(scene.shale.run("commit -q -m first").status == 0)
    try scene.setup.write("three\n", to: "data/a.txt")
    #expect(scene.shale.run("commit -q -m second").status == 0)
  }

  private func why(_ path: String) throws -> [String: Any] {
    let transcript = scene.shale.run("why \(path) --json")
    #expect(transcript.status == 0, "\(transcript.output)\(transcript.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((object as? [String: Any])?["result"] as? [String: Any])
  }

  private func summary(_ result: [String: Any]) -> String? {
    (result["commit"] as? [String: Any])?["summary"] as? String
  }

  @Test func `the commit is the one that changed the file, not the directory`() throws {
    let changed = try why("data/a.txt")
    #expect(changed["reasons"] as? [String] == [])
    #expect(summary(changed) == "second")
    #expect(summary(try why("data/deep/b.txt")) == "first")
    #expect(summary(try why("data")) == "second")
  }

  @Test func `size, content and mode are told apart`() throws {
    try setup.write("longer than it was\n", to: "data/a.txt")
    #expect(try why("data/a.txt")["reasons"] as? [String] == ["size", "content"])
    try setup.write("THREE\n", to: "data/a.txt")
    #expect(try why("data/a.txt")["reasons"] as? [String] == ["content"])
    try setup.write("three\n", to: "data/a.txt")
    #expect(try why("data/a.txt")["reasons"] as? [String] == [], "only its times are others")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: setup.file("data/a.txt").path)
    #expect(try why("data/a.txt")["reasons"] as? [String] == ["mode"])
  }

  @Test func `what is new, gone or another kind of thing is told`() throws {
    try setup.write("new\n", to: "data/c.txt")
    #expect(try why("data/c.txt")["reasons"] as? [String] == ["new"])
    try FileManager.default.removeItem(at: setup.file("data/a.txt"))
    #expect(try why("data/a.txt")["reasons"] as? [String] == ["gone"])
    try FileManager.default.createDirectory(
      at: setup.file("data/a.txt"), withIntermediateDirectories: false)
    #expect(try why("data/a.txt")["reasons"] as? [String] == ["kind"])
    let whole = try why("data")
    #expect(whole["reasons"] as? [String] == ["entries"])
    #expect(whole["changes"] as? Int ?? 0 > 0)
  }

  @Test func `data behind its pointer is as it was brought`() throws {
    try setup.git("checkout", "-q", "HEAD~1")
    let result = try why("data/a.txt")
    #expect(result["isBehind"] as? Bool == true)
    #expect(result["reasons"] as? [String] == [])
  }

  @Test func `the run that made a content is named`() throws {
    let script = "printf made > model.txt"
    let words: [ByteString] = ["run", "-q", "-o", "model.txt", "--", "sh", "-c"]
    #expect(scene.shale.run(words + [ByteString(script)]).status == 0)
    let run = try #require(try why("model.txt")["run"] as? [String: Any])
    #expect((run["command"] as? String)?.contains(script) == true)
  }

  @Test func `what is not tracked is refused`() throws {
    try setup.write("x", to: "code.py")
    #expect(scene.shale.run("why code.py").status == 1)
  }
}
