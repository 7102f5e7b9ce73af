extension ToolSpec {
  /// The completion script for bash 4 and later, which needs no package beside it.
  var bashCompletion: String {
    """
    # bash completion for \(name): source <(\(name) completion bash)

    # Keeps the lines that begin with the current word. Names that the shell would have to quote
    # are left out: a branch may be called anything.
    _\(name)_matching() {
      local line
      while IFS= read -r line; do
        [[ $line == "$cur"* && $line =~ ^[A-Za-z0-9._/@+=-]+$ ]] && printf '%s\\n' "$line"
      done
    }

    _\(name)_suggest() {
      local kind
      for kind in "$@"; do
        case "$kind" in
          none) ;;
          files) compgen -f -- "$cur" ;;
          directories) compgen -d -- "$cur" ;;
          revisions)
            git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes \\
              2>/dev/null | _\(name)_matching ;;
          remotes) \(name) remote list --quiet 2>/dev/null | _\(name)_matching ;;
          *) printf '%s\\n' "$kind" | _\(name)_matching ;;
        esac
      done
    }

    _\(name)() {
      local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
      local i word command="" kinds="" separated="" options=""
      # bash cuts --name=value at the equals sign.
      if [[ $cur == "=" ]]; then
        cur=""
      elif [[ $prev == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
      fi
      for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        case "$word" in
          -C) ((i++)) ;;
          -*) ;;
          *)
            if [[ -z $command ]]; then
              command="$word"
              case "$word" in
                \(bashFamilies)) ;;
                *) break ;;
              esac
            else
              command+=" $word"
              break
            fi ;;
        esac
      done
      for ((; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && separated=1
      done
      if [[ -z $separated ]]; then
        case "$command:$prev" in
    \(lines(bashValues, indent: 6))
        esac
      fi
      if [[ -z $kinds ]]; then
        case "$command" in
    \(lines(bashCommands, indent: 6))
        esac
        [[ $cur == -* && -z $separated ]] && kinds="$options"
      fi
      mapfile -t COMPREPLY < <(_\(name)_suggest $kinds)
      [[ " $kinds " == *" files "* || " $kinds " == *" directories "* ]] && compopt -o filenames
      return 0
    }

    complete -F _\(name) \(name)

    """
  }

  private var bashFamilies: String {
    let names = visibleFamilies.map(\.name)
    return names.isEmpty ? "''" : names.joined(separator: " | ")
  }

  /// One case for each option with a value worth suggesting.
  private var bashValues: [String] {
    let common = CommonOptions.all.compactMap { bashValue(of: $0, command: nil) }
    return common
      + visibleCommands.flatMap { spec in
        spec.parameters.filter { !$0.isHidden }.compactMap {
          bashValue(of: $0, command: spec.name)
        }
      }
  }

  private func bashValue(of parameter: Parameter, command: String?) -> String? {
    guard parameter.takesValue else { return nil }
    let patterns = parameter.spellings.map { spelling in
      command.map { "'\($0):\(spelling)'" } ?? "*:\(spelling)"
    }
    let kinds = bashKinds(of: parameter.completion)
    return "\(patterns.joined(separator: " | "))) kinds='\(kinds)' ;;"
  }

  /// One case for each command: what its words may be, and its options.
  private var bashCommands: [String] {
    let leading = leadingOptions.flatMap(\.spellings).joined(separator: " ")
    var cases = ["'') kinds='\(firstWords.joined(separator: " "))' options='\(leading)' ;;"]
    for family in visibleFamilies {
      let verbs = verbs(of: family).compactMap { $0.words.last.map { String($0) } }
      let options = CommonOptions.all.flatMap(\.spellings).joined(separator: " ")
      cases.append(
        "'\(family.name)') kinds='\(verbs.joined(separator: " "))' options='\(options)' ;;")
    }
    for spec in visibleCommands {
      let kinds = spec.operands.map { bashKinds(of: $0.completion) }
      let options = options(of: spec).flatMap(\.spellings).joined(separator: " ")
      cases.append(
        "'\(spec.name)') kinds='\(kinds.joined(separator: " "))' options='\(options)' ;;")
    }
    return cases
  }

  private func bashKinds(of completion: Completion) -> String {
    switch completion {
    case .nothing: "none"
    case .files: "files"
    case .directories: "directories"
    case .choices(let choices): choices.joined(separator: " ")
    case .revisions: "revisions"
    case .remotes: "remotes"
    case .commands: firstWords.joined(separator: " ")
    }
  }

  private func lines(_ lines: [String], indent: Int) -> String {
    lines.map { String(repeating: " ", count: indent) + $0 }.joined(separator: "\n")
  }
}
