import Foundation
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct ReproduceCommandTests {
  /// A repository with data, in which a script was run under a name.
  private func scene(_ script: String, run name: ByteString = "first") throws -> Scene {
    let scene = try Scene.committed()
    try scene.setup.write("lr: 0.1\n", to: "params.yaml")
    try scene.setup.write("set -e\n\(script)\n", to: "train.sh")
    try scene.setup.commitAll("code")
    try run(scene, name)
    return scene
  }

  private func run(_ scene: Scene, _ name: ByteString) throws {
    try scene.succeed(
      "run", "-q", "-n", name, "-i", "data/a.txt", "-o", "model.bin", "-m", "metrics.json", "--",
      "sh", "train.sh")
  }

  /// A script whose model depends on its input and parameters alone.
  private let steady = """
    cat data/a.txt params.yaml > model.bin
    echo '{"loss": 0.25}' > metrics.json
    """

  /// Runs the program, which has to end so, and leave the user's files and no temporary ones.
  @discardableResult
  private func reproduce(
    _ scene: Scene, _ words: ByteString..., status: Int,
    sourceLocation location: SourceLocation = #_sourceLocation
  ) throws -> ProgramResult {
    let before = try scene.state()
    let result = try Shale.run(["reproduce"] + words, in: scene.setup.path)
    #expect(
      result.status == status, "\(result.text)\(result.errorText)", sourceLocation: location)
    #expect(try scene.state() == before, sourceLocation: location)
    try expectClean(scene, sourceLocation: location)
    return result
  }

  private func expectClean(
    _ scene: Scene, sourceLocation location: SourceLocation = #_sourceLocation
  ) throws {
    let place = scene.setup.file(".git/shale/reproduce").path
    let left = try? FileManager.default.contentsOfDirectory(atPath: place)
    #expect((left ?? []).filter { $0 != "turn" } == [], sourceLocation: location)
    let worktrees = try scene.setup.git("worktree", "list", "--porcelain")
    #expect(worktrees.components(separatedBy: "worktree ").count == 2, sourceLocation: location)
  }

  private func records(_ scene: Scene) throws -> [URL] {
    let directory = scene.setup.file(".git/shale/runs")
    return try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".json") }.map { directory.appending(path: $0) }
  }

  private func json(_ result: ProgramResult) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    return try #require(object)
  }

  // MARK: - Grades

  @Test func `a run that makes the same bits is identical, and leaves a record that says so`()
    throws
  {
    let scene = try scene("echo noise; pwd > /dev/null\n\(steady)")
    let result = try reproduce(scene, "first", status: 0)
    #expect(result.text.contains("is identical") && !result.text.contains("noise"))
    #expect(result.errorText.contains("noise") && result.errorText.contains("sh train.sh"))
    let texts = try records(scene).map { try String(contentsOf: $0, encoding: .utf8) }
    #expect(texts.count == 2)
    #expect(texts.count { $0.contains("\"grade\" : \"identical\"") } == 1)
  }

  @Test func `equal metrics make up for other bits, and other metrics do not`() throws {
    let scene = try scene(
      "date +%N > model.bin; echo '{\"loss\": 0.25}' > metrics.json")
    #expect(try reproduce(scene, "first", status: 0).text.contains("is equivalent"))
    try scene.setup.write(
      "date +%N > model.bin; echo \"{\\\"loss\\\": 1$(date +%N)}\" > metrics.json", to: "train.sh")
    try run(scene, "second")
    let result = try reproduce(scene, "second", status: 6)
    #expect(result.text.contains("first differs at byte"))
    #expect(result.text.contains("is diverged"))
    let near = try reproduce(scene, "second", "--tolerance", "1", status: 0)
    #expect(near.text.contains("within") && near.text.contains("is equivalent"))
  }

  @Test func `without metrics other bits are diverged`() throws {
    let scene = try scene("date +%N > model.bin")
    let object = try json(try reproduce(scene, "--json", "model.bin", status: 6))
    let result = try #require(object["result"] as? [String: Any])
    #expect(object["ok"] as? Bool == true && result["grade"] as? String == "diverged")
  }

  @Test func `a directory is compared file by file`() throws {
    let scene = try Scene.committed()
    try scene.setup.write(
      "set -e\nmkdir -p out/in; date +%N > out/in/a; echo b > out/b\n", to: "t.sh")
    try scene.setup.commitAll("code")
    try scene.succeed("run", "-q", "-n", "tree", "-o", "out", "--", "sh", "t.sh")
    let result = try reproduce(scene, "tree", status: 6)
    #expect(result.text.contains("1 file differs, first 'in/a'"))
  }

  // MARK: - Code

  @Test func `the code is what it was, though it was never committed`() throws {
    let scene = try scene(steady)
    try scene.setup.write("set -e\n. ./part.sh\n", to: "train.sh")
    try scene.setup.write("cat data/a.txt > model.bin; echo more >> model.bin\n", to: "part.sh")
    try run(scene, "loose")
    try scene.setup.git("checkout", "-q", "train.sh")
    try FileManager.default.removeItem(at: scene.setup.file("part.sh"))
    try reproduce(scene, "loose", status: 0)
  }

  @Test func `a commit that is gone is no obstacle`() throws {
    let scene = try scene(steady)
    try scene.setup.write("other\n", to: "train.sh")
    for words: [ByteString] in [
      ["commit", "-q", "-a", "--amend", "-m", "amended"],
      ["reflog", "expire", "--expire=now", "--all"],
      ["gc", "-q", "--prune=now"],
    ] { try Program.succeed("git", words, in: scene.setup.path) }
    let result = try reproduce(scene, "first", status: 0)
    #expect(result.errorText.contains("is gone") && result.text.contains("is identical"))
  }

  @Test func `a submodule is at its commit, and one that is away is told`() throws {
    let scene = try Scene.committed()
    let script = """
      set -e
      git init -q ../library; cd ../library; echo library > code; git add code; git commit -q -m one
      cd "$OLDPWD"; git -c protocol.file.allow=always submodule --quiet add ../library lib
      git commit -q -m library
      "$0" run -q -n sub -o out.txt -- sh -c 'cat lib/code lib/code > out.txt'
      cd lib; echo two > code; git commit -q -a -m two
      """
    try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    try reproduce(scene, "sub", status: 0)
    try FileManager.default.removeItem(at: scene.setup.file("lib"))
    try scene.setup.write("", to: "lib/.keep")
    let result = try reproduce(scene, "sub", status: 5)
    #expect(result.errorText.contains("Submodule 'lib' is left empty"))
    #expect(result.text.contains("Input 'lib/code' is not in the store"))
  }

  @Test func `a program finds the git of the run, and never that of the user`() throws {
    let scene = try scene(
      """
      git rev-parse HEAD > model.bin; git status --short -- train.sh >> model.bin
      git rev-parse --show-toplevel >&2
      """)
    try scene.setup.git("commit", "-q", "--allow-empty", "-m", "later")
    let result = try reproduce(scene, "first", status: 0)
    #expect(result.errorText.contains("/.git/shale/reproduce/"))
  }

  // MARK: - What is missing

  /// A scene whose store has lost what was in it before the run: the data, and not the code.
  private func sceneWithoutData(pushed: Bool) throws -> Scene {
    let scene = try Scene.committed()
    if pushed {
      _ = try scene.addRemote()
      try scene.setup.commitAll("remote")
      try scene.succeed("push", "-q")
    }
    let packs = try Program.succeed(
      "find", [".git/shale/store/packs", "-name", "*.pack"], in: scene.setup.path
    ).text.split(separator: "\n").map { String($0) }
    try scene.setup.write("set -e\n\(steady)\n", to: "train.sh")
    try scene.setup.write("lr: 0.1\n", to: "params.yaml")
    try run(scene, "first")
    for pack in packs { try FileManager.default.removeItem(at: scene.setup.file(pack)) }
    try scene.setup.write("changed\n", to: "data/a.txt")
    return scene
  }

  @Test func `bytes that are missing everywhere are told, and nothing runs`() throws {
    let scene = try sceneWithoutData(pushed: false)
    let dry = try reproduce(scene, "-n", "first", status: 5)
    #expect(dry.text.contains("missing Input 'data/a.txt' is not in the store"))
    try reproduce(scene, "first", status: 5).expectMessage("cannot be made again")
    #expect(try records(scene).count == 1)
    try scene.setup.write("one\n", to: "data/a.txt")
    #expect(try reproduce(scene, "first", status: 0).text.contains("is identical"))
  }

  @Test func `bytes that only the remote has are fetched`() throws {
    let scene = try sceneWithoutData(pushed: true)
    #expect(try reproduce(scene, "-n", "first", status: 0).text.contains("can be made again"))
    #expect(try reproduce(scene, "first", status: 0).text.contains("is identical"))
  }

  @Test func `a clone makes a run again with what was pushed`() throws {
    let scene = try scene(steady)
    _ = try scene.addRemote()
    try scene.succeed("commit", "-q", "-m", "model and remote")
    try scene.setup.git("add", "--all")
    try scene.setup.git("commit", "-q", "-m", "the rest")
    // The input of the run is data that no pointer names any more.
    try scene.change("two\n", commit: "other data")
    try scene.succeed("push", "-q")
    let directory = ByteString(try TemporaryDirectory.required().path)
    try Program.succeed(
      builtProgram().description, ["clone", "-q", "repository", "other"], in: directory)
    let other = ByteString("\(directory)/other")
    let result = try Shale.run(["reproduce", "model.bin"], in: other)
    #expect(
      result.status == 0 && result.text.contains("is identical"),
      "\(result.text)\(result.errorText)")
  }

  @Test func `a value that was redacted has to be given again`() throws {
    let scene = try scene(steady)
    try scene.succeed(
      "run", "-q", "-n", "secret", "--", "sh", "-c", "exit 0", "--api-key", "sesame")
    let result = try reproduce(scene, "secret", status: 5)
    result.expectMessage("redacted")
  }

  @Test func `a program that is not there is the environment's fault`() throws {
    let scene = try scene(steady)
    // Made by a program that ends: a file that is open for writing anywhere cannot be executed.
    let script = """
      mkdir -p ../tools/bin
      printf '#!/bin/sh\\necho made > model.bin\\n' > ../tools/bin/maker; chmod +x ../tools/bin/maker
      PATH=$(realpath ../tools/bin):$PATH "$0" run -q -n tool -o model.bin -- maker
      """
    try Program.succeed("bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    try reproduce(scene, "tool", status: 1).expectMessage("Program 'maker' was not found")
    try reproduce(scene, "tool", "--env", "../tools", status: 0)
    try reproduce(scene, "tool", "--env", "data", status: 2)
  }

  @Test func `an interpreter that lay elsewhere is looked up by its name`() throws {
    let scene = try scene(steady)
    let script = """
      set -e
      mkdir -p ../old/bin; ln -s "$(command -v python3)" ../old/bin/python3
      "$0" run -q -n old -o out.txt -- "$(realpath -s ../old/bin/python3)" -c 'open("out.txt", "w")'
      rm -r ../old
      """
    try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    let result = try reproduce(scene, "old", status: 0)
    #expect(result.errorText.contains("Program 'python3' is looked up in PATH"))
  }

  @Test func `an output that is not made any more is diverged, whatever the metrics say`() throws {
    let scene = try scene("\(steady)\n[ ! -e ../turn ] || rm model.bin")
    let result = try reproduce(scene, "first", status: 6)
    #expect(result.text.contains("nothing") && result.text.contains("missing"))
  }

  @Test func `an output that cannot be read is different, and the rest is compared`() throws {
    let scene = try scene("\(steady)\n[ ! -e ../turn ] || { rm model.bin; mkfifo model.bin; }")
    let result = try reproduce(scene, "first", status: 0)
    #expect(result.text.contains("different") && result.text.contains("equal"))
  }

  @Test func `a command that fails where it succeeded says how`() throws {
    let scene = try scene("[ ! -e ../go ] || exit 3\n\(steady)")
    try scene.setup.write("", to: ".git/shale/reproduce/go")
    let result = try Shale.run(["reproduce", "first"], in: scene.setup.path)
    #expect(result.status == 1 && result.errorText.contains("ended with status 3"))
    try FileManager.default.removeItem(at: scene.setup.file(".git/shale/reproduce/go"))
    try expectClean(scene)
  }

  @Test func `a record that was changed is refused`() throws {
    let scene = try scene(steady)
    let file = try #require(try records(scene).first)
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacingOccurrences(of: "train.sh", with: "evil.sh").write(
      to: file, atomically: true, encoding: .utf8)
    let id = ByteString(String(file.lastPathComponent.dropLast(5)))
    try scene.expectRefusal("reproduce", id, status: 4, mentions: "was changed")
  }

  /// A scene with a symlink among its code that leads to `victim`, and a run whose record was
  /// changed by hand and named `hostile`.
  private func hostileScene(_ edit: String) throws -> Scene {
    let scene = try Scene.committed()
    let script = """
      set -e
      mkdir ../victim; echo precious > ../victim/file; ln -s "$(realpath ../victim)" link
      git add link; git commit -q -m link
      "$0" run -q -n linked -i data/a.txt -o made.txt -- sh -c 'cat data/a.txt > made.txt'
      cd .git/shale/runs
      sed '\(edit); s,"linked","hostile",' *.json > new
      mv new $(sha256sum new | cut -c1-64).json; rm -f ../runs.idx
      """
    try Program.succeed("bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    return scene
  }

  @Test(arguments: [
    #"s,"path" : "data/a.txt","path" : "link/new","#,
    #"s,"path" : "data/a.txt","path" : ".git/new","#,
    #"s,"path" : "data/a.txt","path" : "x/.GIT/hooks/new","#,
    #"s,"directory" : ".","directory" : "link","#,
  ])
  func `a record that leads out of its directory is refused`(edit: String) throws {
    let scene = try hostileScene(edit)
    let result = try reproduce(scene, "hostile", status: 4)
    result.expectMessage("leads out of")
    let victim = try FileManager.default.contentsOfDirectory(
      atPath: scene.setup.file("../victim").path)
    #expect(victim == ["file"])
  }

  @Test func `what lies behind a symlink is no output, and is not moved`() throws {
    let scene = try hostileScene(#"s,"path" : "made.txt","path" : "link/file","#)
    try reproduce(scene, "hostile", "--keep", "../kept", status: 6)
    #expect(try scene.text("../victim/file") == "precious\n")
  }

  // MARK: - Subjects

  @Test func `data and revisions name runs, too`() throws {
    let scene = try scene(steady)
    let pointer = try scene.text("model.bin.shale")
    let oid = try #require(pointer.firstRange(of: "sha256:")).upperBound
    let hex = ByteString(String(pointer[oid...].prefix(64)))
    for word: ByteString in ["model.bin", "./model.bin", "model.bin.shale", hex] {
      let text = try reproduce(scene, "-n", word, status: 0).text
      #expect(text.contains("(first) can be made again"), "\(word)")
    }
    let script = """
      set -e
      mkdir -p .shale/runs; cp .git/shale/runs/*.json .shale/runs; git add -f .shale/runs
      git commit -q -m records
      """
    try Program.succeed("bash", ["-c", ByteString(script)], in: scene.setup.path)
    #expect(try reproduce(scene, "HEAD", status: 0).text.contains("(first) is identical"))
    try reproduce(scene, "HEAD~1", status: 1).expectMessage("carries no run records")
    try reproduce(scene, "nothing", status: 1).expectMessage("neither a run nor data")
    try scene.setup.git("branch", "data")
    try scene.setup.git("tag", "first")
    try reproduce(scene, "first", "-n", status: 0)
  }

  @Test func `a word that means several things is told, unless they are one`() throws {
    let scene = try scene(steady)
    try scene.succeed("run", "-q", "-n", "main", "--", "true")
    #expect(try reproduce(scene, "-n", "main", status: 0).text.contains("(main) can be made"))
    try scene.succeed("commit", "-q", "-m", "model, and its record")
    let result = try reproduce(scene, "-n", "main", status: 2)
    result.expectMessage("'main' could be run")
    #expect(result.errorText.contains("or revision"))
  }

  @Test func `what led to a run is made again first`() throws {
    let scene = try Scene.committed()
    try scene.succeed(
      "run", "-q", "-n", "one", "-i", "data/a.txt", "-o", "mid.txt", "--", "sh", "-c",
      "sort data/a.txt > mid.txt")
    try scene.succeed(
      "run", "-q", "-n", "two", "-i", "mid.txt", "-o", "end.txt", "--", "sh", "-c",
      "rev mid.txt > end.txt")
    try scene.setup.commitAll("both")
    let result = try reproduce(scene, "--deep", "--json", "end.txt", status: 0)
    let report = try #require(try json(result)["result"] as? [String: Any])
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(runs.map { $0["name"] as? String } == ["one", "two"])
    #expect(runs.allSatisfy { $0["grade"] as? String == "identical" })
  }

  @Test func `what comes out is kept where that is asked for`() throws {
    let scene = try scene(steady)
    try reproduce(scene, "first", "--keep", "../kept", status: 0)
    #expect(try scene.text("../kept/model.bin") == scene.text("model.bin"))
    #expect(try scene.text("../kept/metrics.json") == scene.text("metrics.json"))
    try reproduce(scene, "first", "--keep", "../kept", status: 1).expectMessage("is not empty")
  }

  // MARK: - Ends

  @Test func `a reproduction that is killed leaves nothing that the next one does not clear`()
    throws
  {
    let scene = try scene("[ ! -e ../go ] || sleep 30 \n\(steady)")
    let before = try scene.state()
    let script = """
      set -e
      run=$(pwd)/.git/shale/reproduce
      mkdir -p $run; : > $run/go
      "$0" reproduce first >/dev/null 2>&1 & shale=$!
      for i in $(seq 400); do pgrep -P $shale sh >/dev/null && break; sleep 0.05; done
      child=$(pgrep -P $shale sh); kill -9 $shale; pkill -9 -P $child || true; kill -9 $child || true
      wait $shale || true
      rm $run/go; ls $run
      git worktree list --porcelain | grep -c ^worktree
      """
    let killed = try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    #expect(killed.text.contains(".lock") && killed.text.hasSuffix("2\n"))
    #expect(try scene.state() == before)
    try reproduce(scene, "first", status: 0)
  }

  @Test func `an interrupted command ends with 130, and leaves nothing`() throws {
    let scene = try scene("[ ! -e ../go ] || kill -INT $$ \n\(steady)")
    try scene.setup.write("", to: ".git/shale/reproduce/go")
    let result = try Shale.run(["reproduce", "first"], in: scene.setup.path)
    #expect(result.status == 130, "\(result.errorText)")
    try FileManager.default.removeItem(at: scene.setup.file(".git/shale/reproduce/go"))
    try expectClean(scene)
  }

  @Test func `a command may take rights away in its directory`() throws {
    let scene = try scene("mkdir -p deep/er; : > deep/er/file; chmod 500 deep deep/er\n\(steady)")
    try Program.succeed("chmod", ["-R", "u+w", "deep"], in: scene.setup.path)
    try reproduce(scene, "first", status: 0)
  }

  @Test func `a script of Python is made again with its settings`() throws {
    let scene = try Scene.committed()
    try scene.setup.write("lr: 0.1\n", to: "params.yaml")
    try scene.setup.write(
      """
      import json, os
      rate = os.environ["SHALE_PARAM_lr"]
      open("model.bin", "w").write(rate + open("params.yaml").read() + open("data/a.txt").read())
      json.dump({"loss": float(rate)}, open("metrics.json", "w"))
      """, to: "train.py")
    try scene.setup.commitAll("code")
    try scene.succeed(
      "run", "-q", "-n", "py", "--set", "lr=0.5", "-i", "data/a.txt", "-o", "model.bin", "--",
      "python3", "train.py")
    try scene.setup.write("lr: 7\n", to: "params.yaml")
    let result = try reproduce(scene, "py", status: 0)
    #expect(result.text.contains("is identical"))
  }
}

extension ProgramResult {
  /// Checks what the one message of a failure says.
  fileprivate func expectMessage(
    _ text: String, sourceLocation location: SourceLocation = #_sourceLocation
  ) {
    let errors = errorText.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors[0].contains(text), "\(errorText)", sourceLocation: location)
    #expect(errorText.contains("\nhint: "), sourceLocation: location)
  }
}
