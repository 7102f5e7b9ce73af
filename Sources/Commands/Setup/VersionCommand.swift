package import Arguments
package import Terminal

/// `shale version`: says which build this is, and touches nothing.
package struct VersionCommand: Command {
  package static let spec = CommandSpec(
    "version",
    summary: "Show the version",
    discussion: "Prints the version of Shale. `shale --version` does the same.",
    examples: [Example("shale version", "Show the version")],
    result: [
      ResultKey("version", "The version: three numbers")
    ])

  package init(_: ParsedArguments) {}

  package func run(in _: CommandContext) -> VersionReport { VersionReport() }
}

/// Which build this is.
package struct VersionReport: Report, Equatable {
  /// Three numbers: `1.2.3`.
  package let version: String

  package init() {
    version = Tool.version
  }

  package func write(to text: inout StyledText) {
    text.line("shale \(version)")
  }
}
