internal import Arguments
internal import Git
internal import Platform
internal import Primitives
package import Terminal

/// The hooks of a repository, and what was done to them.
package struct HooksReport: Report {
  /// One hook.
  struct Line: Encodable, Sendable {
    let name: GitHook
    let state: GitHookFiles.State

    /// The hook that was there before, and runs first.
    let former: FilePath?

    /// Whether the command changed something.
    let isChanged: Bool
  }

  private let directory: FilePath
  private let isShared: Bool
  private let hooks: [Line]

  /// Whether the command was to change something.
  private var isChange = false

  /// Settings of git that were made or removed with them.
  var settings: [String] = []

  /// Hooks of which nothing was changed, because two others claim the name.
  private var blocked: CommandFailure?

  private enum CodingKeys: CodingKey {
    case directory, isShared, hooks, settings
  }

  init(_ place: HooksPlace, changed: Set<GitHook> = []) throws(CommandFailure) {
    directory = place.files.directory
    isShared = place.isOutside
    hooks = try explaining { () throws(FileError) in
      var lines: [Line] = []
      for hook in GitHook.allCases {
        let former = try place.files.hasFormer(of: hook) ? place.files.former(of: hook) : nil
        lines.append(
          Line(
            name: hook, state: try place.files.state(of: hook), former: former,
            isChanged: changed.contains(hook)))
      }
      return lines
    }
  }

  /// Changes hooks one after the other; one that is blocked stops no other.
  static func change(
    _ hooks: [GitHook], _ place: HooksPlace,
    _ body: (GitHook, GitHookFiles) throws(FileError) -> GitHookFiles.Outcome
  ) throws(CommandFailure) -> Self {
    var changed: Set<GitHook> = []
    var blocked: CommandFailure?
    for hook in hooks {
      let outcome = try explaining { () throws(FileError) in try body(hook, place.files) }
      switch outcome {
      case .unchanged: break
      case .installed, .removed, .restored: changed.insert(hook)
      case .blocked: blocked = blocked ?? CommandFailure(blocked: hook, place.files)
      }
    }
    var report = try Self(place, changed: changed)
    report.isChange = true
    report.blocked = blocked
    return report
  }

  package var failure: CommandFailure? { blocked }
  package var isConfirmation: Bool { isChange }

  /// The names of the hooks of Shale that are there.
  var installed: [GitHook] { hooks.filter { $0.state == .installed }.map(\.name) }

  package func write(to text: inout StyledText) {
    guard isChange else { return writeTable(to: &text) }
    let changed = hooks.filter(\.isChanged)
    if changed.isEmpty, settings.isEmpty, blocked == nil {
      text.line("Nothing to do: \(directory, .path)")
    }
    write(changed.filter { $0.state == .installed }, "Installed", to: &text)
    write(changed.filter { $0.state != .installed }, "Removed", to: &text)
    for line in changed {
      if let former = line.former {
        text.line("  \(line.name.rawValue) runs \(former.name, .path) first")
      } else if line.state == .other {
        text.line("  \(line.name.rawValue) is again the one that was there before")
      }
    }
    if !settings.isEmpty {
      text.line("Git's way with pointers: \(counted(settings.count, "setting")) changed")
    }
  }

  private func write(_ lines: [Line], _ verb: String, to text: inout StyledText) {
    if lines.isEmpty { return }
    let names = lines.map(\.name.rawValue).joined(separator: " ")
    text.line("\(verb) \(counted(lines.count, "hook")) in \(directory, .path): \(names)")
  }

  private func writeTable(to text: inout StyledText) {
    text.line("Hooks in \(directory, .path)\(isShared ? ", which others may share" : "")")
    var table = Table([.left, .left, .left])
    for line in hooks {
      let former = line.former.map { former -> StyledString in "runs \(former.name, .path) first" }
      table.add(["\(line.name.rawValue)", "\(line.state.rawValue)", former ?? ""])
    }
    text.table(table)
  }
}

extension HooksReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("directory", "Where the hooks lie"),
    ResultKey("isShared", "Whether that is outside the repository, so that others may have them"),
    ResultKey(
      "hooks", "Each hook that Shale can have a part in",
      each: [
        ResultKey("name", "Its name"),
        ResultKey("state", "`installed`, `outdated`, `absent`, or `other`: not Shale's"),
        ResultKey("former", "The hook that was there before and runs first", isOptional: true),
        ResultKey("isChanged", "Whether the command changed it"),
      ]),
    ResultKey("settings", "Settings of git for pointers that were made or removed with them"),
  ]
}
