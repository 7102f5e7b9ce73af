import Foundation
import Primitives
import TestSupport
import Testing

/// The contract of `docs/exit-status.md`, each status reached by the real program.
@Suite(.temporaryDirectory) struct ReachedStatusTests {
  /// A way to end with a status.
  struct Way: Sendable {
    let status: Int
    let commandLine: [ByteString]

    /// What makes it end so, as a script in a repository with data that is committed.
    let preparation: String
  }

  static let ways = [
    Way(status: 0, commandLine: ["status", "--exit-code"], preparation: ""),
    Way(status: 1, commandLine: ["add", "nothing"], preparation: ""),
    Way(status: 2, commandLine: ["add", "--no-such-option", "data"], preparation: ""),
    Way(status: 2, commandLine: ["status"], preparation: "git config shale.compression nonsense"),
    Way(
      status: 3, commandLine: ["status"],
      preparation: "printf '[shale]\\n\\tstore = /elsewhere\\n' >> .shale/config"),
    Way(status: 4, commandLine: ["add", "data"], preparation: "echo nonsense > data.shale"),
    Way(
      status: 5, commandLine: ["checkout"],
      preparation: "sed -i 's/sha256:..../sha256:0000/' data.shale"),
    Way(status: 6, commandLine: ["status", "--exit-code"], preparation: "echo two > data/a.txt"),
    Way(status: 6, commandLine: ["diff", "--exit-code"], preparation: "echo two > data/a.txt"),
    Way(status: 10, commandLine: ["commit", "-m", "nothing"], preparation: ""),
    Way(
      status: 75, commandLine: ["add", "data"],
      preparation: "echo two > data/a.txt; : > .git/index.lock"),
    Way(status: 75, commandLine: ["push"], preparation: "mv ../remote ../away"),
    Way(status: 1, commandLine: ["gc"], preparation: ": > .git/refs/heads/torn"),
    Way(status: 2, commandLine: ["gc", "--grace", "0"], preparation: ""),
    Way(
      status: 4, commandLine: ["gc"],
      preparation: "mkdir -p .git/shale/store/roots/pins; echo > .git/shale/store/roots/pins/one"),
    Way(status: 75, commandLine: ["gc"], preparation: ": > .git/index.lock"),
    Way(status: 0, commandLine: ["get", "../remote", "data", "-o", "out"], preparation: ""),
    Way(status: 1, commandLine: ["get", "../remote", "data"], preparation: "echo x > data/b"),
    Way(status: 75, commandLine: ["get", "../nowhere", "data"], preparation: ""),
    Way(
      status: 4,
      commandLine: [
        "get", "../remote", "data/a.txt", "--expect", ByteString(String(repeating: "0", count: 64)),
      ], preparation: ""),
    Way(
      status: 5, commandLine: ["get", "../remote", "data", "-o", "out"],
      preparation: "find ../remote/packs -name '*.pack' -delete; \"$0\" cache clear -q"),
    Way(
      status: 5, commandLine: ["migrate", "lfs"],
      preparation: """
        echo '*.bin filter=lfs' > .gitattributes
        printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 7\\n' 7 > a.bin
        git add -A; git commit -q -m lfs
        """),
    Way(status: 0, commandLine: ["reproduce", "r"], preparation: made("echo x > made")),
    Way(status: 1, commandLine: ["reproduce", "nothing"], preparation: made("echo x > made")),
    Way(
      status: 4, commandLine: ["reproduce", "r"],
      preparation: made("echo x > made")
        + "; sed -i s/echo/exec/ .shale/runs/*; git add -f .shale; "
        + "git commit -q -m r; git tag -f r; rm -r .git/shale/runs*"),
    Way(
      status: 5, commandLine: ["reproduce", "r"],
      preparation: made("echo x > made") + "; find .git/shale/store -name '*.pack' -delete"),
    Way(status: 6, commandLine: ["reproduce", "r"], preparation: made("date +%N > made")),
    Way(status: 125, commandLine: ["run", "-i", "nothing", "--", "true"], preparation: ""),
    Way(status: 126, commandLine: ["run", "--", "./data.shale"], preparation: ""),
    Way(status: 127, commandLine: ["run", "--", "no-such-program"], preparation: ""),
  ]

  /// A script that leaves a run by the name of `r`, whose record is in `.shale/runs`.
  private static func made(_ script: String) -> String {
    """
    "$0" run -q -n r -o made -- sh -c '\(script)'
    mkdir -p .shale/runs; cp .git/shale/runs/*.json .shale/runs
    """
  }

  @Test(arguments: ways) func `a status is reached, as text and as JSON`(way: Way) throws {
    for isJSON in [false, true] {
      let scene = try Scene.committed("repository-\(isJSON)")
      let remote = try TemporaryDirectory.required().appending(path: "remote")
      try? FileManager.default.removeItem(at: remote)
      try scene.succeed("remote", "add", "origin", ByteString(remote.path))
      try scene.setup.git("commit", "-q", "-a", "-m", "remote")
      try scene.succeed("push", "-q")
      try Program.succeed(
        "bash", ["-ec", ByteString(way.preparation), builtProgram()], in: scene.setup.path)
      let words =
        way.commandLine.prefix(1) + (isJSON ? ["--json"] : []) + way.commandLine.dropFirst()
      let result = try Shale.run(Array(words), in: scene.setup.path)
      #expect(result.status == way.status, "\(result.text)\(result.errorText)")
      guard isJSON, ![0, 6, 10].contains(way.status) else { continue }
      let object = try JSONSerialization.jsonObject(with: Data(result.output))
      let error = try #require((object as? [String: Any])?["error"] as? [String: Any])
      #expect(error["status"] as? Int == way.status)
      #expect((error["hints"] as? [String])?.isEmpty == false)
      #expect((error["message"] as? String)?.isEmpty == false)
    }
  }

  @Test func `an interrupted add is 130, and leaves everything as it was`() throws {
    let scene = try Scene.committed()
    try Program.succeed("truncate", ["-s", "3G", "large.bin"], in: scene.setup.path)
    let before = try scene.setup.git("status", "--short")
    let steps = try Script.plain.withShale(
      """
      interrupted() {
        env --default-signal=INT "$program" add large.bin & child=$!
        while ! grep -q large.bin <(ls -l /proc/$child/fd 2>/dev/null); do sleep 0.01; done
        kill -INT $child
        wait $child
      }
      step add interrupted
      step fsck shale fsck
      """, in: scene.setup.path)
    #expect(steps["add"]?.status == 130)
    #expect(steps["fsck"]?.status == 0)
    #expect(try scene.setup.git("status", "--short") == before)
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file("large.bin.shale").path))
  }

  @Test func `every status of the page is reached`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/exit-status.md"), encoding: .utf8)
    let documented = page.split(separator: "\n").compactMap { line in
      Int(line.drop { $0 == "|" || $0 == " " }.prefix { $0.isNumber })
    }
    #expect(Set(Self.ways.map(\.status) + [130]) == Set(documented))
  }
}
