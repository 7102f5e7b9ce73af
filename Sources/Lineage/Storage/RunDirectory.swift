package import Platform
package import Primitives

/// A directory that holds run records, each under its id: `ID.json`.
package struct RunDirectory: Sendable {
  /// The directory, which need not exist.
  package let path: FilePath

  private static let suffix = Array(".json".utf8)

  package init(_ path: FilePath) {
    self.path = path
  }

  /// The name of a record's file.
  package static func name(of id: ObjectID) -> ByteString { ByteString("\(id.hex).json") }

  /// The record that a file name stands for, or `nil` for any other file.
  package static func id(of name: ByteString) -> ObjectID? {
    guard name.bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
    return ObjectID(hex: name.bytes.dropLast(suffix.count))
  }

  /// The records that are here, in any order.
  ///
  /// - Throws: ``LineageError/file(_:)``; a directory that is not there holds none.
  package func ids() throws(LineageError) -> [ObjectID] {
    do {
      return try OpenDirectory(path).entries().compactMap { Self.id(of: $0.name) }
    } catch {
      if error.isNotFound { return [] }
      throw .file(error)
    }
  }

  /// The bytes of a record, unchecked; `nil` where it is not here.
  package func bytes(of id: ObjectID) throws(LineageError) -> [UInt8]? {
    do {
      return try path.appending(Self.name(of: id)).contentsIfPresent(limit: RunRecord.sizeLimit)
    } catch {
      throw .file(error)
    }
  }

  /// Reads a record; `nil` where it is not here.
  ///
  /// - Throws: ``LineageError``, when its bytes are not those of its name, or no record.
  package func record(_ id: ObjectID) throws(LineageError) -> RunRecord? {
    guard let bytes = try bytes(of: id) else { return nil }
    return try RunRecord(bytes, id: id)
  }

  /// Keeps the bytes of a record.
  ///
  /// - Parameter durably: Whether they would survive a power cut.
  /// - Throws: ``LineageError/file(_:)``.
  package func save(
    _ bytes: [UInt8], as id: ObjectID, durably: Bool = true
  ) throws(LineageError) {
    do {
      try path.makeDirectories()
      try AtomicFile.replace(path.appending(Self.name(of: id)), with: bytes, durably: durably)
    } catch {
      throw .file(error)
    }
  }

  /// Makes records that were saved survive a power cut: for many at once, for the first of them
  /// makes the disk write nearly all that the others need.
  package func synchronize(_ ids: [ObjectID]) throws(LineageError) {
    if ids.isEmpty { return }
    do {
      for id in ids { try OpenFile.forReading(path.appending(Self.name(of: id))).synchronize() }
      try path.synchronizeDirectory()
    } catch {
      throw .file(error)
    }
  }

  /// Where removed records wait, below the directory.
  package static let trashName: ByteString = "trash"

  /// The files of records that were removed, with the time at which each was.
  package func removed() throws(FileError) -> [(path: FilePath, time: Timestamp)] {
    let trash = path.appending(Self.trashName)
    var files: [(FilePath, Timestamp)] = []
    for name in try trash.namesIfPresent() {
      let file = trash.appending(name)
      // A rename changes no other time of a file.
      if let status = try file.statusIfPresent(), status.kind == .file {
        files.append((file, status.changed))
      }
    }
    return files
  }

  /// Whether the trash has a record.
  package func isDiscarded(_ id: ObjectID) throws(LineageError) -> Bool {
    do {
      let file = path.appending(Self.trashName).appending(Self.name(of: id))
      return try file.statusIfPresent() != nil
    } catch {
      throw .file(error)
    }
  }

  /// Takes a record out of the trash again; it is no error when it is not there.
  package func bringBack(_ id: ObjectID) throws(LineageError) {
    do {
      let name = Self.name(of: id)
      if try path.appending(name).statusIfPresent() != nil { return }
      try path.appending(Self.trashName).appending(name).rename(to: path.appending(name))
    } catch {
      if !error.isNotFound { throw .file(error) }
    }
  }

  /// Takes a record out of the directory, into its trash; it is no error when it is not here.
  ///
  /// Another file of the same record in the trash stays, for one of the two may be damaged.
  package func discard(_ id: ObjectID) throws(LineageError) {
    do {
      let trash = path.appending(Self.trashName)
      try trash.makeDirectories()
      var target = trash.appending(Self.name(of: id))
      var number = 1
      while try target.statusIfPresent() != nil {
        target = trash.appending(ByteString("\(id.hex)-\(number).json"))
        number += 1
      }
      try path.appending(Self.name(of: id)).rename(to: target)
    } catch {
      if !error.isNotFound { throw .file(error) }
    }
  }
}
