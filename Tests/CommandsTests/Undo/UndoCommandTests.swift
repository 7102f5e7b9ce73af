import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Project

/// What was done can be taken back, and that can be taken back.
@Suite(.temporaryDirectory) struct UndoCommandTests {
  /// What the user did before, as a script, and the command line.
  private static let cases: [(before: String, line: String)] = [
    ("echo 4 > data/a", "add data"),
    ("echo 4 > data/a", "add data/a"),
    ("mkdir new; echo 5 > new/x", "add new"),
    ("printf '*.log' > more; cat .gitignore more > x; mv x .gitignore", "add more"),
    ("echo 4 > data/a; chmod -x data/tool; ln -sf c data/link", "commit -q -m third"),
    ("echo 4 > data/a; echo 1 > code.txt; git add .; echo 2 > code.txt", "commit -q -m third"),
    ("echo 4 > data/a; echo changed > code.txt", "commit -q -a -m third"),
    ("echo 4 > data/a; echo 5 > model.bin", "commit -q -m third model.bin"),
    ("git checkout -q --detach; echo 4 > data/a", "commit -q -m third"),
    ("", "checkout -q HEAD~2"),
    ("git branch old HEAD~2", "checkout -q old"),
    ("git checkout -q HEAD~2", "checkout"),
    ("git checkout -q HEAD~2; echo mine > data/a", "checkout --force"),
    ("echo mine > data/a; echo 4 > data/c; chmod +x data/c", "restore --force data"),
    ("rm -r data/deep data/c; chmod -x data/tool; ln -sf c data/link", "restore --force data"),
    ("rm -r data/empty; rm data/c", "restore data/c"),
    ("echo mine > model.bin", "restore --force model.bin"),
    ("", "restore --source HEAD~2 data/a"),
    ("echo mine > data/a", "restore --force --source HEAD~2 data"),
    ("echo mine > data/a", "checkout --force HEAD~2 -- data"),
    ("", "rm data"),
    ("", "rm --cached data"),
    ("echo mine > data/a; echo un > data/other; rm data/c", "rm --force data model.bin"),
    ("", "mv data moved"),
    ("mkdir place; touch place/x", "mv model.bin place"),
    ("", "config compression zlib"),
    ("", "config --shared largeFile 5m"),
    ("", "remote add usb ../usb"),
    ("", "remote add --local usb ../usb"),
    ("", "run -q -o made.txt -- sh make.sh"),
    ("", "run -q -- touch data/made"),
    ("echo mine > data/a", "run -q -- rm data/c"),
    ("", "run -q --set lr=2 -- true"),
  ]

  @Test(arguments: 0..<cases.count)
  func `undo brings everything back, and taking that back does it again`(number: Int) throws {
    let (before, line) = Self.cases[number]
    let scene = try UndoScene.make()
    try scene.shell("echo 'echo made > made.txt' > make.sh; echo 'lr: 1' > params.yaml")
    try scene.shell("git add make.sh params.yaml; git commit -q -m code; \(before)")
    let old = try scene.state()
    try scene.done(line)
    let new = try scene.state()
    try #require(new != old, "\(line) changed nothing")
    try scene.done("undo --dry-run")
    try scene.expect(new, "a dry run changes nothing")
    try scene.done("undo")
    try scene.expect(old, "\(before); \(line)")
    try scene.done("undo @{0}")
    try scene.expect(new, "again: \(before); \(line)")
  }

  @Test(arguments: [1, 2, 3])
  func `any number of operations is taken back, one after the other`(seed: UInt64) throws {
    let scene = try UndoScene.make()
    try scene.shell("git branch old HEAD~1; mkdir ../kept")
    var state = seed &* 7_919
    func random(_ count: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: (state >> 33) % count)
    }
    var steps: [(line: String, number: Int, before: String)] = []
    for number in 0..<20 {
      let name = ["data", "model.bin", "moved"][random(3)]
      // What the user does meanwhile is no operation, and is taken back by hand.
      try scene.shell("tar --exclude=./.git -cf ../kept/\(number).tar .")
      switch random(4) {
      case 0: try scene.shell("[ ! -d data ] || echo \(number) > data/a")
      case 1: try scene.shell("[ ! -d data ] || echo \(number) > data/u\(number)")
      case 2: try scene.shell("[ ! -e model.bin ] || echo \(number) > model.bin")
      default: break
      }
      let lines = [
        "add \(name)", "commit -q -m number\(number)", "checkout -q --force old",
        "checkout -q --force main", "restore --force \(name)", "rm --force \(name)",
        "mv \(name) moved", "mv moved data", "config compression zlib",
        "config --unset compression", "checkout --force HEAD -- \(name)", "rm --cached \(name)",
      ]
      let line = lines[random(UInt64(lines.count))]
      let before = try scene.state()
      let count = try scene.history().count
      _ = scene.shale.run(line)
      let after = try scene.history()
      if after.count > count, after[count].isUndoable {
        steps.append((line, number, before))
      } else {
        try scene.expect(before, "\(line) changed something that was not told")
        try scene.putBack(number)
      }
    }
    #expect(steps.count > 5)
    for (line, number, before) in steps.reversed() {
      let undone = scene.shale.run("undo")
      #expect(undone.status == 0, "\(line): \(undone.errors)")
      try scene.expect(before, "\(line)")
      try scene.putBack(number)
    }
  }

  @Test func `operations lists what changed in words, the newest first`() throws {
    let scene = try UndoScene.make()
    try scene.done("config compression zlib")
    try scene.done("mv data moved")
    try scene.done("undo")
    let lines = scene.shale.run("operations").output.split(separator: "\n")
    let parts = ["undo", "mv", "config", "commit", "add", "commit", "add", "init"]
    #expect(lines.count == parts.count)
    for (line, part) in zip(lines, parts) { #expect(line.contains("  \(part)  "), "\(line)") }
    #expect(lines[0].contains("took back mv "))
    #expect(lines[1].contains("undone: data → moved"))
    #expect(lines[2].contains("local shale.compression: unset → zlib"))
    #expect(lines[3].contains("main "))
    #expect(lines[4].contains("data: "))
    #expect(lines[6].contains("added data ("))
    let some = scene.shale.run("operations -n 2 model.bin").output.split(separator: "\n")
    #expect(some.count == 1 && some[0].contains("  add  "))
    #expect(scene.shale.run("operations -v -n 2").output.contains("\n  data → moved\n"))
    #expect(scene.shale.run("operations --all").status == 0)
  }

  @Test func `what changed again since is refused with the operation to take back first`() throws {
    let scene = try UndoScene.make()
    try scene.shell("echo 4 > data/a")
    try scene.done("add data")
    try scene.shell("echo 5 > data/a")
    try scene.done("add data")
    let history = try scene.history()
    let (first, second) = (history[history.count - 2], history[history.count - 1])
    let state = try scene.state()
    let refused = scene.shale.run("undo \(first.shortID)")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("has changed since"))
    #expect(refused.errors.contains("Run `shale undo \(second.shortID)` first"))
    #expect(try scene.state() == state)
    try scene.done("undo \(second.shortID)")
    try scene.done("undo \(first.shortID)")
    let again = scene.shale.run("undo \(first.shortID)")
    #expect(again.status == 1 && again.errors.contains("taken back already"))
    for word in ["0123", "zz", "@{99}"] {
      let unknown = scene.shale.run("undo \(word)")
      #expect(unknown.status == 1 && unknown.errors.contains("shale operations"), "\(word)")
    }
  }

  @Test func `an older operation is taken back where nothing later changed the same`() throws {
    let scene = try UndoScene.make()
    try scene.shell("echo 1 > x; echo 2 > y")
    try scene.done("add x")
    let id = try #require(try scene.history().last).shortID
    try scene.done("add y")
    try scene.shell("echo '# mine' >> .gitignore")
    try scene.done("undo \(id)")
    let rules = try scene.shell("cat .gitignore")
    #expect(!rules.contains("/x\n") && rules.contains("/y\n") && rules.contains("# mine\n"))
    #expect(try scene.shell("ls x y y.shale").contains("x\n"))
    #expect(try scene.shell("ls").contains("x.shale") == false)
  }

  @Test func `work that nobody has stored is not replaced unless forced`() throws {
    let scene = try UndoScene.make()
    try scene.done("checkout -q HEAD~1 -- data")
    try scene.shell("echo mine > data/a")
    let state = try scene.state()
    let refused = scene.shale.run("undo")
    #expect(refused.status == 1 && refused.errors.contains("data/a"))
    #expect(try scene.state() == state)
    let forced = try scene.done("undo --force")
    #expect(forced.output.contains("saved data/a"))
    try scene.done("undo @0")
    try scene.expect(state, "what was replaced came back")
  }

  @Test func `what the store has no more is named, and the rest comes only if forced`() throws {
    let scene = try UndoScene.make()
    try scene.done("rm data")
    for pack in try TransferWorld.packs(of: scene.shale.directory.appending(".git/shale/store")) {
      try pack.remove()
    }
    let state = try scene.state()
    let refused = scene.shale.run("undo")
    #expect(refused.status == 5 && refused.errors.contains("'data'"))
    #expect(try scene.state() == state)
    let forced = scene.shale.run("undo --force")
    #expect(forced.status == 5)
    #expect(try scene.shell("ls").contains("data.shale"))
  }

  @Test func `what was pushed can be taken back here, and that is said`() throws {
    let scene = try UndoScene.make()
    try scene.shell("git init -q --bare ../origin; git remote add origin ../origin")
    try scene.shell("echo 4 > data/a")
    try scene.done("commit -q -m third")
    try scene.shell("git push -q origin main")
    let undone = scene.shale.run("undo")
    #expect(undone.status == 0 && undone.errors.contains("pushed already"))
    try scene.shell("git commit -q --allow-empty -m empty")
    let gone = scene.shale.run("undo @{0}")
    #expect(gone.status == 1 && gone.errors.contains("is not at commit"))
  }

  @Test func `what replaced nothing has nothing to take back`() throws {
    let scene = try UndoScene.make()
    try scene.done("remote add -q origin ../remote")
    try scene.done("push -q")
    let push = scene.shale.run("undo @{0}")
    #expect(push.status == 1 && push.errors.contains("replaced nothing"))
    #expect(try scene.done("undo -n").output.contains("remote add"))
  }

  @Test func `undo in one worktree leaves another alone`() throws {
    let scene = try UndoScene.make()
    try scene.shell("git worktree add -q ../other -b other")
    let place = scene.setup.url.deletingLastPathComponent()
    let other = UndoScene(GitSetup(at: place.appending(path: "other")))
    try other.done("checkout -q")
    try scene.shell("echo 4 > data/a")
    try scene.done("add data")
    let state = try other.state()
    let foreign = other.shale.run("undo @{9}")
    #expect(foreign.status == 1)
    let id = try #require(try scene.history().last).shortID
    let refused = other.shale.run("undo \(id)")
    #expect(refused.status == 1 && refused.errors.contains("was done in"))
    try scene.done("undo")
    #expect(try other.state() == state)
    try other.done("undo")
    #expect(try other.shell("ls") == "code.txt\ndata.shale\nmodel.bin.shale\n")
  }

  @Test func `the log of a shared repository is for all who share it`() throws {
    let scene = try UndoScene.make()
    try scene.shell("git config core.sharedRepository group; rm .git/shale/operations")
    try scene.done("config compression zlib")
    #expect(try scene.shell("stat -c %a .git/shale/operations") == "664\n")
  }

  @Test func `a record that was forgotten is remembered`() throws {
    let scene = try UndoScene.make()
    try scene.done("run -q -n one -- true")
    let records = "ls .git/shale/runs | grep json || true"
    let before = try scene.shell(records)
    #expect(before != "")
    try scene.done("runs rm one")
    #expect(try scene.shell(records) == "")
    try scene.done("undo")
    #expect(try scene.shell(records) == before)
    try scene.done("undo @0")
    #expect(try scene.shell(records) == "")
    try scene.done("undo @0")
    #expect(try scene.shell(records) == before)
  }

  @Test func `a torn line of the log hides no other`() throws {
    let scene = try UndoScene.make()
    try scene.done("rm --cached data")
    try scene.shell(
      """
      log=.git/shale/operations
      tail -c 300 $log > ../end; cat ../end >> $log; printf 'half a line' >> $log
      """)
    try scene.done("config compression zlib")
    let listed = scene.shale.run("operations")
    #expect(listed.status == 0 && listed.errors.contains("cannot be read"))
    try scene.done("undo")
    try scene.done("undo")
    #expect(try scene.shell("ls").contains("data.shale"))
  }
}

extension UndoScene {
  /// Brings the files of the worktree back that lay there before the user changed them.
  fileprivate func putBack(_ number: Int) throws {
    try shell(
      """
      find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
      tar -xf ../kept/\(number).tar
      """)
  }
}
