import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@testable import Project

@Suite(.temporaryDirectory) struct ConfigurationTests {
  @Test func `what is nearer to the command counts more`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    #expect(try setup.open().configuration[Settings.compression] == .auto)
    let home = try TemporaryDirectory.required().appending(path: "home")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    try Data("[shale]\n\tcompression = none\n".utf8).write(
      to: home.appending(path: ".gitconfig"))
    #expect(try setup.open().configuration[Settings.compression] == CompressionSetting.none)
    try setup.git.write("[shale]\n\tcompression = zlib\n", to: ".shale/config")
    #expect(try setup.open().configuration[Settings.compression] == .zlib)
    try setup.git.git("config", "shale.compression", "zstd")
    let project = try setup.open()
    #expect(project.configuration[Settings.compression] == .zstd)
    #expect(project.configuration.layer(of: Settings.compression) == .clone)
    #expect(
      project.configuration.assignments(of: Settings.compression.declaration).map(\.layer)
        == [.user, .shared, .clone])
    let overridden = try setup.open(setting: ["SHALE_COMPRESSION": "none"])
    #expect(overridden.configuration[Settings.compression] == CompressionSetting.none)
  }

  @Test(arguments: [
    ("[shale]\n\tstore = /tmp/elsewhere\n", "only a user may make"),
    ("[shale]\n\tlink = symlink\n", "only a user may make"),
    ("[shale]\n\tfuture = 1\n", "does not know"),
    ("[core]\n\tfsmonitor = rm -rf /\n", "does not know"),
    ("[include]\n\tpath = /etc/passwd\n", "does not know"),
    ("[shale]\n\tcompression = brotli\n", "expected auto, none, zlib or zstd"),
    ("[shale\n", "line 1"),
  ])
  func `what a shared configuration may not say is refused`(text: String, part: String) throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try setup.git.write(text, to: ".shale/config")
    expect(part) { try setup.open() }
  }

  @Test func `what nobody knows in a user's configuration is reported`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try setup.git.git("config", "shale.futureThing", "1")
    let unknown = try setup.open().configuration.unknown
    #expect(unknown == [.init(layer: .clone, name: "futurething", value: "1")])
  }

  @Test func `every setting has a variable, a help text, and a standard value that it takes`() {
    for declaration in Settings.all {
      #expect(declaration.variable.hasPrefix("SHALE_"))
      #expect(!declaration.help.hasSuffix("."))
      #expect(
        declaration.standard.isEmpty || declaration.accepts(ByteString(declaration.standard)),
        "\(declaration.key)")
    }
    #expect(Settings.defaultRemote.declaration.variable == "SHALE_DEFAULT_REMOTE")
    #expect(Settings.all.map(\.name) == Settings.all.map(\.name).sorted())
  }

  @Test func `a setting is written where it is wanted, and nothing else changes`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try setup.git.write(
      "# ours\n[shale]\n\tlargeFile = 5m\n[shale-remote \"a\"]\n\turl = /a\n",
      to: ".shale/config")
    let project = try setup.open()
    try project.set("compression", to: "none", in: .shared)
    try project.set("LARGEFILE", to: "6 MiB", in: .shared)
    try project.set("link", to: "reflink", in: .clone)
    #expect(
      try String(decoding: setup.git.read(".shale/config"), as: UTF8.self) == """
        # ours
        [shale]
        \tlargeFile = 6 MiB
        \tcompression = none
        [shale-remote "a"]
        \turl = /a

        """)
    #expect(try setup.open().configuration[Settings.link] == .reflink)
    try project.set("link", to: nil, in: .clone)
    #expect(try setup.open().configuration[Settings.link] == .copy)
    expect("only a user may make") { try project.set("link", to: "symlink", in: .shared) }
    expect("There is no setting") { try project.set("nonsense", to: "1", in: .clone) }
    expect("expected") { try project.set("compression", to: "lzma", in: .clone) }
  }

  @Test(arguments: [
    ("0", 0), ("12", 12), ("5k", 5_120), ("1 MiB", 1 << 20), ("3GiB", 3 << 30),
  ])
  func `a size is read`(text: String, bytes: Int) {
    #expect(Settings.size(text)?.bytes == bytes)
  }

  @Test(arguments: ["", "MiB", "-1", "1.5m", "9999999999g", "1 parsec"])
  func `what is no size is refused`(text: String) {
    #expect(Settings.size(text) == nil)
  }
}
