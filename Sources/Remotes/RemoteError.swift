package import ObjectStore
package import Platform
package import Primitives

/// A reason why a remote could not be named, opened or transferred to.
package enum RemoteError: Error {
  /// What is wrong with the text of a location.
  package enum LocationProblem: Hashable, Sendable {
    case empty
    case controlCharacter
    case option
    case home
    case scheme(ByteString)
    case otherMachine
  }

  /// The text cannot be a remote's name.
  case name(ByteString)

  /// The text cannot be a remote's location.
  case location(ByteString, LocationProblem)

  /// No configuration names such a remote.
  case unknown(RemoteName)

  /// A remote of this name exists already.
  case existing(RemoteName)

  /// No remote is the default, and there is not exactly one.
  case noDefault(configured: Int)

  /// The configuration gives a remote a key that this version does not know.
  case unknownKey(ByteString, of: RemoteName)

  /// The configuration says which store a remote is, and not with an id.
  case storeID(ByteString, of: RemoteName)

  /// No store answers at the remote's location: it is not mounted, or gone.
  ///
  /// Without an error of the operating system the directory is there and holds no store, as a
  /// mount point does where nothing is mounted.
  case vanished(RemoteLocation, FileError?)

  /// The store at the remote's location is not the one that the remote is known to be.
  case otherStore(Remote, found: StoreID?)

  /// A store was to be made in a directory that holds something else.
  case notEmpty(RemoteLocation)

  /// Where the remote's store has a directory there is a symlink.
  case redirected(FilePath)

  /// The remote is the local store itself.
  case isLocalStore(RemoteLocation)

  /// The remote may be read and not written.
  case readOnly(RemoteLocation, FileError)

  /// The remote has no room left.
  case full(RemoteLocation, FileError)

  /// A root is of a version that this build does not know.
  case newerRoot(FilePath, version: Int)

  /// A root does not keep to its format or its checksum.
  case damagedRoot(FilePath)

  /// Something among the roots of a store is of no kind that this build knows.
  case strangeRoot(FilePath)

  /// Either store of a transfer failed.
  case store(StoreError)

  /// The operating system refused, away from any store.
  case file(FileError)
}

extension RemoteError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .name(let name):
      "Remote name '\(name)' is not made of letters, digits, '.', '_' and '-'"
    case .location(let text, let problem):
      "Remote location '\(text)' \(problem)"
    case .unknown(let name):
      "Remote '\(name)' is not configured"
    case .existing(let name):
      "Remote '\(name)' exists already"
    case .noDefault(0):
      "No remote is configured"
    case .noDefault(let count):
      "None of the \(count) remotes is the default"
    case .unknownKey(let key, let name):
      "Remote '\(name)' has the setting '\(key)', which this version does not know"
    case .storeID(let id, let name):
      "Remote '\(name)' has the store id '\(id)', which is not 32 hexadecimal digits"
    case .vanished(let location, let error):
      "Remote '\(location)' cannot be reached: \(error?.description ?? "it holds no store")"
    case .otherStore(let remote, let found):
      "Store '\(remote.location)' (\(found?.abbreviated ?? "no id")) is not the store of remote "
        + "'\(remote.name)' (\(remote.storeID?.abbreviated ?? "no id"))"
    case .notEmpty(let location):
      "Directory '\(location)' is not empty and holds no store"
    case .redirected(let path):
      "Remote has a symlink '\(path)', and what is sent would be written elsewhere"
    case .isLocalStore(let location):
      "Remote '\(location)' is the local store itself"
    case .readOnly(let location, let error):
      "Remote '\(location)' cannot be written to: \(error)"
    case .full(let location, let error):
      "Remote '\(location)' has no room left: \(error)"
    case .newerRoot(let path, let version):
      "Root '\(path)' has version \(version), and this version of Shale reads up to version 1"
    case .damagedRoot(let path):
      "Root '\(path)' is damaged"
    case .strangeRoot(let path):
      "Root '\(path)' is of no kind that this version of Shale knows"
    case .store(let error):
      error.description
    case .file(let error):
      error.description
    }
  }
}

extension RemoteError.LocationProblem: CustomStringConvertible {
  /// The end of the sentence that begins with the location.
  package var description: String {
    switch self {
    case .empty: "is empty"
    case .controlCharacter: "holds a control character"
    case .option: "begins with '-'"
    case .home: "begins with '~', and no such home directory is known"
    case .scheme(let scheme): "is of the kind '\(scheme)', and only directories are supported"
    case .otherMachine: "names another machine, and only directories are supported"
    }
  }
}
