import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// `diff --content` in a real repository.
@Suite(.temporaryDirectory) struct DiffContentTests {
  @Test func `each kind of file is compared as what it is`() throws {
    let scene = try ContentScene()
    let transcript = scene.shale.run("diff --content")
    #expect(transcript.status == 0)
    try expectGolden(transcript.text(of: "diff --content"), "diff/content")
  }

  @Test func `two revisions are compared as the worktree is`() throws {
    let scene = try ContentScene()
    let before = scene.shale.run("diff --content").output
    #expect(scene.shale.run("commit -q -a -m all").status == 0)
    for line in ["diff --content HEAD~1 HEAD", "diff --content HEAD~1..HEAD data"] {
      #expect(scene.shale.run(line).output == before, "\(line)")
    }
    #expect(scene.shale.run("diff --content HEAD~1").output == before)
    #expect(scene.shale.run("diff --content HEAD~1 HEAD data/n.txt").output.contains("-two"))
    #expect(scene.shale.run("diff --content").output.isEmpty)
  }

  @Test func `content that is not here is told, and the rest is compared`() throws {
    let scene = try ContentScene()
    #expect(scene.shale.run("commit -q -a -m all").status == 0)
    let transcript = scene.shale.run("diff --content HEAD~2 HEAD")
    #expect(transcript.status == 5)
    #expect(transcript.output.contains("not compared: Object 111111111111 is not in the store"))
    #expect(transcript.output.contains("price 9.5 → 9.75"))
    #expect(transcript.errors.contains("shale fetch"))
  }

  @Test func `pictures are written side by side to a page, and nothing of others is overwritten`()
    throws
  {
    let scene = try ContentScene()
    let done = scene.shale.run("diff --content --html page.html")
    #expect(done.status == 0 && done.output.hasSuffix("Wrote page.html.\n"))
    let page = String(decoding: try scene.setup.read("page.html"), as: UTF8.self)
    #expect(
      page.contains("data/p.png") && page.contains("PNG, 2 × 5") && page.contains("PNG, 3 × 5"))
    #expect(scene.shale.run("diff -q --content --html page.html").status == 0)
    try scene.setup.write("mine\n", to: "mine.html")
    let refused = scene.shale.run("diff --content --html mine.html")
    #expect(refused.status == 1 && refused.errors.contains("`--html FILE`"))
    #expect(scene.shale.run("diff --content --html data/page.html").status == 1)
    #expect(try scene.setup.read("mine.html") == Array("mine\n".utf8))
  }

  @Test(arguments: [
    "diff --key id", "diff --limit 3", "diff --html a.html", "diff --content --stat",
    "diff --content --limit -1", "diff --content --limit 1000000",
  ])
  func `options that do not go together are refused`(line: String) throws {
    let scene = try DataCommandTests.World()
    let transcript = scene.shale.run(line)
    #expect(transcript.status == 2 && transcript.output.isEmpty)
  }

  @Test func `a symlink is compared by what is written in it`() throws {
    let world = try DataCommandTests.World()
    let link = world.setup.file("data/link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a.txt")
    #expect(world.shale.run("add -q data").status == 0)
    try FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "other.txt")
    let output = world.shale.run("diff --content").output
    #expect(output.contains("-a.txt") && output.contains("+other.txt"))
  }

  @Test func `names and contents cannot write to the terminal`() throws {
    let world = try DataCommandTests.World()
    try world.setup.write("id,\u{1B}[2J\n1,a\n", to: "data/x.csv")
    #expect(world.shale.run("add -q data").status == 0)
    try world.setup.write("id,\u{1B}[2J\n1,\u{1B}]0;b\u{7}\n", to: "data/x.csv")
    let output = world.shale.run("diff --content").output
    #expect(output.contains("in 1 row"))
    #expect(!output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}
