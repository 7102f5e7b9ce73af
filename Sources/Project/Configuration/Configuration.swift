package import Primitives

/// What is set, by whom, with the last word for the one nearest to the command.
package struct Configuration: Sendable {
  /// Where a value is set; a later layer overrides an earlier one.
  package enum Layer: Int, Sendable, CaseIterable {
    /// The value that holds where nobody set one.
    case standard
    /// Git configuration of the machine.
    case system
    /// Git configuration of the user.
    case user
    /// `.shale/config`, which everybody who clones the repository has.
    case shared
    /// The configuration of this clone.
    case clone
    /// A variable `SHALE_…` or `git -c`, for this one command.
    case environment
  }

  /// One value of a setting, as it is written somewhere.
  package struct Assignment: Hashable, Sendable {
    package let layer: Layer

    /// The name below `shale.`.
    package let name: String
    package let value: ByteString

    package init(layer: Layer, name: String, value: ByteString) {
      self.layer = layer
      self.name = name
      self.value = value
    }
  }

  /// A setting with the value that holds.
  package struct Effective: Sendable {
    package let declaration: SettingDeclaration
    package let layer: Layer
    package let value: ByteString
  }

  /// Settings that this version does not know, in layers other than the shared one.
  package let unknown: [Assignment]

  /// The last assignment of each layer that has one, by lower-case name, weakest first.
  private let assignments: [String: [Assignment]]

  /// Sorts out what was found in all layers.
  ///
  /// - Parameter assignments: In the order in which they were read: within a layer the last counts.
  /// - Throws: ``ProjectError/unknownSharedSetting(_:)`` and
  ///   ``ProjectError/personalSetting(_:)`` for what `.shale/config` may not say, and
  ///   ``ProjectError/invalidSetting(key:value:expected:layer:)`` for what cannot be a value.
  package init(_ assignments: [Assignment]) throws(ProjectError) {
    var unknown: [Assignment] = []
    var known: [String: [Assignment]] = [:]
    for assignment in assignments {
      guard let declaration = Settings.declaration(assignment.name) else {
        if assignment.layer == .shared { throw .unknownSharedSetting("shale.\(assignment.name)") }
        unknown.append(assignment)
        continue
      }
      if assignment.layer == .shared, !declaration.isShareable {
        throw .personalSetting(declaration.key)
      }
      guard declaration.accepts(assignment.value) else {
        throw .invalidSetting(
          key: declaration.key, value: assignment.value, expected: declaration.values,
          layer: assignment.layer)
      }
      known[declaration.name.lowercased(), default: []].append(assignment)
    }
    self.unknown = unknown
    self.assignments = known.mapValues { all in
      Layer.allCases.compactMap { layer in all.last { $0.layer == layer } }
    }
  }

  /// The value that holds.
  package subscript<Value>(setting: Setting<Value>) -> Value {
    guard let last = assignments[setting.declaration.name.lowercased()]?.last,
      let value = setting.parse(last.value)
    else { return setting.standard }
    return value
  }

  /// Where the value that holds is set.
  package func layer<Value>(of setting: Setting<Value>) -> Layer {
    assignments[setting.declaration.name.lowercased()]?.last?.layer ?? .standard
  }

  /// Every setting with the value that holds, in the order of their names.
  package var effective: [Effective] {
    Settings.all.map { declaration in
      guard let last = assignments[declaration.name.lowercased()]?.last else {
        return Effective(
          declaration: declaration, layer: .standard, value: ByteString(declaration.standard))
      }
      return Effective(declaration: declaration, layer: last.layer, value: last.value)
    }
  }

  /// Everything that is said about a setting, weakest first.
  package func assignments(of declaration: SettingDeclaration) -> [Assignment] {
    assignments[declaration.name.lowercased()] ?? []
  }

  /// The assignments that the environment makes.
  package static func assignments(in environment: [ByteString: ByteString]) -> [Assignment] {
    Settings.all.compactMap { declaration in
      environment[ByteString(declaration.variable)].map {
        Assignment(layer: .environment, name: declaration.name, value: $0)
      }
    }
  }
}

extension Configuration.Layer: CustomStringConvertible {
  /// The word in messages and reports, that of the option of `shale config` where there is one.
  package var description: String {
    switch self {
    case .standard: "default"
    case .system: "system"
    case .user: "global"
    case .shared: "shared"
    case .clone: "local"
    case .environment: "environment"
    }
  }
}

extension Configuration.Layer: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
