import ContentDiff
import Documents
import Foundation
import Lineage
import Primitives
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct RunsDiffTests {
  @Test func `two runs are shown and compared in all that differs`() throws {
    let world = try RunWorld()
    _ = try world.addPair()
    var text = ""
    for line in [
      "runs show again", "runs diff base again", "runs diff --code --exit-code base again",
      "runs diff --exit-code base base", "runs diff base nope", "runs diff base",
    ] { text += world.run(line).text(of: line) + "\n" }
    try expectGolden(text, "session/runs-diff")
  }

  @Test func `numbers at the ends of what there is can be compared`() throws {
    let world = try RunWorld()
    var one = try world.record(
      0, metrics: ["a": .number(1e308), "b": .number(0), "c": .number(.nan), "d": .integer(.max)])
    one.name = "one"
    var other = try world.record(
      1, metrics: ["a": .number(-1e308), "b": .number(1), "c": .number(1), "d": .integer(.min)])
    other.name = "other"
    try world.add(one)
    try world.add(other)
    let output = world.run("runs diff one other").output
    #expect(output.contains("1e308"))
    #expect(output.contains("NaN"))
    #expect(world.run("--json runs diff one other").status == 0)
  }

  @Test(arguments: [
    ("", "a\n", "@@ -0,0 +1 @@\n+a\n"), ("a\n", "", "@@ -1 +0,0 @@\n-a\n"), ("a\n", "a\n", ""),
    ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
    (
      "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
      "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    ),
  ])
  func `a unified diff has the form of all others`(old: String, new: String, expected: String) {
    #expect(Self.diff(old, new) == expected)
  }

  @Test(arguments: 0..<20)
  func `patch makes the one text of the other`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let count = seed == 19 ? 4_000 : 60
    let old = (0..<count).map { _ in "\(Int.random(in: 0..<9, using: &random))\n" }
    var new = old
    for _ in 0..<(seed == 19 ? 2_000 : 8) {
      let place = Int.random(in: 0..<new.count, using: &random)
      if Bool.random(using: &random) { new.remove(at: place) } else { new.insert("x\n", at: place) }
    }
    let directory = try TemporaryDirectory.required()
    let file = directory.appending(path: "file")
    try Data(old.joined().utf8).write(to: file)
    let patch = directory.appending(path: "patch")
    let diff = "--- a/file\n+++ b/file\n" + Self.diff(old.joined(), new.joined())
    try Data(diff.utf8).write(to: patch)
    try Program.succeed(
      "git", ["apply", "--unsafe-paths", "-p1", ByteString(patch.path)],
      in: ByteString(directory.path))
    #expect(try String(contentsOf: file, encoding: .utf8) == new.joined())
  }

  private static func diff(_ old: String, _ new: String) -> String {
    let diff = UnifiedDiff(
      from: UnifiedDiff.lines(of: Array(old.utf8)), to: UnifiedDiff.lines(of: Array(new.utf8)))
    return String(decoding: diff.bytes, as: UTF8.self)
  }
}
