internal import Arguments
internal import ObjectStore
package import Primitives
internal import Project
package import Remotes
package import Terminal

/// What a repair has brought back, or would, and what could not be had.
package struct RepairReport: Report {
  /// A file or directory of which something was lost.
  package struct Item: Encodable, Sendable {
    let path: RepositoryPath

    /// What was lost: the content of the path, or a part of it.
    let oid: ObjectID

    /// Commits that gave the path this content, or were pushed with it.
    let commits: [String]

    /// When the first of them was made.
    let date: Timestamp?

    /// Where a good copy is, or was; nothing where nobody has one.
    let source: String?

    /// Whether it is lost all the same.
    let isLost: Bool

    /// Whether what the store had of it was damaged; otherwise it was missing.
    let isDamaged: Bool

    private enum CodingKeys: CodingKey {
      case path, oid, commits, date, source, isLost, isDamaged
    }
  }

  /// A path and what it lacked.
  struct Place: Hashable {
    let path: RepositoryPath
    let oid: ObjectID
  }

  /// The remote that was repaired; nothing for the local store.
  package internal(set) var remote: RemoteName?
  package let isDryRun: Bool
  package internal(set) var packs = 0
  package internal(set) var checked = ByteCount.zero
  package private(set) var items: [Item] = []

  /// Objects that were brought back.
  package internal(set) var objects = 0
  package internal(set) var bytes = ByteCount.zero

  /// Lost objects that no path leads to: how many there is no copy of.
  package internal(set) var unnamed = 0

  /// Packs that went to trash.
  package internal(set) var replaced: [ObjectID] = []

  /// Files of the store, and pointers, that were made anew, in words.
  package private(set) var files: [String] = []

  /// What is wrong all the same, in words.
  package internal(set) var damage: [String] = []

  private enum CodingKeys: CodingKey {
    case remote, isDryRun, packs, checked, items, objects, bytes, unnamed, replaced, files, damage
  }

  init(isDryRun: Bool) {
    self.isDryRun = isDryRun
  }

  mutating func set(_ items: [Item]) { self.items = items }

  mutating func add(_ mended: [MendedFile]) {
    files += mended.map { "File '\($0.path)' \($0.problem); \($0.origin)" }
  }

  mutating func add(pointers: [RepositoryPath]) {
    files += pointers.map {
      "Pointer '\($0).shale' cannot be read; it is that of the current commit again"
    }
  }

  /// What the operation log says of it.
  var changes: [Operation.Change] {
    items.filter { !$0.isLost }.map { .repaired($0.path, $0.oid) }
      + replaced.map { .replacedPack($0) }
  }

  private var lost: [Item] { items.filter(\.isLost) }

  package var failure: CommandFailure? {
    let lost = lost
    let place = remote.map { "Remote '\($0)'" } ?? "The store"
    if isDryRun, lost.allSatisfy({ $0.source != nil }), unnamed == 0 { return nil }
    let hints = [
      "Run `shale repair\(remote.map { " --remote \($0)" } ?? "") --from DIR` with a clone that has it",
      remote == nil && !lost.isEmpty
        ? "Run `shale add` where the original files are, if they still are somewhere" : nil,
    ].compactMap { $0 }
    if !damage.isEmpty || lost.contains(where: \.isDamaged) {
      let files = lost.isEmpty ? "" : ", \(counted(lost.count, "file")) lost"
      return CommandFailure(
        .damaged, id: "store-damaged",
        "\(place) is still damaged: \(counted(damage.count, "finding"))\(files)", hints: hints)
    }
    guard let first = lost.first else { return nil }
    return CommandFailure(
      .missing, id: "object-missing",
      "Content of '\(first.path)'\(lost.count > 1 ? " and \(lost.count - 1) more" : "") cannot be had",
      hints: hints)
  }

  /// Tells what is about to happen.
  func writePlan(to text: inout StyledText) {
    write(items.filter { $0.source != nil }, "bring", .added, to: &text)
  }

  /// How many lines of what is well are shown unless the user wants to read all.
  private static let limit = 20

  /// Writes some items, those of one version of a path once.
  private func write(
    _ items: [Item], _ word: String, _ label: Label, isAll: Bool = false,
    to text: inout StyledText
  ) {
    var groups: [[Item]] = []
    var numbers: [Version: Int] = [:]
    for item in items {
      let version = Version(path: item.path, commits: item.commits, source: item.source)
      let number = numbers[version] ?? groups.count
      if number == groups.count {
        numbers[version] = number
        groups.append([])
      }
      groups[number].append(item)
    }
    let shown = isAll || text.verbosity == .verbose ? groups.count : Self.limit
    for group in groups.prefix(shown) { line(group, word, label, to: &text) }
    if groups.count > shown { text.line("  … and \(grouped(groups.count - shown)) more") }
  }

  /// What makes items one line.
  private struct Version: Hashable {
    let path: RepositoryPath
    let commits: [String]
    let source: String?
  }

  package func write(to text: inout StyledText) {
    text.line("Checked \(counted(packs, "pack")) (\(checked))")
    for file in files { text.line("  \("mended", .success) \(file)") }
    if isDryRun {
      writePlan(to: &text)
      write(items.filter { $0.source == nil }, "lost", .absent, isAll: true, to: &text)
    } else {
      write(items.filter { !$0.isLost }, "restored", .success, to: &text)
      write(lost, "lost", .absent, isAll: true, to: &text)
    }
    if unnamed > 0 {
      text.line(
        "  \("lost", .absent) \(counted(unnamed, "object"), .number) that no commit leads to")
    }
    if !isDryRun || damage.isEmpty == false {
      for finding in damage { text.line("  \("damaged", .error) \(finding)") }
    }
    if objects > 0 {
      text.line("Brought back \(counted(objects, "object"), .number) (\(bytes))")
    }
    if !replaced.isEmpty {
      text.line("Moved \(counted(replaced.count, "damaged pack"), .number) to the store's trash")
    }
    if failure == nil, !isDryRun { text.line("\("Everything is sound.", .success)") }
  }

  private func line(
    _ group: [Item], _ word: String, _ label: Label, to text: inout StyledText
  ) {
    guard let item = group.first else { return }
    let names = item.commits.prefix(3).map { " " + $0.prefix(10) }.joined()
    let others = item.commits.count > 3 ? " and \(item.commits.count - 3) more" : ""
    let day = item.date.map { " " + String($0.description.prefix(10)) } ?? ""
    let origin = item.isLost && !isDryRun ? "" : item.source.map { " from \($0)" } ?? ""
    let isNowhere = item.isLost && (!isDryRun || item.source == nil)
    let object = isNowhere ? " \(item.oid.abbreviated)" : ""
    let parts = group.count > 1 ? " and \(counted(group.count - 1, "other part"))" : ""
    text.line(
      """
        \(word, label) \(item.path, .path)\(names, .commit)\(others)\(day, .faint)\(origin)\
      \(object, .objectID)\(isNowhere ? parts : "")
      """)
  }
}

extension RepairReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "remote", "The remote that was repaired; left out for the local store", isOptional: true),
    ResultKey("isDryRun", "Whether nothing was changed"),
    ResultKey("packs", "How many packs were read"),
    ResultKey("checked", "Their size"),
    ResultKey(
      "items", "What was damaged or lost, and is needed",
      each: [
        ResultKey("path", "The file or directory"),
        ResultKey("oid", "What was lost: the content of the path, or a part of it"),
        ResultKey(
          "commits", "The commits that gave the path this content, or were pushed with it"),
        ResultKey("date", "When the first of them was made", isOptional: true),
        ResultKey(
          "source", "Where a good copy is; left out where nobody has one", isOptional: true),
        ResultKey("isLost", "Whether it is lost all the same"),
        ResultKey("isDamaged", "Whether it was damaged; otherwise it was missing"),
      ]),
    ResultKey("objects", "How many objects were brought back"),
    ResultKey("bytes", "Their size as stored"),
    ResultKey("unnamed", "How many objects are lost that no commit leads to"),
    ResultKey("replaced", "The packs that went to the store's trash"),
    ResultKey("files", "Files of the store, and pointers, that were made anew, in words"),
    ResultKey("damage", "What is wrong with the store all the same, in words"),
  ]
}
