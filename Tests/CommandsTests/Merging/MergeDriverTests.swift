import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Project
@testable import Workspace

/// Merges of the real git, which calls Shale for pointers.
@Suite(.temporaryDirectory) struct MergeDriverTests {
  @Test func `both sides changed other files of a directory, and git merges it`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(
      ours: "echo ours > data/a.txt; echo new > data/ours.txt",
      theirs: "rm data/b.txt; echo c2 > data/deep/c.txt; mkdir data/n; echo n > data/n/theirs.txt")
    let merge = try scene.merge()
    #expect(merge.status == 0, "\(merge.text)\(merge.errorText)")
    #expect(try scene.setup.git("show", "-s", "--format=%p").split(separator: " ").count == 2)
    let pointer = try PointerFile(decoding: try scene.setup.read("data.shale"))
    #expect(pointer.files == 5)
    // The data of the worktree is brought by whoever asks for it.
    #expect(FileManager.default.fileExists(atPath: scene.setup.file("data/b.txt").path))
    #expect(try scene.scene.shale("status").text.contains("behind data"))
    try scene.scene.succeed("checkout", "-q")
    #expect(
      try scene.shell("cd data; find . -type f | sort | tr '\\n' ' '")
        == "./a.txt ./deep/b.bin ./deep/c.txt ./n/theirs.txt ./ours.txt ")
    #expect(try scene.text("data/a.txt") == "ours\n" && scene.text("data/deep/c.txt") == "c2\n")
    try scene.expectClean()
  }

  @Test(arguments: [
    "git rebase -q other", "git cherry-pick other", "git checkout -q other; git cherry-pick main",
    "git merge -q --no-commit other; git commit -q -m x",
    "git merge -q --squash other; git commit -q -m x",
    "git pull -q --no-rebase --no-edit . other",
  ])
  func `every way in which git merges calls Shale`(script: String) throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo ours > data/a.txt", theirs: "echo theirs > data/b.txt")
    try scene.shell(script)
    try scene.scene.succeed("checkout", "-q")
    #expect(try scene.text("data/a.txt") == "ours\n" && scene.text("data/b.txt") == "theirs\n")
    try scene.expectClean()
  }

  @Test func `a stash is merged into what was committed meanwhile`() throws {
    let scene = try MergeScene.make()
    try scene.shell(
      """
      echo stashed > data/a.txt; shale add -q data; git stash -q; shale checkout -q
      echo b2 > data/b.txt; shale commit -q -m meanwhile; git stash pop -q; shale checkout -q
      """)
    #expect(try scene.text("data/a.txt") == "stashed\n" && scene.text("data/b.txt") == "b2\n")
    try scene.scene.expectSound()
  }

  @Test func `two branches at once are merged where they changed other data`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo code > code.txt; git add code.txt", theirs: "echo 2 > model.bin")
    try scene.shell(
      """
      git checkout -q -b third main~1; shale checkout -q; echo 3 > data/a.txt
      shale commit -q -m third; git checkout -q main; git merge -q --no-edit other third
      shale checkout -q
      """)
    #expect(try scene.text("data/a.txt") == "3\n" && scene.text("model.bin") == "2\n")
    try scene.expectClean()
  }

  @Test func `the same file is a conflict as git makes them, and ours stays`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(
      ours: "echo ours > data/a.txt; echo b2 > data/b.txt",
      theirs: "echo theirs > data/a.txt; rm data/b.txt; echo c2 > data/deep/c.txt")
    let ours = try scene.setup.git("rev-parse", "main:data.shale")
    let merge = try scene.merge()
    #expect(merge.status == 1)
    #expect(merge.errorText.contains("Both sides changed 'data/a.txt', 'data/b.txt'"))
    #expect(merge.errorText.contains("shale resolve 'data' --ours"))
    #expect(try scene.stages("data.shale") == "1 2 3")
    #expect(try scene.setup.git("hash-object", "data.shale") == ours)
    let status = try scene.scene.shale("status", "--exit-code")
    #expect(status.status == 6)
    for line in [
      "conflict data: both sides changed 2 files\n", "  both-modified data/a.txt\n",
      "  deleted-by-them data/b.txt\n", "shale resolve 'data' with --ours",
    ] { #expect(status.text.contains(line), "\(status.text)") }
    try scene.scene.expectRefusal(
      "commit", "-m", "x", status: 1, mentions: "in conflict", "shale resolve")
    // What the branches have can still be had by itself.
    try scene.setup.git("merge", "--abort")
    try scene.expectClean()
  }

  @Test func `a single file that both sides changed is a conflict`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo ours > model.bin", theirs: "echo theirs > model.bin")
    #expect(try scene.merge().status == 1)
    #expect(try scene.stages("model.bin.shale") == "1 2 3")
    let status = try scene.scene.shale("status")
    #expect(status.text.contains("conflict model.bin: both-modified\n"), "\(status.text)")
  }

  @Test func `data that both branches added at one path is merged by its files`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(
      ours: "mkdir new; echo o > new/o; shale add -q new",
      theirs: "mkdir new; echo t > new/t; shale add -q new")
    #expect(try scene.merge().status == 0)
    try scene.scene.succeed("checkout", "-q")
    #expect(try scene.text("new/o") == "o\n" && scene.text("new/t") == "t\n")
    try scene.expectClean()
  }

  @Test func `a file against a directory is a conflict, and nothing is lost`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(
      ours: "rm model.bin; mkdir model.bin; echo x > model.bin/x; shale add -q --force model.bin",
      theirs: "echo theirs > model.bin")
    #expect(try scene.merge().status == 1)
    #expect(
      try scene.scene.shale("status").text.contains("conflict model.bin: different-kinds"))
    try scene.scene.succeed("resolve", "--both", "model.bin")
    #expect(try scene.text("model.bin/x") == "x\n")
    #expect(try scene.text("model.bin.theirs") == "theirs\n")
    #expect(try scene.setup.git("check-ignore", "model.bin.theirs") == "model.bin.theirs")
    try scene.expectClean()
  }

  @Test func `branches that were merged into each other before make no wrong merge`() throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo left > data/a.txt", theirs: "echo right > data/a.txt")
    // Each took the other in, and chose another version: no commit is what both began with.
    try scene.shell(
      """
      git tag left main; git tag right other
      git merge -q other || shale resolve -q --ours data; shale commit -q -m 'keeps left'
      git checkout -q -f other; shale checkout -q
      git merge -q left || shale resolve -q --ours data; shale commit -q -m 'keeps right'
      git checkout -q main; shale checkout -q
      """)
    #expect(
      try scene.setup.git("merge-base", "--all", "main", "other").split(separator: "\n").count == 2)
    #expect(try scene.merge().status == 1)
    #expect(try scene.stages("data.shale").hasSuffix("2 3"))
  }

  @Test func `a directory that is not here is named, and merged once it is`() throws {
    let origin = try MergeScene.make("origin")
    let remote = try origin.scene.addRemote()
    try origin.shell("git commit -q -a -m remote; git checkout -q -b base")
    try origin.diverge(ours: "echo ours > data/a.txt", theirs: "echo theirs > data/b.txt")
    try origin.shell("shale push -q; shale push -q origin main other base")
    #expect(FileManager.default.fileExists(atPath: remote.path))
    let scene = try origin.clone("clone")
    try scene.shell("git branch -q other origin/other; shale pull -q")
    let merge = try scene.merge()
    #expect(merge.status == 1)
    #expect(merge.errorText.contains("directory 'data' of one side"), "\(merge.errorText)")
    #expect(merge.errorText.contains("Run `shale fetch`"))
    let status = try scene.scene.shale("status")
    #expect(
      status.text.contains("conflict data: directory data of one side is not here"),
      "\(status.text)")
    try scene.scene.expectRefusal(
      "resolve", "data", status: 5, mentions: "not in the store", "shale fetch")
    try scene.scene.succeed("fetch", "-q")
    #expect(
      try scene.scene.shale("status").text.contains("shale resolve 'data' merges its sides"))
    try scene.scene.succeed("resolve", "data")
    try scene.scene.succeed("commit", "-q", "-m", "merged")
    #expect(try scene.text("data/a.txt") == "ours\n" && scene.text("data/b.txt") == "theirs\n")
    try scene.expectClean()
  }

  @Test(arguments: ["hello\n", "shale 2\nkind tree\n", "shale 1\nkind tree\noid sha256:12"])
  func `a pointer that nobody can read is a conflict, and ours stays`(text: String) throws {
    let scene = try MergeScene.make()
    try scene.setup.git("checkout", "-q", "-b", "other")
    try scene.setup.write(text, to: "data.shale")
    try scene.shell(
      "git commit -q -a -m bad; git checkout -q main; echo x > data/a.txt; shale commit -q -m ours")
    let ours = try scene.setup.read("data.shale")
    let merge = try scene.merge()
    #expect(merge.status == 1 && merge.errorText.contains("Pointer 'data.shale' cannot be read"))
    #expect(try scene.setup.read("data.shale") == ours)
    let status = try scene.scene.shale("status")
    #expect(status.text.contains("conflict data: one side cannot be read"), "\(status.text)")
    let resolve = try scene.scene.shale("resolve", "data", "--ours")
    #expect([1, 4].contains(resolve.status) && resolve.errorText.contains("data.shale"))
    try scene.scene.succeed("resolve", "data", "--whole", "--ours")
    try scene.scene.succeed("commit", "-q", "-m", "merged")
    try scene.expectClean()
  }

  @Test func `names that a shell would take apart are merged`() throws {
    let scene = try MergeScene.make()
    let name = "-x; touch $(id) 'y\" z"
    try scene.setup.write("1\n", to: "\(name)/one")
    try scene.setup.write("1\n", to: "\(name)/two")
    try scene.scene.succeed("add", "-q", ByteString("./\(name)"))
    try scene.scene.succeed("commit", "-q", "-m", "name")
    let word = "'./\(name.replacing("'", with: "'\\''"))'"
    try scene.diverge(ours: "echo o > \(word)/one", theirs: "echo t > \(word)/two")
    let merge = try scene.merge()
    #expect(merge.status == 0, "\(merge.text)\(merge.errorText)")
    try scene.scene.succeed("checkout", "-q")
    #expect(try scene.text("\(name)/one") == "o\n" && scene.text("\(name)/two") == "t\n")
    try scene.expectClean()
  }

  @Test(arguments: [FaultyDisk.Fault.error, .full, .stop])
  func `a driver that is cut off leaves ours or the result, and the store sound`(
    fault: FaultyDisk.Fault
  ) throws {
    let scene = try MergeScene.make()
    try scene.diverge(ours: "echo ours > data/a.txt", theirs: "echo theirs > data/b.txt")
    try scene.shell(
      "for n in base:main~1 a:main b:other; do git show ${n#*:}:data.shale > ${n%%:*}; done")
    let ours = try scene.setup.read("a")
    var results: [[UInt8]: Int] = [:]
    // In a copy each time: what one of them has stored the next one would find.
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let copy = url.appending(path: "copy")
        try FileManager.default.copyItem(at: scene.setup.url, to: copy)
        let shale = Surroundings(environment: testEnvironment(), directory: FilePath(copy.path))
        let outcome = disk.run(below: shale.directory) {
          shale.run("merge-pointer base a b data.shale")
        }
        let now = try shale.directory.appending("a").contents()
        results[now, default: 0] += 1
        let place = "\(String(describing: disk.refused))"
        if outcome.status != 0 { return #expect(now == ours, "\(place)") }
        // What the result names is there, all of it, for who has nothing else.
        try AtomicFile.replace(
          shale.directory.appending("data.shale"), with: now, durably: false)
        #expect(shale.run("checkout -q").status == 0, "\(place)")
        #expect(shale.run("fsck -q").status == 0, "\(place)")
      }
    }
    #expect(calls > 5 && results.count == 2 && results[ours] != nil, "\(calls)")
  }

  @Test func `the drivers are set up by init and by clone, once, and what is set otherwise stays`()
    throws
  {
    let scene = try Scene.committed()
    func settings(_ setup: GitSetup) throws -> String {
      try setup.git("config", "--local", "--get-regexp", "^(merge|diff).shale")
    }
    let made = try settings(scene.setup)
    #expect(made.split(separator: "\n").count == 4)
    #expect(made.contains("merge.shale.driver shale merge-pointer -- %O %A %B %P"))
    try scene.setup.git("config", "merge.shale.driver", "mine")
    try scene.succeed("init")
    #expect(try scene.setup.git("config", "merge.shale.driver") == "mine")
    #expect(try settings(scene.setup).split(separator: "\n").count == 4)
    // There is no remote that it could bring data from; git's part is done all the same.
    _ = try Shale.run(["clone", "-q", "repository", "copy"])
    let copy = GitSetup(at: try TemporaryDirectory.required().appending(path: "copy"))
    #expect(try settings(copy) == made)
  }

  @Test func `what was set up is taken back, and what is set otherwise stays`() throws {
    let scene = try Scene.committed()
    try scene.setup.git("config", "diff.shale.textconv", "mine")
    let project = try Project.open(
      from: FilePath(scene.setup.file("").path), environment: testEnvironment())
    #expect(
      try project.removeDrivers()
        == ["merge.shale.name", "merge.shale.driver", "merge.shale.recursive"])
    #expect(try project.removeDrivers() == [])
    let left = try scene.setup.git("config", "--local", "--get-regexp", "^(merge|diff).shale")
    #expect(left == "diff.shale.textconv mine")
    #expect(try project.installDrivers().count == 3)
  }

  @Test func `without the program git leaves a conflict, and shows the pointer`() throws {
    let scene = try Scene.committed()
    try scene.divergeBranches()
    // Nothing is called `shale` where the tests run.
    let merge = try scene.setup.tryGit(["merge", "other"])
    #expect(merge.status == 1)
    #expect(throws: Never.self) { try PointerFile(decoding: try scene.setup.read("data.shale")) }
    #expect(try scene.setup.git("diff", "main", "other").contains("+oid sha256:"))
    try scene.succeed("resolve", "data", "--theirs")
    #expect(try scene.text("data/a.txt") == "theirs\n")
  }
}

extension MergeScene {
  /// Clones the repository with git alone.
  func clone(_ name: ByteString) throws -> MergeScene {
    try Program.succeed("git", ["clone", "-q", setup.path, name])
    let place = try TemporaryDirectory.required().appending(path: name.description)
    let clone = GitSetup(at: place)
    try clone.git("config", "user.name", "Ada Example")
    try clone.git("config", "user.email", "ada@example.com")
    return try MergeScene(Scene(setup: clone))
  }
}
