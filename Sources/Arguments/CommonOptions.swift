package import Primitives

/// What every command accepts, before or after its name.
package enum CommonOptions {
  package static let help = Flag("help", short: "h", help: "Show this help, and do nothing else")
  package static let json = Flag("json", help: "Print the result as one JSON object")
  package static let quiet = Flag(
    "quiet", short: "q", help: "Say nothing but errors, warnings and what was asked for")
  package static let verbose = Flag("verbose", short: "v", help: "Say more about what was done")
  package static let directory = Option<[ByteString]>(
    nil, short: "C", value: "DIR", help: "Work as if started in DIR", completion: .directories)

  /// When text has colours.
  package enum Coloring: String, CaseIterable, ArgumentValue, Sendable {
    /// On a terminal.
    case auto
    case always, never
  }

  package static let color = Option<Coloring>(
    "color", value: "WHEN", default: .auto, help: "Colour the text: auto, always or never")

  package static let wait = Option<Int?>(
    "wait", value: "SECONDS", help: "Wait so long for another command that holds what is needed")

  /// Accepted only without a command.
  package static let version = Flag("version", help: "Show the version, and do nothing else")

  /// In the order of help.
  package static let all: [Parameter] = [
    help.parameter, json.parameter, quiet.parameter, verbose.parameter, directory.parameter,
    wait.parameter, color.parameter,
  ]
}
