import Foundation
import ObjectStore
import Platform
import Primitives
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct ForgetCommandTests {
  @Test func `all versions are gone from the store and the remote, and nothing else is`() throws {
    let scene = try ForgetWorld()
    for place in [scene.store, scene.remote] {
      for trace in ForgetWorld.traces { #expect(try place.holds(anyOf: [trace])) }
    }
    let done = try scene.forget("--everywhere -m gone")
    #expect(done.status == 0, "\(done.errors)")
    for number in 1...3 { #expect(done.output.contains(ForgetWorld.oid(number).prefix(10))) }
    #expect(done.output.contains("data/people/bob.bin"), "who has the same bytes is told")
    for place in [scene.store, scene.remote] {
      #expect(try !place.holds(anyOf: ForgetWorld.traces))
    }
    for line in ["fsck", "fsck --remote origin"] {
      #expect(try scene.world.expectDone(line).contains("3 contents forgotten on purpose"))
    }
    // History can be read, and the gap is nobody's change.
    #expect(try scene.world.expectDone("log").contains("version 2"))
    #expect(
      try scene.world.expectDone("ls main~3 data/people")
        .contains("data/people/ada.bin  forgotten"))
    #expect(try scene.world.expectDone("diff main~4 main~3").contains("data/people/ada.bin"))
    let old = scene.shale.run("checkout main~3")
    #expect(old.status == 0 && old.errors.contains("was forgotten on"), "\(old.errors)")
    #expect(scene.shale.run("commit -m nothing").status == 10)
    #expect(try scene.world.expectDone("add data").contains("unchanged"))
    try scene.world.expectDone("checkout -q main")
    try scene.expectHistory(in: scene.shale)
    let print = scene.shale.run("cat main~3:data/people/ada.bin")
    #expect(print.status == 5 && print.errors.contains("gone"), "\(print.errors)")
  }

  @Test func `a clone of the remote knows what was forgotten, and misses nothing`() throws {
    let scene = try ForgetWorld()
    #expect(try scene.forget().status == 0)
    let elsewhere = Surroundings(environment: testEnvironment(), directory: scene.directory)
    try scene.world.expectDone(["clone", "-q", "repository", "copy"], in: elsewhere)
    let clone = Surroundings(
      environment: testEnvironment(), directory: scene.directory.appending("copy"))
    try scene.world.expectDone(["fetch", "-q", "--all"], in: clone)
    try scene.expectHistory(in: clone)
    #expect(try scene.world.expectDone(["fsck"], in: clone).contains("3 contents forgotten"))
  }

  @Test func `a clone that still has it keeps it, and cannot bring it back`() throws {
    let scene = try ForgetWorld()
    let clone = try scene.world.clone()
    try scene.world.expectDone(["fetch", "-q", "--all"], in: clone)
    let store = URL(filePath: "\(clone.directory.appending(".git/shale/store"))")
    #expect(try store.holds(anyOf: [ForgetWorld.traces[0]]))
    #expect(try scene.forget().status == 0)
    // Its own roots are to be written, so that it has something to push.
    try scene.world.expectDone(["checkout", "-q"], in: clone)
    try AtomicFile.replace(
      clone.directory.appending("data/new.txt"), with: Array("new".utf8), durably: false)
    try scene.world.expectDone(["add", "-q", "data"], in: clone)
    try scene.world.expectDone(["commit", "-q", "-m", "new"], in: clone)
    let pushed = clone.run("push")
    #expect(pushed.status == 0, "\(pushed.errors)")
    #expect(try !scene.remote.holds(anyOf: ForgetWorld.traces))
    for trace in ForgetWorld.traces { #expect(try store.holds(anyOf: [trace]), "nobody asked") }
    // What is there can be had, and can be removed here as well.
    #expect(clone.run("cat \(ForgetWorld.oid(1))").status == 0)
    let here = clone.run("forget --yes \((1...3).map(ForgetWorld.oid).joined(separator: " "))")
    #expect(here.status == 0, "\(here.errors)")
    #expect(try !store.holds(anyOf: ForgetWorld.traces))
  }

  @Test func `fetch tells a clone of what it still has`() throws {
    let scene = try ForgetWorld()
    let clone = try scene.world.clone()
    try scene.world.expectDone(["fetch", "-q", "--all"], in: clone)
    #expect(try scene.forget().status == 0)
    let fetched = clone.run("fetch")
    #expect(fetched.status == 0)
    #expect(fetched.errors.contains("3 contents of this clone's store are forgotten"))
    #expect(!clone.run("fetch").errors.contains("forgotten"), "once is enough")
  }

  @Test func `the same bytes are refused until that is lifted`() throws {
    let scene = try ForgetWorld()
    #expect(try scene.forget().status == 0)
    try scene.world.setup.write(ForgetWorld.own[0] + ForgetWorld.common, to: "again.bin")
    let refused = scene.shale.run("add again.bin")
    #expect(refused.status == 3, "\(refused.errors)")
    #expect(refused.errors.contains("shale forget --lift \(ForgetWorld.oid(1))"))
    #expect(try !scene.store.holds(anyOf: ForgetWorld.traces), "not a byte was stored")
    try scene.world.expectDone("forget --lift --everywhere \(ForgetWorld.oid(1))")
    try scene.world.expectDone("add -q again.bin")
    try scene.world.expectDone("commit -q -m again")
    try scene.world.expectDone("push -q")
    #expect(try scene.remote.holds(anyOf: [ForgetWorld.traces[0]]))
    #expect(scene.shale.run("forget --lift \(ForgetWorld.oid(1))").status == 1)
    for line in ["fsck", "fsck --remote origin"] { try scene.world.expectDone(line) }
  }

  @Test func `one version alone is forgotten, or a content wherever it lies`() throws {
    let scene = try ForgetWorld()
    try scene.world.expectDone("forget --yes --everywhere main~3:\(ForgetWorld.path)")
    try scene.world.expectDone("forget --yes --everywhere sha256:\(ForgetWorld.oid(1))")
    let print = scene.shale.run("cat main~2:\(ForgetWorld.path)")
    #expect(print.status == 0)
    for (number, own) in ForgetWorld.own.enumerated() {
      let trace = Array(own[100..<132])
      #expect(try scene.store.holds(anyOf: [trace]) == (number == 2), "version \(number + 1)")
    }
  }

  @Test func `a dry run shows all and changes nothing`() throws {
    let scene = try ForgetWorld()
    let state = try contents(of: scene.store) + contents(of: scene.remote)
    let shown = scene.shale.run("forget -n --everywhere \(ForgetWorld.path)")
    #expect(shown.status == 0)
    #expect(shown.output.contains("version 1") && shown.output.contains("remote origin: 3"))
    #expect(try contents(of: scene.store) + contents(of: scene.remote) == state)
  }

  private func contents(of place: URL) throws -> [String] {
    let names = FileManager.default.enumerator(atPath: place.path)?.compactMap { $0 as? String }
    return (names ?? []).filter { $0 != "lock" }.sorted()
  }

  @Test func `what the worktree still tracks is refused`() throws {
    let scene = try ForgetWorld()
    for words in ["data/people/bob.bin", hexSHA256(ForgetWorld.bob), "data", "model.bin"] {
      let refused = scene.shale.run("forget --yes \(words)")
      #expect(refused.status == 1 && refused.errors.contains("still tracks"), "\(refused.errors)")
    }
    for words in ["nothing.bin", String(repeating: "0", count: 64)] {
      #expect(scene.shale.run("forget --yes \(words)").status == 1)
    }
    #expect(scene.shale.run("forget --yes .").status == 2)
    try scene.world.expectDone("fsck")
  }

  @Test(arguments: [("yes", true), ("no", false), ("", false), ("Yes please", false)])
  func `it asks, and only yes is yes`(answer: ByteString, isDone: Bool) throws {
    let scene = try ForgetWorld()
    var shale = scene.shale
    shale.terminal = 80
    shale.answers = [answer]
    let asked = shale.run("forget \(ForgetWorld.path)")
    #expect(asked.errors.contains("There is no undo"))
    #expect(asked.status == (isDone ? 0 : 1), "\(asked.errors)")
    #expect(try scene.store.holds(anyOf: [ForgetWorld.traces[0]]) == !isDone)
  }

  @Test func `where nobody can be asked nothing is done without --yes`() throws {
    let scene = try ForgetWorld()
    for line in ["forget \(ForgetWorld.path)", "forget --json \(ForgetWorld.path)"] {
      #expect(scene.shale.run(line).status == 1)
    }
    #expect(try scene.store.holds(anyOf: [ForgetWorld.traces[0]]))
  }

  @Test func `a remote that is away is told, and the next time finishes`() throws {
    let scene = try ForgetWorld()
    let away = scene.directory.appending("away")
    try scene.world.remote.rename(to: away)
    let first = try scene.forget()
    #expect(first.status == 75, "\(first.errors)")
    #expect(try !scene.store.holds(anyOf: ForgetWorld.traces))
    try away.rename(to: scene.world.remote)
    #expect(try scene.forget().status == 0)
    #expect(try !scene.remote.holds(anyOf: ForgetWorld.traces))
    for line in ["fsck", "fsck --remote origin"] { try scene.world.expectDone(line) }
  }

  @Test func `the report names what was done, and never holds the bytes`() throws {
    let scene = try ForgetWorld()
    let done = scene.shale.run(
      "forget --json --yes --everywhere --report report.json \(ForgetWorld.path)")
    #expect(done.status == 0)
    let report = try scene.world.setup.read("report.json")
    let object = try JSONSerialization.jsonObject(with: Data(report))
    let result = try #require((object as? [String: Any])?["result"] as? [String: Any])
    #expect(result["versionCount"] as? Int == 3)
    let places = try #require(result["places"] as? [[String: Any]])
    #expect(places.map { $0["state"] as? String } == ["forgotten", "forgotten"])
    let kept = try scene.forget()
    #expect(kept.status == 0, "again is nothing new")
    let written = scene.directory.appending("repository/.git/shale/forgotten")
    #expect(try written.names().count == 1)
    for trace in ForgetWorld.traces {
      #expect(Data(report).range(of: Data(trace)) == nil)
    }
  }
}
