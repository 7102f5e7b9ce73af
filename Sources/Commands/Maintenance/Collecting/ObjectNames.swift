internal import Lineage
internal import Platform
internal import Primitives
internal import Project
internal import Remotes

/// What is known of objects that nobody needs any more: the names under which they once lay.
struct ObjectNames {
  /// A name of an object.
  struct Name {
    let id: ObjectID

    /// Where it lay, as people read it.
    let path: String

    /// When it was recorded, or last seen.
    let time: Timestamp?

    /// What became of it, in a few words: `add`, `add, replaced by checkout`.
    let history: String?
  }

  /// The names, the newest first.
  private(set) var names: [Name] = []

  /// What commands did with an object.
  private struct Story {
    var path: ByteString
    var time: Timestamp
    var made: ByteString?
    var ended: ByteString?
  }

  /// Reads the operation log, and the records of runs that were removed.
  ///
  /// - Parameters:
  ///   - project: The project.
  ///   - removed: The runs.
  init(of project: Project, _ removed: [RemovedRun]) {
    // A log that cannot be read has stopped the search for roots before.
    let operations = (try? project.operations.operations().operations) ?? []
    var stories: [ObjectID: Story] = [:]
    for operation in operations {
      let command = ByteString(
        Array(operation.command.map(\.bytes).joined(separator: [UInt8(ascii: " ")])))
      for change in operation.changes {
        Self.tell(change, operation.time, command, &stories)
      }
    }
    for (id, story) in stories {
      let words = [story.made?.description, story.ended.map(Self.ending)].compactMap(\.self)
      names.append(
        Name(
          id: id, path: story.path.description, time: story.time,
          history: words.isEmpty ? nil : words.joined(separator: ", ")))
    }
    for run in removed { add(run, in: project) }
    names.sort { left, right in
      let times = (left.time ?? Timestamp(nanoseconds: 0), right.time ?? Timestamp(nanoseconds: 0))
      return times.0 == times.1 ? left.path < right.path : times.0 > times.1
    }
  }

  /// What ended a version, after what made it.
  private static func ending(_ command: ByteString) -> String {
    switch command {
    case "undo": "undone"
    case "rm": "removed"
    default: "replaced by \(command)"
    }
  }

  private static func tell(
    _ change: Operation.Change, _ time: Timestamp, _ command: ByteString,
    _ stories: inout [ObjectID: Story]
  ) {
    func id(_ value: ByteString?) -> ObjectID? {
      value.flatMap { ObjectID(hex: $0.bytes.split(separator: UInt8(ascii: ":")).last ?? []) }
    }
    switch change.kind {
    case .pointer, .data, .base, .placed, .saved, .fetched: break
    case .moved, .head, .branch, .index, .remote, .setting, .file, .pushed, .run, .undid,
      .collected, .repaired, .forgotten:
      return
    }
    if let new = id(change.new) {
      // What was recorded stays the story of a version, and what brought it again adds nothing.
      if change.kind == .pointer || stories[new] == nil {
        stories[new] = Story(path: change.subject, time: time, made: command, ended: nil)
      }
    }
    if let old = id(change.old), old != id(change.new) {
      stories[old, default: Story(path: change.subject, time: time)].ended = command
    }
  }

  private mutating func add(_ removed: RemovedRun, in project: Project) {
    guard let (id, record) = removed.run,
      let place = try? RepositoryPath(RunCatalog.committedPath)
    else { return }
    let title = record.name.map { "run \(ByteString($0))" } ?? "a run"
    for path in record.paths(id, size: .zero, below: place) {
      // The directory of a record is its id, which says nothing to anybody.
      let parts = path.path.components.dropFirst(3)
      let lists = ["inputs", "outputs", "read"]
      let isFile = parts.count > 1 && lists.contains(parts.first?.description ?? "")
      let name = (isFile ? parts.dropFirst() : parts).map(\.description).joined(separator: "/")
      names.append(
        Name(
          id: path.id, path: isFile ? name : "\(name) of \(title)", time: record.started,
          history: isFile ? "\(title), removed" : "removed"))
    }
  }
}
