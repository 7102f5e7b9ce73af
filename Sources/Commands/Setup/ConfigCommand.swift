package import Arguments
package import Primitives
internal import Project
package import Terminal

/// `shale config`: shows and changes settings.
package struct ConfigCommand: Command {
  package static let name = Operand<String?>("NAME", help: "The setting, such as compression")
  package static let value = Operand<ByteString?>("VALUE", help: "What it is to be")
  package static let list = Flag("list", short: "l", help: "List the settings, as without a name")
  package static let get = Flag("get", help: "Print the value, as with a name alone")
  package static let unset = Flag("unset", help: "Remove the setting, so that others count")
  package static let local = Flag(
    "local", help: "In this clone's .git/config, the default to write")
  package static let global = Flag("global", help: "In your own ~/.gitconfig")
  package static let shared = Flag("shared", help: "In .shale/config, for everybody")

  package static let spec = CommandSpec(
    "config",
    summary: "Show or change settings",
    discussion: """
      Without a name it lists every setting with its value and where that comes from. Settings are
      read from git's configuration of the machine and `~/.gitconfig`, then `.shale/config`, then
      `.git/config`, then variables such as `SHALE_COMPRESSION`; the later ones win. With an option
      that names a place it shows what is set there and nothing else. A setting without a value is
      a failure, so that a script can tell.
      """,
    parameters: [list, get, unset, local, global, shared, name, value],
    usage: ["[OPTIONS]", "[OPTIONS] NAME [VALUE]", "[OPTIONS] --unset NAME"],
    examples: [
      Example("shale config", "List all settings"),
      Example("shale config compression", "Print one value"),
      Example("shale config compression none", "Store everything as it is, in this clone"),
      Example("shale config --shared defaultRemote origin", "Say it for everybody"),
      Example("shale config --unset compression", "Go back to what others say"),
    ],
    result: [
      ResultKey(
        "settings", "The settings that were asked for, or the one that was set",
        each: [
          ResultKey("name", "Its name"), ResultKey("value", "Its value; empty where it has none"),
          ResultKey(
            "origin",
            "Where that is set: `default`, `system`, `global`, `shared`, `local` or `environment`"),
          ResultKey("values", "What it may be, in words"), ResultKey("help", "What it is"),
        ])
    ],
    related: ["init"])

  /// What is asked for.
  private enum Action {
    case list
    case read(String)
    case write(String, ByteString?)
  }

  private let action: Action

  /// The one place that is meant; nothing for all of them.
  private let layer: Project.WritableLayer?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.refuseTogether(Self.local, Self.global, Self.shared)
    try arguments.refuseTogether(Self.list, Self.get, Self.unset)
    layer =
      arguments[Self.global]
      ? .user : arguments[Self.shared] ? .shared : arguments[Self.local] ? .clone : nil
    let name = try arguments[Self.name].map(Self.shortened)
    let value = try arguments[Self.value]
    guard let name else {
      if arguments[Self.get] || arguments[Self.unset] { throw .missingOperand("NAME") }
      action = .list
      return
    }
    if arguments[Self.list] { throw .unexpectedOperand(ByteString(name)) }
    if let value, arguments[Self.get] || arguments[Self.unset] { throw .unexpectedOperand(value) }
    action = value == nil && !arguments[Self.unset] ? .read(name) : .write(name, value)
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ConfigReport {
    let project = try project(in: context)
    for unknown in project.configuration.unknown {
      context.warn(
        Warning(
          id: "unknown-setting",
          "Setting 'shale.\(unknown.name)' (\(unknown.layer)) is not one that this version knows"))
    }
    switch action {
    case .list: return ConfigReport(settings: settings(of: project))
    case .read(let name):
      let declaration = try Self.declaration(name)
      let found = settings(of: project).filter { $0.name == declaration.name && !$0.value.isEmpty }
      guard !found.isEmpty else { throw Self.notSet(declaration, in: layer) }
      return ConfigReport(settings: found, showsValueAlone: true)
    case .write(let name, let value):
      return try write(try Self.declaration(name), value, project)
    }
  }

  /// Opens the project, which need not be set up yet but for what is shared.
  private func project(in context: CommandContext) throws(CommandFailure) -> Project {
    do throws(CommandFailure) {
      return try context.openProject(requiringSetUp: layer == .shared)
    } catch {
      guard error.id == "not-a-repository" else { throw error }
      throw CommandFailure(
        error.kind, id: error.id, error.message,
        hints: error.hints + [
          "Anywhere, `git config --global shale.NAME VALUE` sets it for all your repositories"
        ])
    }
  }

  /// What is set, in the one place that is meant, or with the last word.
  private func settings(of project: Project) -> [ConfigReport.Setting] {
    guard let layer else { return project.configuration.effective.map(ConfigReport.Setting.init) }
    return Settings.all.compactMap { declaration in
      project.configuration.assignments(of: declaration).last { $0.layer == layer.layer }
        .map { .init(declaration, $0.layer, $0.value) }
    }
  }

  private func write(
    _ declaration: SettingDeclaration, _ value: ByteString?, _ project: Project
  ) throws(CommandFailure) -> ConfigReport {
    let layer = layer ?? .clone
    let isSet = project.configuration.assignments(of: declaration)
      .contains { $0.layer == layer.layer }
    if value == nil, !isSet { throw Self.notSet(declaration, in: layer) }
    try explaining { () throws(ProjectError) in
      try project.record(["config"], project.set(declaration.name, to: value, in: layer))
    }
    return ConfigReport(
      settings: value.map { [.init(declaration, layer.layer, $0)] } ?? [], isChange: true)
  }

  private static func notSet(
    _ declaration: SettingDeclaration, in layer: Project.WritableLayer?
  ) -> CommandFailure {
    let place = layer.map { " in the \($0.layer) configuration" } ?? ""
    return CommandFailure(
      .refused, id: "setting-missing", "Setting '\(declaration.key)' is not set\(place)",
      hints: ["Run `shale config` to see where each setting comes from"])
  }

  private static func declaration(_ name: String) throws(CommandFailure) -> SettingDeclaration {
    guard let declaration = Settings.declaration(name) else {
      throw CommandFailure(ProjectError.unknownSetting("shale.\(name)"))
    }
    return declaration
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

    /// Its value; empty where it has none.
    let value: ByteString

    /// Where that is set.
    let origin: String

    /// What it may be.
    let values: String
    let help: String
  }

  package let settings: [Setting]

  /// Whether the value of the one setting is all that was asked for.
  private let showsValueAlone: Bool

  /// Whether the settings were changed, which git does without a word.
  private let isChange: Bool

  package var isConfirmation: Bool { isChange }

  private enum CodingKeys: CodingKey {
    case settings
  }

  init(settings: [Setting], showsValueAlone: Bool = false, isChange: Bool = false) {
    self.settings = settings
    self.showsValueAlone = showsValueAlone
    self.isChange = isChange
  }

  package func write(to text: inout StyledText) {
    if isChange { return }
    if showsValueAlone {
      for setting in settings { text.line("\(setting.value)") }
      return
    }
    if settings.isEmpty { return }
    var table = Table(
      [.left, .left, .left, .left], headings: ["setting", "value", "set in", "what it is"])
    for setting in settings {
      let values = text.verbosity == .verbose ? ": \(setting.values)" : ""
      table.add([
        "\(setting.name, .command)",
        setting.value.isEmpty ? "\("not set", .faint)" : "\(setting.value)", "\(setting.origin)",
        "\(setting.help + values, .faint)",
      ])
    }
    text.table(table)
  }
}

extension ConfigReport.Setting {
  init(_ effective: Configuration.Effective) {
    self.init(effective.declaration, effective.layer, effective.value)
  }

  init(_ declaration: SettingDeclaration, _ layer: Configuration.Layer, _ value: ByteString) {
    name = declaration.name
    self.value = value
    origin = "\(layer)"
    values = declaration.values
    help = declaration.help
  }
}
