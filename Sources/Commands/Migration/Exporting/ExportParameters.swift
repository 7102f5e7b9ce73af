internal import Arguments
internal import Primitives

/// What all ways of exporting accept.
enum ExportParameters {
  static let revision = Operand<ByteString>(
    "REV", help: "The commit whose data is exported", completion: .revisions)
  static let branch = Option<ByteString?>(
    "branch", short: "b", value: "NAME", help: "The branch that is made, which may not exist yet")

  /// The branch of a command line.
  static func requiredBranch(of arguments: ParsedArguments) throws(UsageError) -> ByteString {
    guard let name = try arguments[branch] else { throw .missingOperand("--branch NAME") }
    return name
  }

  /// What exports can end with.
  static let statuses: [DocumentedStatus] = [.damaged, .missing, .tryAgain]
}
