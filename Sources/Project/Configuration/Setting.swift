package import Primitives

/// One thing that a user can set: its name, what it may be, and who may say so.
///
/// In git configuration it is `shale.NAME`, in the environment `SHALE_NAME`.
package struct Setting<Value: Sendable>: Sendable {
  package let declaration: SettingDeclaration

  /// What holds where nobody said anything.
  package let standard: Value

  /// Reads a value as it is written, or returns `nil` for what cannot be one.
  package let parse: @Sendable (_ text: ByteString) -> Value?

  init(
    _ name: String, standard: Value, written: String, values: String, isShareable: Bool,
    help: String, parse: @escaping @Sendable (_ text: ByteString) -> Value?
  ) {
    declaration = SettingDeclaration(
      name: name, standard: written, values: values, isShareable: isShareable, help: help,
      accepts: { parse($0) != nil })
    self.standard = standard
    self.parse = parse
  }
}

/// A setting without the type of its value, for lists and checks.
package struct SettingDeclaration: Sendable {
  /// The name below `shale.`, such as `defaultRemote`.
  package let name: String

  /// How the standard value is written; empty where there is none.
  package let standard: String

  /// What may be written, in words.
  package let values: String

  /// Whether `.shale/config`, which comes with the repository, may say it.
  ///
  /// Not for what says where to write, or how safe to be: that is for each user to decide.
  package let isShareable: Bool

  /// One sentence without a full stop.
  package let help: String

  /// Whether a value is one.
  package let accepts: @Sendable (_ text: ByteString) -> Bool

  /// The full name in git configuration, such as `shale.defaultRemote`.
  package var key: String { "shale.\(name)" }

  /// The variable that sets it for one command, such as `SHALE_DEFAULT_REMOTE`.
  package var variable: String {
    name.reduce(into: "SHALE_") { variable, character in
      if character.isUppercase { variable += "_" }
      variable += character.uppercased()
    }
  }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// Declares a setting that is one of the cases of an enumeration.
  static func choice(
    _ name: String, standard: Value, isShareable: Bool, help: String
  ) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      name, standard: standard, written: standard.rawValue,
      values: words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""),
      isShareable: isShareable, help: help,
      parse: { text in text.text.flatMap { Value(rawValue: $0) } })
  }
}
