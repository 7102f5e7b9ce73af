internal import ObjectStore
package import Platform
package import Primitives

/// One line of configuration in a section `[shale-remote "NAME"]`.
package struct RemoteAssignment: Hashable, Sendable {
  package let origin: Remote.Origin

  /// What stands in quotes after `shale-remote`.
  package let name: ByteString

  /// The key in lower case.
  package let key: String
  package let value: ByteString

  package init(origin: Remote.Origin, name: ByteString, key: String, value: ByteString) {
    self.origin = origin
    self.name = name
    self.key = key
    self.value = value
  }
}

/// The remotes that are configured, each from the first configuration that names it.
package struct RemoteList: Sendable {
  /// The remotes in the order of their names.
  package let remotes: [Remote]

  /// Assignments in the user's own configuration that this version does not know.
  package let unknown: [RemoteAssignment]

  /// The remote that is used when none is named, if one is set.
  package let defaultName: RemoteName?

  /// Sorts out what the configurations say.
  ///
  /// - Parameters:
  ///   - assignments: In the order in which they were read: within an origin the last counts.
  ///   - base: What relative locations start from: the root of the worktree.
  ///   - home: What `~` stands for, if it is known.
  ///   - defaultName: The remote that is set as the default.
  /// - Throws: ``RemoteError`` for names and locations that cannot be, and for an unknown key in a
  ///   configuration that comes with the repository.
  package init(
    _ assignments: [RemoteAssignment], relativeTo base: FilePath, home: FilePath?,
    defaultName: RemoteName?
  ) throws(RemoteError) {
    var unknown: [RemoteAssignment] = []
    var urls: [RemoteName: [Remote.Origin: ByteString]] = [:]
    var stores: [RemoteName: [Remote.Origin: StoreID]] = [:]
    for assignment in assignments {
      let name = try RemoteName(assignment.name)
      if assignment.key == "url" {
        urls[name, default: [:]][assignment.origin] = assignment.value
      } else if assignment.key == "storeid" {
        guard let id = StoreID(assignment.value) else { throw .storeID(assignment.value, of: name) }
        stores[name, default: [:]][assignment.origin] = id
      } else if assignment.origin == .personal {
        unknown.append(assignment)
      } else {
        throw .unknownKey(ByteString(assignment.key), of: name)
      }
    }
    var remotes: [Remote] = []
    for (name, origins) in urls {
      guard let origin = Remote.Origin.allCases.first(where: { origins[$0] != nil }),
        let url = origins[origin]
      else { continue }
      let location = try RemoteLocation(url, relativeTo: base, home: home)
      // Who reaches the shared store by a way of their own still means that store.
      let store = Remote.Origin.allCases.lazy.compactMap { stores[name]?[$0] }.first
      remotes.append(
        Remote(name: name, location: location, url: url, origin: origin, storeID: store))
    }
    self.remotes = remotes.sorted { $0.name < $1.name }
    self.unknown = unknown
    self.defaultName = defaultName
  }

  /// The remote of a name.
  ///
  /// - Throws: ``RemoteError/unknown(_:)``.
  package func remote(_ name: RemoteName) throws(RemoteError) -> Remote {
    guard let remote = remotes.first(where: { $0.name == name }) else { throw .unknown(name) }
    return remote
  }

  /// The remote that is meant when none is named: the default, else the only one there is.
  ///
  /// - Throws: ``RemoteError/noDefault(configured:)``, or ``RemoteError/unknown(_:)`` when the
  ///   default is not configured.
  package func standard() throws(RemoteError) -> Remote {
    if let defaultName { return try remote(defaultName) }
    guard remotes.count == 1, let only = remotes.first else {
      throw .noDefault(configured: remotes.count)
    }
    return only
  }
}
