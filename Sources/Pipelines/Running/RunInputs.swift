internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// What a command read, as far as it is declared or was observed.
struct RunInputs {
  /// So many files that nobody tracks are listed by name at most.
  private static let listLimit = 100

  /// Directories whose files belong to tools, and are no data.
  private static let toolDirectories: Set<ByteString> = [
    ".git", "__pycache__", "node_modules", ".venv", "venv", "site-packages",
  ]

  let workspace: Workspace

  /// The tracked data when the command began.
  let data: TrackedData

  /// The code of the run, whose files are no inputs.
  let code: CodeSnapshot

  private var lookup: TreeLookup

  init(_ workspace: Workspace, _ data: TrackedData, _ code: CodeSnapshot) {
    self.workspace = workspace
    self.data = data
    self.code = code
    lookup = TreeLookup(in: workspace.store)
  }

  /// The inputs that were named.
  mutating func declared(_ paths: [RepositoryPath]) -> [RunArtifact] {
    paths.compactMap { path in
      if let tracked = data.tracked(containing: path), let content = data.contents[tracked] {
        if tracked == path { return content.artifact(at: path, tracked: tracked, .declared) }
        return part(path, of: tracked, content, .declared)
      }
      return Self.untracked(path, .declared, in: workspace)
    }
  }

  /// The inputs that were seen to be read, besides those that were named.
  ///
  /// - Parameters:
  ///   - files: Every file that was opened for reading, inside the worktree or not.
  ///   - declared: What was named.
  ///   - made: What the command made, which is no input.
  ///   - after: Tracked data after the command: what the command wrote is not its input.
  ///   - writer: Takes the lists of what was read in directories.
  /// - Returns: The inputs, a directory that was named once more with the list of what was read in it,
  ///   and how many more files there were that nobody tracks.
  mutating func observed(
    _ files: [FilePath], besides declared: [RepositoryPath], _ made: Set<RepositoryPath>,
    unchangedIn after: TrackedData, _ writer: StoreWriter
  ) throws(PipelineError) -> (inputs: [RunArtifact], more: Int) {
    var read: [RepositoryPath: [RepositoryPath]] = [:]
    var others: [RepositoryPath] = []
    let paths = files.compactMap { $0.path(below: workspace.root) }
    for path in paths.sorted() where !made.contains(path) {
      if let tracked = data.tracked(containing: path) {
        read[tracked, default: []].append(path)
      } else if after.tracked(containing: path) == nil, code.files[path] == nil,
        !path.components.contains(where: Self.toolDirectories.contains)
      {
        others.append(path)
      }
    }
    var inputs: [RunArtifact] = []
    for (tracked, paths) in read.sorted(by: { $0.key < $1.key }) {
      guard let content = data.contents[tracked] else { continue }
      let isDeclared = declared.contains { tracked.isWithin($0) }
      if !content.isTree {
        if isDeclared { continue }
        // Where nothing is known afterwards, it is gone, or another run writes it.
        if let now = after.contents[tracked], now.id != content.id { continue }
        inputs.append(content.artifact(at: tracked, tracked: tracked, .observed))
        continue
      }
      // Parts that were named stand in the record already.
      let rest =
        isDeclared ? paths : paths.filter { path in !declared.contains { path.isWithin($0) } }
      let lines = unchanged(rest, in: tracked, content, after)
      if lines.isEmpty { continue }
      var input = content.artifact(
        at: tracked, tracked: tracked, isDeclared ? .declared : .observed)
      let list = Array(lines.joined())
      let oid = try onStore { () throws(StoreError) in try writer.add(list, class: .run) }
      input.read = RunObject(oid: oid, size: .bytes(list.count), files: lines.count)
      inputs.append(input)
    }
    let listed = others.prefix(Self.listLimit)
    inputs += listed.compactMap { Self.untracked($0, .observed, in: workspace) }
    return (inputs, others.count - listed.count)
  }

  /// Lines `OID  PATH` of the files that the command left as they were.
  private mutating func unchanged(
    _ paths: [RepositoryPath], in tracked: RepositoryPath, _ content: TrackedData.Content,
    _ after: TrackedData
  ) -> [[UInt8]] {
    let now = after.contents[tracked]
    return paths.compactMap { path in
      guard let relative = path.relative(to: tracked), !relative.isRoot,
        let entry = lookup.entry(at: relative, in: content.id), entry.kind != .directory
      else { return nil }
      if let now, now.id != content.id, now.isTree,
        lookup.entry(at: relative, in: now.id)?.id != entry.id
      {
        return nil
      }
      return ReadLine.text(entry.id, relative)
    }
  }

  /// A part of a tracked directory.
  private mutating func part(
    _ path: RepositoryPath, of tracked: RepositoryPath, _ content: TrackedData.Content,
    _ origin: RunArtifact.Origin
  ) -> RunArtifact? {
    guard let relative = path.relative(to: tracked),
      let entry = lookup.entry(at: relative, in: content.id)
    else { return nil }
    return RunArtifact(entry, at: path, tracked: tracked, origin)
  }

  /// A file that Shale does not track, by its hash.
  static func untracked(
    _ path: RepositoryPath, _ origin: RunArtifact.Origin, in workspace: Workspace
  ) -> RunArtifact? {
    let place = workspace.root.appending(path)
    guard let file = try? OpenFile.forReading(place, followingSymlink: false),
      let status = try? file.status(), status.kind == .file, let oid = SHA256.id(of: file)
    else { return nil }
    return RunArtifact(
      path: path, kind: .file, oid: oid, size: status.size, origin: origin, tracked: nil)
  }
}

extension RunArtifact {
  /// An entry of a tree as an input or output.
  init(
    _ entry: TreeEntry, at path: RepositoryPath, tracked: RepositoryPath,
    _ origin: RunArtifact.Origin
  ) {
    let isTree = entry.kind == .directory
    self.init(
      path: path, kind: isTree ? .tree : .file, oid: entry.id, size: entry.size,
      files: isTree ? entry.files : nil, origin: origin, tracked: tracked)
  }
}

/// A line of a list of files, as `sha256sum` prints it.
private enum ReadLine {
  /// A backslash and line breaks in a name are written with a backslash, and one stands in front.
  static func text(_ id: ObjectID, _ path: RepositoryPath) -> [UInt8] {
    var name: [UInt8] = []
    var isEscaped = false
    for byte in path.bytes.bytes {
      let letter: UInt8? =
        switch byte {
        case UInt8(ascii: "\\"): byte
        case UInt8(ascii: "\n"): UInt8(ascii: "n")
        case UInt8(ascii: "\r"): UInt8(ascii: "r")
        default: nil
        }
      if let letter {
        isEscaped = true
        name += [UInt8(ascii: "\\"), letter]
      } else {
        name.append(byte)
      }
    }
    return (isEscaped ? [UInt8(ascii: "\\")] : []) + Array("\(id.hex)  ".utf8) + name + [0x0A]
  }
}

extension FilePath {
  /// This path from a directory down, or `nil` where it does not lie below it.
  func path(below root: FilePath) -> RepositoryPath? {
    let prefix = root.bytes.bytes + [UInt8(ascii: "/")]
    guard bytes.bytes.starts(with: prefix) else { return nil }
    return try? RepositoryPath(ByteString(bytes.bytes.dropFirst(prefix.count)))
  }
}
