import Foundation
import ObjectStore
import Primitives
import TestSupport
import Testing
import Workspace

/// Names and settings that came with a repository.
@Suite(.temporaryDirectory) struct HostileNameTests {
  /// A repository, and beside it a directory that nothing may touch.
  private func scene() throws -> Scene {
    let scene = try Scene.committed()
    try Program.succeed(
      "sh", ["-c", "mkdir ../outside; echo keep > ../outside/sentinel"], in: scene.setup.path)
    return scene
  }

  private func expectUntouched(_ scene: Scene) throws {
    let found = try Program.succeed("find", ["../outside", "-type", "f"], in: scene.setup.path)
    #expect(found.line == "../outside/sentinel")
    #expect(
      try Program.succeed("cat", ["../outside/sentinel"], in: scene.setup.path).line == "keep")
  }

  @Test(arguments: [
    ".git.shale", "sub/.GIT.shale", ".gitattributes.shale", ".shale/config.shale", ".shale.shale",
    "sub/.git/hooks/post-checkout.shale",
  ])
  func `a pointer of git's files or of Shale's own is none`(name: String) throws {
    let scene = try scene()
    let pointer = try scene.setup.read("data.shale")
    // Git itself takes no such paths: only its index can be made to name them.
    if !name.contains("/.git/") {
      try scene.setup.write(pointer, to: name)
      try scene.setup.git("add", "-f", "--", ByteString(name))
    }
    let before = try scene.text(".git/config")
    let status = try scene.shale("status")
    #expect(status.status == 0 && !status.text.contains("not recorded"), "\(status.text)")
    #expect(try scene.shale("checkout").status == 0)
    #expect(try scene.text(".git/config") == before)
    #expect(!(try scene.shale("ls").text.contains(".git")))
  }

  @Test(arguments: ["-rf", "--force", "--", "-"])
  func `pointers named like options are data like any other`(name: String) throws {
    let scene = try scene()
    try scene.setup.write(try scene.setup.read("data.shale"), to: "\(name).shale")
    try scene.setup.git("add", "-f", "--", ByteString("\(name).shale"))
    try scene.succeed("checkout", "-q")
    #expect(try scene.text("\(name)/a.txt") == "one\n")
    #expect(try scene.text("data/a.txt") == "one\n")
  }

  @Test func `names cannot write to the terminal, and JSON stays JSON`() throws {
    let scene = try scene()
    let pointer = try scene.setup.read("data.shale")
    let names: [ByteString] = [
      "esc\u{1B}[31m", "line\nbreak", "right\u{202E}left", ByteString([0xFF, 0xFE]), "q\"uote\\",
    ]
    for name in names {
      try Program.succeed(
        "sh", ["-c", "cat > \"$1.shale\" && git add -f -- \"$1.shale\"", "sh", name],
        in: scene.setup.path, input: pointer)
    }
    for words: [ByteString] in [["status"], ["ls"], ["log"], ["checkout"], ["diff"], ["fsck"]] {
      for json in [false, true] {
        let result = try Shale.run(words + (json ? ["--json"] : []), in: scene.setup.path)
        let bytes = result.output + Array(result.errorText.utf8)
        #expect(!bytes.contains { $0 == 0x1B || $0 == 0xFF }, "\(words)")
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{202E}"), "\(words)")
        if json {
          #expect(throws: Never.self, "\(words)") {
            try JSONSerialization.jsonObject(with: Data(result.output))
          }
        }
      }
    }
    try expectUntouched(scene)
  }

  @Test func `a symlink of one version is not written through by the next`() throws {
    let scene = try scene()
    try Program.succeed(
      "sh", ["-c", "ln -s ../../outside data/a; ln -s /etc data/etc"], in: scene.setup.path)
    try Program.succeed("rm", ["data/a.txt"], in: scene.setup.path)
    try scene.succeed("commit", "-q", "-m", "links")
    try Program.succeed(
      "sh", ["-c", "rm data/a data/etc; mkdir data/a data/etc; echo x > data/a/sentinel"],
      in: scene.setup.path)
    try scene.succeed("commit", "-q", "-m", "directories")
    try scene.succeed("checkout", "-q", "HEAD~1")
    try scene.succeed("checkout", "-q", "main")
    #expect(try scene.text("data/a/sentinel") == "x\n")
    try expectUntouched(scene)
  }

  @Test func `a pointer that is a pipe, a device or huge is told, and nothing waits for it`() throws
  {
    let scene = try scene()
    try Program.succeed("sh", ["-c", "rm data.shale; mkfifo data.shale"], in: scene.setup.path)
    #expect(try scene.shale("status").status < 6)
    #expect(try scene.shale("checkout").status < 6)
    try Program.succeed(
      "sh", ["-c", "rm data.shale; head -c 5000000 /dev/zero > data.shale"], in: scene.setup.path)
    try scene.expectRefusal("checkout", status: 4, mentions: "'data.shale'", "larger")
    try Program.succeed("sh", ["-c", "ln -sf /dev/zero data.shale"], in: scene.setup.path)
    #expect(try scene.shale("status").status < 6)
  }

  @Test(arguments: [
    ("[shale-remote \"o\"]\n url = ext::sh -c touch% pwned", "'ext'"),
    ("[shale-remote \"o\"]\n url = --upload-pack=touch", "begins with '-'"),
    ("[shale-remote \"-x\"]\n url = /tmp/a", "'-x'"),
    ("[shale]\n store = /tmp/evil", "shale.store"),
    ("[shale]\n link = symlink", "shale.link"),
    ("[include]\n path = /etc/passwd", "include.path"),
    ("[core]\n fsmonitor = touch pwned", "core.fsmonitor"),
    ("[shale-remote \"o\"]\n url = /tmp/x\n command = touch pwned", "'command'"),
  ])
  func `a shared configuration sets nothing that runs or leads elsewhere`(
    text: String, mention: String
  ) throws {
    let scene = try scene()
    try scene.setup.write(text + "\n", to: ".shale/config")
    for verb: ByteString in ["push", "fetch", "pull"] {
      let result = try scene.shale(verb)
      #expect([2, 3].contains(result.status) && result.errorText.contains(mention), "\(result)")
    }
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file("pwned").path))
    try expectUntouched(scene)
  }
}
