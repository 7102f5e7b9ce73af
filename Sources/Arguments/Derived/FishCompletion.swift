extension ToolSpec {
  /// The completion script for fish 3 and later.
  var fishCompletion: String {
    let lines =
      [fishFunctions, "complete -c \(name) -f"]
      + CommonOptions.all.map { fishOption($0, of: nil) }
      + [fishOption(CommonOptions.version.parameter, of: "")]
      + firstWordSummaries.map { fishWord($0.word, $0.summary, after: "") }
      + visibleFamilies.flatMap(fishFamily) + visibleCommands.flatMap(fishCommand)
    return lines.joined(separator: "\n") + "\n"
  }

  private var fishFunctions: String {
    let families = visibleFamilies.map(\.name).joined(separator: " ")
    return """
      # fish completion for \(name): \(name) completion fish | source

      function __\(name)_command_is
        set -l words (commandline -opc)
        set -e words[1]
        set -l command
        set -l skip 0
        for word in $words
          if test $skip -eq 1
            set skip 0
            continue
          end
          switch $word
            case -C
              set skip 1
            case '-*'
            case '*'
              set -a command $word
              if test (count $command) -eq 2; or not contains -- $word \(families)
                break
              end
          end
        end
        test "$command" = "$argv"
      end

      function __\(name)_revisions
        git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null
      end

      function __\(name)_remotes
        \(name) remote list --quiet 2>/dev/null
      end

      """
  }

  private func fishFamily(_ family: CommandFamily) -> [String] {
    verbs(of: family).map {
      fishWord($0.words.last.map { "\($0)" } ?? "", $0.summary, after: family.name)
    }
  }

  private func fishCommand(_ spec: CommandSpec) -> [String] {
    let actions = Set(spec.operands.compactMap { fishAction(for: $0.completion) }).sorted()
    return spec.parameters.filter { $0.isNamed && !$0.isHidden }
      .map { fishOption($0, of: spec.name) }
      + actions.map { "\(fishStart(spec.name)) \($0)" }
  }

  private func fishWord(_ word: String, _ summary: String, after command: String) -> String {
    "\(fishStart(command)) -a \(word) -d \(fishQuoted(summary))"
  }

  /// One line for an option of a command, or, for `nil`, of all.
  private func fishOption(_ parameter: Parameter, of command: String?) -> String {
    var words = [command.map(fishStart) ?? "complete -c \(name)"]
    if let short = parameter.short { words.append("-s \(short)") }
    if let name = parameter.name { words.append("-l \(name)") }
    if parameter.takesValue {
      words.append(parameter.completion == .files ? "-r" : "-x")
      if let action = fishAction(for: parameter.completion) { words.append(action) }
    }
    words.append("-d \(fishQuoted(parameter.help))")
    return words.joined(separator: " ")
  }

  private func fishStart(_ command: String) -> String {
    "complete -c \(name) -n \(fishQuoted("__\(name)_command_is \(command)"))"
  }

  private func fishAction(for completion: Completion) -> String? {
    switch completion {
    case .nothing: nil
    case .files: "-F"
    case .directories: "-a '(__fish_complete_directories)'"
    case .choices(let choices): "-a \(fishQuoted(choices.joined(separator: " ")))"
    case .revisions: "-a '(__\(name)_revisions)'"
    case .remotes: "-a '(__\(name)_remotes)'"
    case .commands: "-a \(fishQuoted(firstWords.joined(separator: " ")))"
    }
  }

  /// Text in single quotes, in which fish reads backslashes.
  private func fishQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
