/// One key of the JSON object that a command prints as its result, for help.
///
/// A command declares all of them, so that who writes a script can rely on what stands there.
package struct ResultKey: Hashable, Sendable {
  /// What stands under a key.
  package enum Form: Hashable, Sendable {
    /// A text, a number, true or false, or a list of those.
    case value
    /// An object with these keys.
    case object([ResultKey])
    /// A list of objects with these keys.
    case list([ResultKey])
    /// Whatever the user's own file has: any value, with keys of its own.
    case document
  }

  /// The key as it is written.
  package let name: String

  /// What stands under it: a label without a full stop.
  package let help: String

  /// Whether it is left out where there is nothing to say.
  package let isOptional: Bool
  package let form: Form

  /// Declares a key under which a value stands.
  package init(_ name: String, _ help: String, isOptional: Bool = false) {
    self.init(name, help, isOptional, .value)
  }

  /// Declares a key under which an object stands.
  package init(_ name: String, _ help: String, isOptional: Bool = false, of keys: [Self]) {
    self.init(name, help, isOptional, .object(keys))
  }

  /// Declares a key under which a list of objects stands.
  package init(_ name: String, _ help: String, isOptional: Bool = false, each keys: [Self]) {
    self.init(name, help, isOptional, .list(keys))
  }

  /// Declares a key under which what a user's document holds stands.
  package init(document name: String, _ help: String, isOptional: Bool = false) {
    self.init(name, help, isOptional, .document)
  }

  private init(_ name: String, _ help: String, _ isOptional: Bool, _ form: Form) {
    self.name = name
    self.help = help
    self.isOptional = isOptional
    self.form = form
  }

  /// The key and those below it, each with the way to it: `losses[]`, `losses[].path`.
  func paths(below parent: String = "") -> [(path: String, key: Self)] {
    switch form {
    case .value, .document: [(parent + name, self)]
    case .object(let keys):
      [(parent + name, self)] + keys.flatMap { $0.paths(below: "\(parent)\(name).") }
    case .list(let keys):
      [("\(parent)\(name)[]", self)] + keys.flatMap { $0.paths(below: "\(parent)\(name)[].") }
    }
  }
}
