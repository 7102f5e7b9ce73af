internal import Arguments
internal import Primitives

/// What the commands of `params` and `metrics` accept.
enum ValueOptions {
  static let files = Operand<[ByteString]>("FILE", help: "The files to read", completion: .files)
  static let words = Operand<[ByteString]>(
    "REV|RUN|FILE", help: "Up to two revisions or runs, then files", completion: .revisions)
  static let revision = Option<ByteString?>(
    "rev", value: "REV", help: "Read them at this revision", completion: .revisions)
  static let run = Option<ByteString?>("run", value: "RUN", help: "Show those of this run")
  static let all = Flag("all", short: "a", help: "Show what is the same, too")
  static let precision = Option<Int?>(
    "precision", value: "DIGITS", help: "Round numbers to so many significant digits")
  static let markdown = Flag("md", help: "Print a Markdown table")
  static let exitCode = Flag("exit-code", help: "End with status 6 when anything differs")

  static let show: [any ParameterDeclaration] = [revision, run, precision, markdown, files]
  static let diff: [any ParameterDeclaration] = [all, precision, markdown, exitCode, words]

  /// How values are written.
  struct Style {
    /// How many significant digits numbers have; `nil` for as many as are worth it.
    let digits: Int?
    let isMarkdown: Bool

    fileprivate init(_ arguments: ParsedArguments) throws(UsageError) {
      try arguments.refuseTogether(markdown, CommonOptions.json)
      digits = try arguments[precision]
      isMarkdown = arguments[markdown]
      if let digits, !(1...17).contains(digits) {
        throw .invalidValue(ByteString("\(digits)"), of: "--precision", expected: "1 to 17")
      }
    }
  }

  /// What is to be shown.
  struct Show {
    let files: [ByteString]
    let revision: ByteString?
    let run: ByteString?
    let style: Style

    init(_ arguments: ParsedArguments) throws(UsageError) {
      try arguments.refuseTogether(ValueOptions.revision, ValueOptions.run)
      files = try arguments[ValueOptions.files]
      revision = try arguments[ValueOptions.revision]
      run = try arguments[ValueOptions.run]
      style = try Style(arguments)
    }
  }

  /// What is to be compared.
  struct Diff {
    /// Up to two moments, then files.
    let words: [ByteString]

    /// How many words came before `--`, if that was there.
    let separator: Int?

    /// Whether values that are the same are shown, too.
    let showsAll: Bool

    /// Whether a difference decides the exit status.
    let usesExitCode: Bool
    let style: Style

    init(_ arguments: ParsedArguments) throws(UsageError) {
      words = try arguments[ValueOptions.words]
      separator = arguments.separator
      showsAll = arguments[ValueOptions.all]
      usesExitCode = arguments[exitCode]
      style = try Style(arguments)
    }
  }
}
