package import Arguments
package import Primitives
internal import Project
package import Terminal

/// `shale config`: shows and changes settings.
package struct ConfigCommand: Command {
  package static let name = Operand<String?>("NAME", help: "The setting, such as compression")
  package static let value = Operand<ByteString?>("VALUE", help: "What it is to be")
  package static let unset = Flag("unset", help: "Remove the setting")
  package static let local = Flag("local", help: "In this clone's .git/config, the default")
  package static let global = Flag("global", help: "In your own ~/.gitconfig")
  package static let shared = Flag("shared", help: "In .shale/config, for everybody")

  package static let spec = CommandSpec(
    "config",
    summary: "Show or change settings",
    discussion: """
      Without a name it lists every setting with its value and where that comes from. Settings are
      read from `~/.gitconfig`, `.shale/config`, `.git/config` and variables such as
      `SHALE_COMPRESSION`; the later ones win.
      """,
    parameters: [unset, local, global, shared, name, value],
    examples: [
      Example("shale config", "List all settings"),
      Example("shale config compression none", "Store everything as it is, in this clone"),
      Example("shale config --unset compression", "Go back to the default"),
    ],
    related: ["init"])

  private let name: String?
  private let value: ByteString?
  private let isUnset: Bool
  private let isGlobal: Bool
  private let isShared: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.refuseTogether(Self.local, Self.global, Self.shared)
    name = try arguments[Self.name]
    value = try arguments[Self.value]
    isUnset = arguments[Self.unset]
    isGlobal = arguments[Self.global]
    isShared = arguments[Self.shared]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ConfigReport {
    let project = try context.openProject()
    if let name, value != nil || isUnset {
      try explaining { () throws(ProjectError) in
        try project.set(
          Self.shortened(name), to: isUnset ? nil : value,
          in: isGlobal ? .user : isShared ? .shared : .clone)
      }
      return ConfigReport(settings: [], isConfirmation: true)
    }
    let all = project.configuration.effective.map { setting in
      ConfigReport.Setting(
        name: setting.declaration.name, value: setting.value, origin: "\(setting.layer)",
        values: setting.declaration.values, help: setting.declaration.help)
    }
    guard let name else { return ConfigReport(settings: all, isConfirmation: false) }
    let found = all.filter { $0.name.lowercased() == Self.shortened(name).lowercased() }
    guard !found.isEmpty else { throw CommandFailure(ProjectError.unknownSetting("shale.\(name)")) }
    return ConfigReport(settings: found, isConfirmation: false)
  }

  /// A setting may be called by its full name.
  private static func shortened(_ name: String) -> String {
    name.lowercased().hasPrefix("shale.") ? String(name.dropFirst(6)) : name
  }
}

/// Settings and where they come from.
package struct ConfigReport: Report {
  /// One setting.
  package struct Setting: Encodable, Sendable {
    let name: String
    let value: ByteString
    let origin: String

    /// What it may be.
    let values: String
    let help: String
  }

  package let settings: [Setting]
  package let isConfirmation: Bool

  private enum CodingKeys: CodingKey {
    case settings
  }

  package func write(to text: inout StyledText) {
    if settings.count == 1, text.verbosity != .verbose {
      return text.line("\(settings[0].value)")
    }
    var table = Table([.left, .left, .left, .left])
    for setting in settings {
      table.add([
        "\(setting.name, .command)", "\(setting.value)", "\(setting.origin, .faint)",
        "\(setting.help, .faint)",
      ])
    }
    text.table(table)
  }
}
