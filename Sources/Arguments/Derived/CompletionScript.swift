/// A shell that completions can be written for.
package enum Shell: String, CaseIterable, ArgumentValue {
  case bash
  case zsh
  case fish
}

extension ToolSpec {
  /// A script that teaches a shell to complete the tool's command lines.
  ///
  /// Names of branches, tags and remotes are looked up when the key is pressed; all else is in
  /// the script.
  package func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletion
    case .zsh: zshCompletion
    case .fish: fishCompletion
    }
  }

  /// The families that have a verb to show.
  var visibleFamilies: [CommandFamily] { families.filter { !verbs(of: $0).isEmpty } }

  /// What the first word may be, with what it does.
  var firstWordSummaries: [(word: String, summary: String)] {
    firstWords.map { word in
      (word, family(word)?.summary ?? command(word)?.summary ?? "")
    }
  }

  /// The options of a command that completions offer, its own first.
  func options(of spec: CommandSpec) -> [Parameter] {
    spec.parameters.filter { $0.isNamed && !$0.isHidden } + CommonOptions.all
  }

  /// The options before a command is named.
  var leadingOptions: [Parameter] { CommonOptions.all + [CommonOptions.version.parameter] }
}

extension Parameter {
  /// Every way to name an option: `-r`, `--remote`.
  var spellings: [String] {
    [short.map { "-\($0)" }, name.map { "--\($0)" }].compactMap(\.self)
  }
}

/// Text in single quotes, for shells in which nothing is special between them.
func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
