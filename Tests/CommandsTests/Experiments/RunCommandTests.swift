import Foundation
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct RunCommandTests {
  /// A repository with data and a script in shell that makes a model of it.
  private func scene() throws -> Scene {
    let scene = try Scene.committed()
    try scene.setup.write("# rate\nlr: 0.1   # why\nseed: 3\n", to: "params.yaml")
    try scene.setup.write(
      """
      set -e
      cat data/a.txt params.yaml > model.bin
      echo '{"loss": 0.25}' > metrics.json
      """, to: "train.sh")
    try scene.setup.git("add", "params.yaml", "train.sh")
    try scene.setup.git("commit", "-q", "-m", "code")
    return scene
  }

  /// The records of all runs there are.
  private func records(_ scene: Scene) throws -> [[String: Any]] {
    let directory = scene.setup.url.appending(path: ".git/shale/runs")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    return try names.filter { $0.hasSuffix(".json") }.map { name in
      let bytes = try Data(contentsOf: directory.appending(path: name))
      let sum = try Program.succeed("sha256sum", ["-"], in: scene.setup.path, input: Array(bytes))
      #expect(sum.text.hasPrefix(String(name.dropLast(5))), "the id is the hash of the file")
      return try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }
  }

  /// The record of the only run there is.
  private func record(_ scene: Scene) throws -> [String: Any] {
    let records = try records(scene)
    return try #require(records.count == 1 ? records.first : nil, "\(records)")
  }

  @Test func `a run leaves one record of data, code, parameters, metrics and outputs`() throws {
    let scene = try scene()
    let result = try scene.shale(
      "run", "-n", "first", "-i", "data/a.txt", "-o", "model.bin", "-m", "metrics.json",
      "--set", "lr=1e-4", "--", "sh", "train.sh")
    #expect(result.status == 0 && result.text.isEmpty, "\(result.errorText)")
    #expect(try scene.text("params.yaml") == "# rate\nlr: 1.0e-4   # why\nseed: 3\n")
    #expect(try scene.text("model.bin.shale").hasPrefix("shale 1\nkind file\n"))
    let record = try record(scene)
    #expect(record["state"] as? String == "succeeded" && record["name"] as? String == "first")
    let code = try #require(record["code"] as? [String: Any])
    #expect(code["isModified"] as? Bool == false, "a parameter is no code")
    let inputs = try #require(record["inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["path"] as? String } == ["data/a.txt"])
    let outputs = try #require(record["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["path"] as? String } == ["model.bin"])
    let metrics = try #require(record["metrics"] as? [[String: Any]])
    #expect((metrics[0]["values"] as? [String: Any])?["loss"] as? Double == 0.25)
    let parameters = try #require(record["parameters"] as? [[String: Any]])
    #expect((parameters[0]["values"] as? [String: Any])?["lr"] as? Double == 1e-4)
  }

  @Test func `what the command changed in tracked data is found without being named`() throws {
    let scene = try scene()
    try scene.succeed("run", "-q", "--", "sh", "-c", "echo two > data/deep/new.txt")
    let record = try record(scene)
    let outputs = try #require(record["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["path"] as? String } == ["data/deep/new.txt"])
    #expect(outputs[0]["origin"] as? String == "observed")
    #expect(try scene.setup.git("status", "--short").contains("M  data.shale"))
  }

  @Test func `what the command read of tracked data is its input, with a list of the files`() throws
  {
    let scene = try scene()
    try scene.setup.write("scratch\n", to: "scratch.txt")
    try scene.setup.write("scratch.txt\n", to: ".git/info/exclude")
    try scene.succeed(
      "run", "-q", "-o", "copy.txt", "--", "sh", "-c", "cat data/a.txt scratch.txt > copy.txt")
    let record = try record(scene)
    #expect((record["observation"] as? [String: Any])?["method"] as? String != "declared")
    let inputs = try #require(record["inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["path"] as? String } == ["data", "scratch.txt"])
    #expect(inputs[0]["tracked"] as? String == "data" && inputs[1]["tracked"] == nil)
    let list = try #require((inputs[0]["read"] as? [String: Any])?["oid"] as? String)
    let sum = try Program.succeed("sha256sum", ["data/a.txt"], in: scene.setup.path).line.prefix(64)
    #expect(try scene.shale("cat", ByteString(list)).text == "\(sum)  a.txt\n")
    #expect(try !scene.setup.git("status", "--short").contains("scratch"), "nothing is added")
  }

  @Test func `a file that is written again with the same content is an output, too`() throws {
    let scene = try scene()
    try scene.succeed("run", "-q", "-n", "first", "-o", "model.bin", "--", "sh", "train.sh")
    let report = try scene.shale("run", "--json", "--", "sh", "train.sh")
    let object = try JSONSerialization.jsonObject(with: Data(report.output)) as? [String: Any]
    let outputs = (object?["result"] as? [String: Any])?["outputs"] as? [[String: Any]]
    #expect(outputs?.map { $0["path"] as? String }.contains("model.bin") == true)
  }

  @Test func `what a run makes and measures is no code of the next`() throws {
    let scene = try scene()
    try scene.setup.write("/data\n/model.bin\n", to: ".gitignore")
    for _ in 0..<2 { try scene.succeed("run", "-q", "-o", "model.bin", "--", "sh", "train.sh") }
    let trees = try records(scene).map { ($0["code"] as? [String: Any])?["tree"] as? [String: Any] }
    #expect(trees.count == 2 && Set(trees.map { $0?["oid"] as? String }).count == 1)
  }

  @Test func `an untracked file that an earlier run made does not make the code a changed one`()
    throws
  {
    let scene = try scene()
    for _ in 0..<2 { try scene.succeed("run", "-q", "--", "sh", "-c", "date >> log.txt") }
    let codes = try records(scene).map { $0["code"] as? [String: Any] }
    #expect(codes.map { $0?["isModified"] as? Bool } == [false, false])
    try scene.setup.write("new\n", to: "module.txt")
    try scene.succeed("run", "-q", "--", "true")
    let later = try records(scene).map { ($0["code"] as? [String: Any])?["isModified"] as? Bool }
    #expect(later.count { $0 == true } == 1)
  }

  @Test func `an index that somebody holds at the end costs the run nothing`() throws {
    let scene = try scene()
    let script: ByteString = "echo made > model.bin; touch .git/index.lock"
    let result = try scene.shale("run", "-o", "model.bin", "--", "sh", "-c", script)
    #expect(result.errorText.contains("run `shale add 'model.bin'`"), "\(result.errorText)")
    let record = try record(scene)
    #expect(record["state"] as? String == "succeeded" && record["statement"] != nil)
    try FileManager.default.removeItem(at: scene.setup.file(".git/index.lock"))
    try scene.succeed("add", "-q", "model.bin")
    try scene.succeed("commit", "-q", "-m", "made")
    let files = try scene.setup.git("ls-tree", "-r", "--name-only", "HEAD")
    #expect(files.contains("model.bin.shale") && files.contains(".shale/runs/"))
  }

  @Test func `a command that is not watched has declared inputs only`() throws {
    let scene = try scene()
    try scene.succeed("run", "-q", "--no-trace", "--", "cat", "data/a.txt")
    let record = try record(scene)
    #expect((record["observation"] as? [String: Any])?["method"] as? String == "declared")
    #expect((record["inputs"] as? [Any])?.isEmpty == true)
  }

  @Test func `the status of the command is passed on, and its good outputs stay recorded`() throws {
    let scene = try scene()
    try scene.succeed("run", "-q", "-o", "model.bin", "--", "sh", "train.sh")
    let pointer = try scene.text("model.bin.shale")
    let script: ByteString = "echo bad > model.bin; exit 7"
    #expect(try scene.shale("run", "-o", "model.bin", "--", "sh", "-c", script).status == 7)
    #expect(try scene.text("model.bin.shale") == pointer)
    try scene.succeed("checkout", "--force", "model.bin")
    #expect(try scene.text("model.bin").hasPrefix("one\n"))
  }

  @Test(arguments: [
    ("exit 3", 3, "failed"), ("kill -9 $$", 137, "failed"), ("kill -INT $$", 130, "interrupted"),
    ("kill -TERM $$", 143, "interrupted"),
  ])
  func `a run that fails or is interrupted is recorded as such`(
    script: String, status: Int, state: String
  ) throws {
    let scene = try scene()
    #expect(try scene.shale("run", "--", "sh", "-c", ByteString(script)).status == status)
    #expect(try record(scene)["state"] as? String == state)
  }

  @Test func `a program that is not there ends with 127, one that is none with 126`() throws {
    let scene = try scene()
    #expect(try scene.shale("run", "--", "no-such-program").status == 127)
    #expect(try scene.shale("run", "--", "./params.yaml").status == 126)
  }

  @Test func `Shale's own failures end with 125 and run nothing`() throws {
    let scene = try scene()
    let touch: [ByteString] = ["--", "touch", "made"]
    let cases: [(words: [ByteString], mention: String)] = [
      (["-i", "nothing"], "does not exist"),
      (["-i", "data", "-o", "data/a.txt"], "in one another"),
      (["-o", "data", "-i", "data"], "both"), (["-p", "nothing.yaml"], "does not exist"),
      (["--set", "sed=1"], "seed"), (["--set", "rate=1"], "add 'rate'"),
      (["--set", "rate"], "KEY=VALUE"),
      (["-o", "out", "-o", "out/in"], "lies in"), (["-p", "params.yaml:seeed"], "seed"),
    ]
    for (words, mention) in cases {
      let result = try Shale.run(["run"] + words + touch, in: scene.setup.path)
      result.expectFailure(125, mentions: [mention])
      #expect(throws: (any Error).self) { try scene.text("made") }
    }
    #expect(try scene.shale("run").status == 125)
  }

  @Test func `an output behind a symlink is refused`() throws {
    let scene = try scene()
    try FileManager.default.createSymbolicLink(
      atPath: scene.setup.url.appending(path: "out").path, withDestinationPath: "/tmp")
    let result = try scene.shale("run", "-o", "out/model.bin", "--", "true")
    result.expectFailure(125, mentions: ["outside"])
  }

  @Test func `an output that was not made is told, and the record says failed`() throws {
    let scene = try scene()
    let result = try scene.shale("run", "-o", "model.bin", "--", "true")
    result.expectFailure(125, mentions: ["model.bin"])
    #expect(try record(scene)["state"] as? String == "failed")
  }

  @Test func `secrets do not come into a record, and neither do machine and home`() throws {
    let scene = try scene()
    try scene.setup.write("password: hunter2\nurl: https://ada:pw1@host/x\n", to: "secret.yaml")
    try scene.setup.write("KEY=sesame\n", to: ".env")
    try scene.succeed(
      "run", "-q", "-p", "secret.yaml", "--", "true", "--api-key", "abc1", "--token=abc2",
      "https://u:abc3@h/", ByteString("\(scene.setup.url.path)/train.sh"))
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: record(scene)), as: UTF8.self)
    for secret in ["hunter2", "pw1", "abc1", "abc2", "abc3", "sesame", scene.setup.url.path] {
      #expect(!text.contains(secret), "\(secret)")
    }
    #expect(text.contains("train.sh") && text.contains("<redacted>"))
    let host = try Program.succeed("hostname", [], in: scene.setup.path).text
    #expect(!text.contains("\"\(host.trimmingCharacters(in: .whitespacesAndNewlines))\""))
  }

  @Test func `the command is given what was set, and the record hides the secrets in it`() throws {
    let scene = try scene()
    try scene.setup.write("token: x\nurl: y\nplain: z\n", to: "params.yaml")
    let script: ByteString = """
      printf '%s|%s|%s' "$SHALE_PARAM_token" "$SHALE_PARAM_url" "$SHALE_PARAM_plain" > given.txt
      """
    try scene.succeed(
      "run", "-q", "--set", "token=se\"cret", "--set", "url=https://ada:pw1@host/x", "--set",
      "plain=a \"b\"", "--", "sh", "-c", script)
    #expect(try scene.text("given.txt") == "se\"cret|https://ada:pw1@host/x|a \"b\"")
    let text = "\(try record(scene))"
    for secret in ["cret", "pw1"] { #expect(!text.contains(secret), "\(secret)") }
    #expect(
      try record(scene)["redacted"] as? [String] == [
        "settings.token", "settings.url", "parameters.params.yaml.token",
        "parameters.params.yaml.url",
      ])
  }

  @Test func `under --json the report alone is on standard output`() throws {
    let scene = try scene()
    let result = try scene.shale("run", "--json", "--", "echo", "noise")
    let object = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    #expect(object?["ok"] as? Bool == true)
    #expect(result.errorText.contains("noise"))
  }

  @Test func `a run whose process is killed leaves a record all the same`() throws {
    let scene = try scene()
    let script = """
      "$0" run -n killed -- sleep 30 & shale=$!
      for i in $(seq 200); do
        ls .git/shale/runs/live/*.json >/dev/null 2>&1 && pgrep -P $shale >/dev/null && break
        sleep 0.05
      done
      child=$(pgrep -P $shale); kill -9 $shale; kill -9 $child; wait $shale
      "$0" run -n next -- true
      """
    try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    let directory = scene.setup.url.appending(path: ".git/shale/runs")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".json") }
    #expect(names.count == 2, "the next run makes a record of the one that died")
  }

  @Test func `two runs whose outputs overlap are not alive at once`() throws {
    let scene = try scene()
    let script = """
      mkfifo go; "$0" run -o model.bin -- sh -c 'echo x > model.bin; cat go > /dev/null' & first=$!
      for i in $(seq 200); do [ -e model.bin ] && break; sleep 0.05; done
      "$0" run -o model.bin -- true; echo "second $?"
      "$0" run --set lr=2 -- true; echo "third $?"
      "$0" run -- true; echo "fourth $?"
      echo > go; wait $first; echo "first $?"
      """
    let result = try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    #expect(result.text == "second 125\nthird 125\nfourth 0\nfirst 0\n")
  }

  @Test func `a script whose name begins like that of an interpreter runs once`() throws {
    let scene = try scene()
    // Written by another process: a program that this one had open for writing may be busy.
    let script = #"printf '#!/bin/sh\necho "$@" >> calls\n' > python_job; chmod +x python_job"#
    try Program.succeed("sh", ["-c", ByteString(script)], in: scene.setup.path)
    try scene.succeed("run", "-q", "--", "./python_job", "first")
    try scene.succeed("run", "-q", "--", "sh", "-c", "$PWD/python_job second")
    #expect(try scene.text("calls") == "first\nsecond\n")
  }

  @Test func `what another run has half written is neither recorded nor told`() throws {
    let scene = try scene()
    try scene.setup.write("old\n", to: "b.bin")
    try scene.succeed("add", "-q", "b.bin")
    let script = """
      mkfifo go; "$0" run -q -o b.bin -o new.bin -- \\
        sh -c 'echo x > new.bin; echo half > b.bin; cat go > /dev/null; exit 1' & first=$!
      for i in $(seq 200); do grep -q half b.bin && break; sleep 0.05; done
      "$0" run -q -n second -o a.bin -- sh -c 'echo whole > a.bin'; echo "second $?"
      "$0" run -q -i b.bin -- true; echo "third $?"
      echo > go; wait $first; echo "first $?"
      """
    let pointer = try scene.text("b.bin.shale")
    let result = try Program.succeed(
      "bash", ["-c", ByteString(script), builtProgram()], in: scene.setup.path)
    #expect(result.text == "second 0\nthird 125\nfirst 1\n", "\(result.errorText)")
    #expect(try scene.text("b.bin.shale") == pointer)
    let second = try records(scene).first { $0["name"] as? String == "second" }
    let outputs = try #require(second?["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["path"] as? String } == ["a.bin"])
  }

  @Test(arguments: ["mkfifo m.json", "mkdir m.json", "truncate -s 1G m.json"])
  func `metrics that cannot be read are told, and what was made is recorded`(make: String) throws {
    let scene = try scene()
    let script = ByteString("\(make); echo x > model.bin")
    let result = try scene.shale(
      "run", "-m", "m.json", "-o", "model.bin", "--", "sh", "-c", script)
    #expect(result.status == 0 && result.errorText.contains("m.json"), "\(result.errorText)")
    #expect(try scene.text("model.bin.shale").hasPrefix("shale 1\nkind file\n"))
    #expect(try record(scene)["state"] as? String == "succeeded")
  }

  @Test func `a parameter file whose secret goes into the stored code is told`() throws {
    let scene = try scene()
    try scene.setup.write("password: hunter2\n", to: "secret.yaml")
    let result = try scene.shale("run", "-p", "secret.yaml", "--", "true")
    #expect(result.status == 0 && result.errorText.contains("File 'secret.yaml' holds a secret"))
    #expect(try !scene.shale("run", "--", "true").errorText.contains("secret"))
  }

  @Test func `a record leaves out values that would make it too large to be read`() throws {
    let scene = try scene()
    let text = String(repeating: "x", count: 9 << 20)
    try scene.setup.write("{\"a\": \"\(text)\"}", to: "large.json")
    try scene.succeed(
      "run", "-q", "-p", "large.json", "-o", "model.bin", "--", "sh", "-c", "echo x > model.bin")
    let parameters = try #require(record(scene)["parameters"] as? [[String: Any]])
    #expect(parameters[0]["values"] == nil && parameters[0]["problem"] != nil)
    #expect(try scene.shale("lineage", "model.bin").text.contains("run "))
  }
}
