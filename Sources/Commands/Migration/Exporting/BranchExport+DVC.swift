internal import Documents
internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

extension BranchExport {
  /// The name that DVC gives the content of a path.
  private struct Name {
    let digest: MD5Digest

    /// How many files there are, for a directory.
    let files: Int?

    var text: String { files == nil ? digest.hex : "\(digest.hex).dir" }
  }

  /// Gives each path a `.dvc` file, and puts the contents into the cache.
  func exportDVC(
    _ items: [ExportedItem], _ version: GitVersion,
    _ edits: inout [RepositoryPath: GitTreeEdit], _ report: inout ExportReport
  ) throws(CommandFailure) {
    let stages = try outputs(of: version)
    var good: [ExportedItem] = []
    for item in items {
      if let reason = Self.refusal(of: item) {
        report.add(item, .refused, reason)
      } else {
        good.append(item)
      }
    }
    let root = workspace.root.appending(".dvc").appending("cache")
    let cache = ForeignCache(at: root)
    let digests = try cache.writeDVC(
      Self.contents(good), from: workspace.store, progress: context.progress)
    for item in good {
      guard let name = try name(of: item, digests, cache),
        let file = Self.path(of: item)
      else {
        report.add(item, .refused, "a name in it is no UTF-8")
        continue
      }
      if let known = stages[item.path], !Self.isSame(known, name) {
        report.add(item, .refused, "a stage in `dvc.yaml` made it, and `dvc.lock` differs")
        continue
      }
      edits[PointerFile.path(of: item.path)] = .removed
      // What a stage makes is named by `dvc.lock`, and DVC takes no second file for it.
      if stages[item.path] == nil { edits[file] = .bytes(Self.file(of: item, name)) }
      let hasEmpty = item.files.contains { $0.entry.kind == .directory }
      report.add(
        item, .exported, hasEmpty ? "without empty directories, which DVC has none of" : nil)
    }
    (report.newObjects, report.newBytes) = (cache.written.objects, cache.written.bytes)
    for (name, text) in [("config", ""), (".gitignore", "/config.local\n/tmp\n/cache\n")] {
      guard let path = RepositoryPath.root.following(".dvc/\(name)"), version.entries[path] == nil
      else { continue }
      edits[path] = .bytes(Array(text.utf8))
    }
    try hide(root)
  }

  /// What stages have made, as `dvc.lock` says.
  private func outputs(
    of version: GitVersion
  ) throws(CommandFailure) -> [RepositoryPath: ForeignItem] {
    let items = try DVCSurvey.survey(of: version).items
    return Dictionary(
      items.filter { $0.carrier.name == "dvc.lock" }.map { ($0.path, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func isSame(_ item: ForeignItem, _ name: Name) -> Bool {
    item.name == .md5(name.digest, isList: name.files != nil, isBefore3: false)
  }

  /// Keeps git from a cache where no rule does, as in a worktree that DVC was never set up in.
  private func hide(_ cache: FilePath) throws(CommandFailure) {
    let rules = cache.appending(".gitignore")
    try explaining { () throws(FileError) in
      guard try cache.statusIfPresent() != nil, try rules.statusIfPresent() == nil else { return }
      try AtomicFile.replace(rules, with: Array("*\n".utf8), durably: false)
    }
  }

  /// Why DVC cannot keep a path.
  private static func refusal(of item: ExportedItem) -> String? {
    if item.files.contains(where: { $0.entry.kind == .symlink }) {
      return "it holds symlinks, in whose place DVC keeps what they lead to"
    }
    let isPlain = item.path.bytes.text.map { text in
      !text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
    return isPlain == true ? nil : "its name cannot stand in a `.dvc` file"
  }

  /// The path of the `.dvc` file of a path.
  private static func path(of item: ExportedItem) -> RepositoryPath? {
    let name = ByteString(item.path.name.bytes + Array(".dvc".utf8))
    return try? (item.path.parent ?? .root).appending(name)
  }

  /// The name of a path; the list of a directory is written for it.
  ///
  /// - Returns: `nil` where DVC has none.
  private func name(
    of item: ExportedItem, _ digests: [ObjectID: MD5Digest], _ cache: ForeignCache
  ) throws(CommandFailure) -> Name? {
    guard item.pointer.kind == .tree else {
      return digests[item.pointer.id].map { Name(digest: $0, files: nil) }
    }
    var entries: [DVCDirectory.Entry] = []
    for file in item.files where file.entry.kind != .directory {
      guard let path = file.path.relative(to: item.path), let digest = digests[file.entry.id]
      else { return nil }
      entries.append(DVCDirectory.Entry(path: path, digest: digest))
    }
    guard let list = try? DVCDirectory(entries).encoded() else { return nil }
    return Name(digest: try cache.writeDVC(list: list), files: entries.count)
  }

  /// The content of a `.dvc` file.
  private static func file(of item: ExportedItem, _ name: Name) -> [UInt8] {
    let path = (item.path.name.text ?? "").replacing("'", with: "''")
    var text = "outs:\n- md5: '\(name.text)'\n  size: \(item.pointer.size.bytes)\n"
    if let files = name.files { text += "  nfiles: \(files)\n" }
    return Array((text + "  hash: md5\n  path: '\(path)'\n").utf8)
  }
}
