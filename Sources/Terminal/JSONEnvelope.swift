internal import FoundationEssentials

/// The one object that a command prints on standard output under `--json`.
///
/// `{"command":"pull","ok":true,"result":{…},"v":1,"warnings":[…]}`: keys sorted, on one line.
package struct JSONEnvelope<Result: Encodable>: Encodable {
  /// What kept a command from doing all of it.
  package struct Problem: Encodable {
    /// The exit status.
    package let status: UInt8
    /// A name that stays the same between versions: `object-missing`.
    package let id: String
    package let message: String
    package let hints: [String]

    package init(status: UInt8, id: String, message: String, hints: [String]) {
      self.status = status
      self.id = id
      self.message = message
      self.hints = hints
    }
  }

  /// Something that the user should know of, though the work went on.
  package struct Note: Encodable {
    package let id: String
    package let message: String
    package let hints: [String]

    package init(id: String, message: String, hints: [String]) {
      self.id = id
      self.message = message
      self.hints = hints
    }
  }

  /// The version of this form.
  ///
  /// It rises when something is taken away or changes its meaning.
  package let v = 1
  package let command: String
  package let ok: Bool
  package let error: Problem?
  package let result: Result?
  package let warnings: [Note]

  /// Makes an envelope.
  ///
  /// Without a problem it says that all is well.
  package init(command: String, result: Result?, problem: Problem?, warnings: [Note]) {
    self.command = command
    ok = problem == nil
    error = problem
    self.result = result
    self.warnings = warnings
  }

  /// The object and a line break, as UTF-8.
  ///
  /// Numbers that JSON cannot write become `"NaN"`, `"Infinity"` and `"-Infinity"`.
  package var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("the report of '\(command)' cannot be encoded: \(error)")
    }
  }
}
