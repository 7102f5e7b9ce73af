extension ToolSpec {
  /// The completion script for zsh 5 and later: a function for each command.
  var zshCompletion: String {
    """
    #compdef \(name)
    # zsh completion for \(name): put it as _\(name) into a directory of $fpath.

    typeset -ga __\(name)_common
    __\(name)_common=(
    \(CommonOptions.all.map { "  " + zshOption($0) }.joined(separator: "\n"))
    )

    __\(name)_revisions() {
      local -a names
      names=(${(f)"$(git for-each-ref --format='%(refname:short)' refs/heads refs/tags \\
        refs/remotes 2>/dev/null)"})
      compadd -a names
    }

    __\(name)_remotes() {
      local -a names
      names=(${(f)"$(\(name) remote list --quiet 2>/dev/null)"})
      compadd -a names
    }

    __\(name)_commands() {
      local -a commands
      commands=(
    \(zshDescriptions(firstWordSummaries))
      )
      _describe command commands
    }

    # Completes the word that the rest depends on, or calls the function that is called after it.
    __\(name)_dispatch() {
      local names="$1" prefix="$2" context state state_descr line
      local -A opt_args
      shift 2
      _arguments -s -C "$@" "1: :$names" '*:: :->rest'
      [[ $state == rest ]] && (( $+functions[${prefix}_$words[1]] )) && ${prefix}_$words[1]
    }

    \((visibleFamilies.map(zshFamily) + visibleCommands.map(zshCommand)).joined(separator: "\n\n"))

    _\(name)() {
      __\(name)_dispatch __\(name)_commands _\(name) \\
        "$__\(name)_common[@]" \(zshOption(CommonOptions.version.parameter))
    }

    if [[ $funcstack[1] == _\(name) ]]; then
      _\(name) "$@"
    else
      compdef _\(name) \(name)
    fi

    """
  }

  private func zshCommand(_ spec: CommandSpec) -> String {
    let options = spec.parameters.filter { $0.isNamed && !$0.isHidden }.map(zshOption)
    let lines = ["\"$__\(name)_common[@]\""] + options + zshOperands(of: spec)
    return """
      _\(name)_\(spec.words.joined(separator: "_"))() {
        _arguments -s \\
      \(lines.map { "    " + $0 }.joined(separator: " \\\n"))
      }
      """
  }

  private func zshFamily(_ family: CommandFamily) -> String {
    let verbs = verbs(of: family).map { spec in
      (word: spec.words.last.map { String($0) } ?? "", summary: spec.summary)
    }
    return """
      __\(name)_verbs_of_\(family.name)() {
        local -a verbs
        verbs=(
      \(zshDescriptions(verbs))
        )
        _describe command verbs
      }

      _\(name)_\(family.name)() {
        __\(name)_dispatch __\(name)_verbs_of_\(family.name) _\(name)_\(family.name) \\
          "$__\(name)_common[@]"
      }
      """
  }

  private func zshDescriptions(_ entries: [(word: String, summary: String)]) -> String {
    entries.map { "    " + shellQuoted("\($0.word):\($0.summary)") }.joined(separator: "\n")
  }

  private func zshOption(_ parameter: Parameter) -> String {
    let value =
      parameter.takesValue
      ? ":\(parameter.placeholder ?? ""):\(zshAction(for: parameter.completion))" : ""
    let suffix = "[\(bracketed(parameter.help))]\(value)"
    // A letter's value may follow at once, a name's after an equals sign.
    let letter = parameter.short.map { "-\($0)\(parameter.takesValue ? "+" : "")" }
    let long = parameter.name.map { "--\($0)\(parameter.takesValue ? "=" : "")" }
    let repeats = parameter.kind == .option(isRepeated: true)
    guard let letter, let long else {
      return shellQuoted("\(repeats ? "*" : "")\(letter ?? long ?? "")\(suffix)")
    }
    let exclusion = repeats ? "*" : "(\(parameter.spellings.joined(separator: " ")))"
    return "\(shellQuoted(exclusion)){\(letter),\(long)}\(shellQuoted(suffix))"
  }

  /// The operands up to the first that may be any number of words.
  private func zshOperands(of spec: CommandSpec) -> [String] {
    var specs: [String] = []
    for (index, operand) in spec.operands.enumerated() {
      let action = "\(operand.name ?? ""):\(zshAction(for: operand.completion))"
      switch operand.kind {
      case .operand(minimum: _, maximum: 1):
        specs.append(shellQuoted("\(index + 1):\(action)"))
      default:
        return specs + [shellQuoted("*:\(action)")]
      }
    }
    return specs
  }

  private func zshAction(for completion: Completion) -> String {
    switch completion {
    case .nothing: " "
    case .files: "_files"
    case .directories: "_files -/"
    case .choices(let choices): "(\(choices.joined(separator: " ")))"
    case .revisions: "__\(name)_revisions"
    case .remotes: "__\(name)_remotes"
    case .commands: "__\(name)_commands"
    }
  }

  /// Text that cannot end the brackets around it.
  private func bracketed(_ text: String) -> String {
    text.map { $0 == "[" || $0 == "]" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }
}
