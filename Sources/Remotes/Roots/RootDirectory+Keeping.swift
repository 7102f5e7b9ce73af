package import ObjectStore
internal import Platform
package import Primitives

/// Who asks a store to keep an object.
package enum RootKeeper: Hashable, Sendable {
  /// A commit or a run that was pushed, by its id in hexadecimal.
  case pushed(CommitRoot.Kind, String)
  /// A pin, by its name.
  case pin(ByteString)
  /// A clone of a shared store, by its random name.
  case clone(String)
}

// MARK: - What is kept

extension RootDirectory {
  /// Goes through everything that the store is asked to keep.
  ///
  /// Nothing is passed over: a root that cannot be read may stand for anything.
  ///
  /// - Parameters:
  ///   - isLeftOut: Asked about each object of a clone that is registered: the clone, the object,
  ///     and when it was last asked for.
  ///   - body: Given each object, who asks for it, and whether the root says that the store has
  ///     all of it.
  /// - Throws: ``RemoteError/damagedRoot(_:)``, ``RemoteError/newerRoot(_:version:)``,
  ///   ``RemoteError/strangeRoot(_:)`` or ``RemoteError/file(_:)``.
  package func forEachKept(
    leavingOut isLeftOut: (_ clone: String, ObjectID, Timestamp) -> Bool = { _, _, _ in false },
    _ body: (ClosureRoot, RootKeeper, _ isComplete: Bool) throws(RemoteError) -> Void
  ) throws(RemoteError) {
    try checkNames()
    for kind in [CommitRoot.Kind.commit, .run] {
      for commit in try commits(kind) {
        let file = path(ofCommit: commit, kind)
        let root = try strictly(file) { bytes throws(RootLines.Flaw) in
          let root = try CommitRoot(decoding: bytes, as: kind)
          guard root.commit == commit else { throw .damaged }
          return root
        }
        for entry in root?.entries ?? [] {
          let place = ClosureRoot(id: entry.id, isTree: entry.isTree, path: entry.path)
          try body(place, .pushed(kind, commit), entry.isComplete)
        }
      }
    }
    for pin in try pins() {
      for entry in pin.entries {
        let place = ClosureRoot(id: entry.id, isTree: entry.isTree, path: entry.path)
        try body(place, .pin(pin.name), false)
      }
    }
    for clone in try clones() {
      let file = clonePath(clone).appending("clone")
      _ = try strictly(file) { bytes throws(RootLines.Flaw) in try RootLines(bytes, kind: "clone") }
      for (root, time) in try registered(by: clone) where !isLeftOut(clone, root.id, time) {
        let place = ClosureRoot(id: root.id, isTree: root.isTree, path: root.path)
        try body(place, .clone(clone), false)
      }
    }
  }

  /// The directories that mean something here; of others nobody knows what they keep.
  private static let known: Set<ByteString> = [
    "commits", "runs", "refs", "pins", "clones", "leases", "forgotten",
  ]

  private func checkNames() throws(RemoteError) {
    for name in try names(in: path)
    where !Self.known.contains(name) && name.bytes.first != UInt8(ascii: ".") {
      throw .strangeRoot(path.appending(name))
    }
  }

  /// Reads a root that must be sound if it is there.
  private func strictly<Root>(
    _ file: FilePath, _ read: ([UInt8]) throws(RootLines.Flaw) -> Root
  ) throws(RemoteError) -> Root? {
    guard let bytes = try contents(of: file) else { return nil }
    do throws(RootLines.Flaw) {
      return try read(bytes)
    } catch {
      switch error {
      case .damaged: throw .damagedRoot(file)
      case .newer(let version): throw .newerRoot(file, version: version)
      }
    }
  }
}

// MARK: - Pins

extension RootDirectory {
  /// The pins of the store.
  ///
  /// - Throws: ``RemoteError/damagedRoot(_:)`` and what else keeps a root from being read.
  package func pins() throws(RemoteError) -> [PinRoot] {
    var pins: [PinRoot] = []
    let directory = path.appending("pins")
    for name in try names(in: directory) {
      let pin = try strictly(directory.appending(name)) { bytes throws(RootLines.Flaw) in
        try PinRoot(decoding: bytes)
      }
      if let pin { pins.append(pin) }
    }
    return pins
  }

  /// Keeps objects under a name, in place of what was kept under it.
  package func record(_ pin: PinRoot) throws(RemoteError) {
    try write(pin.encoded(), to: path.appending("pins").appending(Self.fileName(of: pin.name)))
  }
}

// MARK: - Clones

extension RootDirectory {
  /// What a clone relies on, and when it last said so.
  ///
  /// - Throws: ``RemoteError/damagedRoot(_:)``: a collector must not guess what one that cannot be
  ///   read stood for.
  package func registered(
    by clone: String
  ) throws(RemoteError) -> [(root: CloneRoot, time: Timestamp)] {
    var roots: [(CloneRoot, Timestamp)] = []
    let directory = clonePath(clone)
    for prefix in try names(in: directory) where prefix != "clone" {
      for name in try names(in: directory.appending(prefix)) {
        let file = directory.appending(prefix).appending(name)
        let root = try strictly(file) { bytes throws(RootLines.Flaw) in
          let root = try CloneRoot(decoding: bytes)
          guard ByteString(root.id.hex) == name else { throw .damaged }
          return root
        }
        guard let root else { continue }
        do {
          roots.append((root, try file.status().modified))
        } catch {
          throw .file(error)
        }
      }
    }
    return roots
  }

  /// Takes back that a clone relies on an object.
  package func remove(_ id: ObjectID, of clone: String) throws(RemoteError) {
    do {
      try clonePath(clone).appending(String(id.hex.prefix(2))).appending(id.hex).remove()
    } catch {
      if !error.isNotFound { throw .file(error) }
    }
  }
}
