package import Arguments
package import Terminal

/// `shale completion`: prints what teaches a shell to complete command lines.
package struct CompletionCommand: Command {
  package static let shell = Operand<Shell>("SHELL", help: "The shell that will read the script")

  package static let spec = CommandSpec(
    "completion",
    summary: "Print a script that completes command lines",
    discussion: """
      For bash, put `source <(shale completion bash)` into `~/.bashrc`. For zsh, write the script
      as `_shale` into a directory of `$fpath`. For fish, write it as `shale.fish` into
      `~/.config/fish/completions`. `make install` does this for all users.
      """,
    parameters: [shell],
    examples: [
      Example("shale completion bash", "Print the script for bash"),
      Example(
        "shale completion fish > ~/.config/fish/completions/shale.fish", "Set it up for fish"),
    ],
    result: [
      ResultKey("text", "The script")
    ])

  package let shell: Shell

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    shell = try arguments[Self.shell]
  }

  package func run(in _: CommandContext) -> PageReport {
    PageReport(text: Tool.spec.completionScript(for: shell))
  }
}

/// A text made for another program, such as a shell or `man`.
package struct PageReport: Report, Equatable {
  /// The text, with its last line break.
  package let text: String

  package init(text: String) {
    self.text = text
  }

  package func write(to styled: inout StyledText) {
    styled.write(StyledString(text))
  }
}
