internal import Git
internal import ObjectStore
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// Tells in words what an operation changed, the most important first.
struct OperationWords {
  private let git: GitRepository

  init(_ git: GitRepository) {
    self.git = git
  }

  /// What changed, a line for each subject.
  func lines(of operation: LoggedOperation) -> [StyledString] {
    var lines: [StyledString] = []
    let moved = Set(
      operation.changes.filter { $0.kind == .moved }.flatMap { [$0.old, $0.new] }
        .compactMap(\.self))
    let pointers = operation.net(.pointer).filter { !moved.contains($0.subject) }
    let pointed = Set(pointers.map(\.subject))
    for change in operation.changes where change.kind == .undid {
      let id = ByteString(change.new?.bytes.prefix(8) ?? [])
      lines.append("took back \(change.subject, .command) \(id, .commit)")
    }
    for change in operation.changes where change.kind == .moved {
      lines.append("\(change.old ?? "", .path) → \(change.subject, .path)")
    }
    var files: [ByteString: (ByteString?, ByteString?)] = [:]
    for (subject, old, new) in operation.net(.file) { files[subject] = (old, new) }
    for (subject, old, new) in pointers {
      let file = files[ByteString(subject.bytes + PointerFile.suffix.bytes)]
      lines.append(
        pointer(subject, (old, new), pointer(file?.0), pointer(file?.1)))
    }
    for (subject, old, new) in operation.net(.data)
    where !pointed.contains(subject) && !moved.contains(subject) {
      lines.append("\(subject, .path): data \(ends(old, new))")
    }
    for (subject, old, new) in operation.net(.placed) {
      lines.append("\(subject, .path): data \(ends(old, new))")
    }
    if let branch = operation.changes.first(where: { $0.kind == .branch }) {
      let last = operation.changes.last { $0.kind == .branch } ?? branch
      let names = (Self.short(branch.old), Self.short(last.new))
      if names.0 != names.1 { lines.append("HEAD \(names.0, .reference) → \(names.1, .reference)") }
    }
    for (subject, old, new) in operation.net(.head) {
      lines.append("\(Self.short(subject), .reference) \(ends(old, new))")
    }
    lines += others(operation, besides: pointed)
    return lines
  }

  /// The first line, and how many there are besides.
  func summary(of operation: LoggedOperation) -> StyledString {
    let lines = lines(of: operation)
    guard let first = lines.first else { return "" }
    return lines.count == 1 ? first : "\(first), \("and \(lines.count - 1) more", .faint)"
  }

  private func others(
    _ operation: LoggedOperation, besides pointed: Set<ByteString>
  ) -> [StyledString] {
    var lines: [StyledString] = []
    for (subject, old, new) in operation.net(.remote) {
      lines.append("remote \(subject, .remote): \(old ?? "none", .path) → \(new ?? "none", .path)")
    }
    let settings = operation.net(.setting)
    if let driver = settings.first(where: { $0.subject.isOfDriver }) {
      lines.append("git \(driver.new == nil ? "no longer " : "")asks Shale for pointers")
    }
    for (subject, old, new) in settings where !subject.isOfRemote && !subject.isOfDriver {
      lines.append("\(subject): \(old ?? "unset") → \(new ?? "unset")")
    }
    for change in operation.changes {
      switch change.kind {
      case .saved where change.new != nil: lines.append("kept what lay at \(change.subject, .path)")
      case .saved: lines.append("brought back \(change.subject, .path)")
      case .run where change.new == nil:
        lines.append("forgot run \(ByteString(change.subject.bytes.prefix(12)), .commit)")
      case .run:
        lines.append("remembered run \(ByteString(change.subject.bytes.prefix(12)), .commit)")
      case .pushed:
        let commit = ByteString(change.new?.bytes.prefix(10) ?? [])
        lines.append("sent the data of \(commit, .commit) to \(change.subject, .remote)")
      case .collected:
        lines.append("put \(change.new ?? "0") B of \(change.subject, .path) into its trash")
      case .fetched: lines.append("fetched \(change.subject, .path)")
      case .repaired where change.new != nil: lines.append("brought back \(change.subject, .path)")
      case .repaired: lines.append("put \(change.subject, .path) into its store's trash")
      case .forgotten:
        let oid = ByteString(change.subject.bytes.prefix(12))
        lines.append("\(change.new == nil ? "forgot" : "allowed again") content \(oid, .objectID)")
      default: break
      }
    }
    for (subject, old, new) in operation.net(.file) {
      let isShown =
        !PointerFile.isPointerName(subject)
        && (try? RepositoryPath(subject))?.name != ".gitignore"
        && !subject.bytes.starts(with: ".shale/runs/".utf8)
      if isShown {
        let verb = old == nil ? "wrote" : new == nil ? "removed" : "changed"
        lines.append("\(verb) \(subject, .path)")
      }
    }
    if lines.isEmpty, pointed.isEmpty {
      for (subject, old, new) in operation.net(.base) {
        lines.append("\(subject, .path): recorded \(ends(old, new))")
      }
    }
    return lines
  }

  // MARK: - Values

  private func pointer(_ text: ByteString?) -> PointerFile? {
    guard let version = text.flatMap({ GitFileVersion($0) }),
      let bytes = try? git.blob(version.id, limit: PointerFile.sizeLimit),
      case .success(let pointer) = PointerFile.reading(bytes)
    else { return nil }
    return pointer
  }

  private func pointer(
    _ subject: ByteString, _ ids: (ByteString?, ByteString?), _ old: PointerFile?,
    _ new: PointerFile?
  ) -> StyledString {
    func size(_ pointer: PointerFile?) -> String {
      guard let pointer else { return "" }
      return pointer.kind == .tree
        ? " (\(counted(pointer.files, "file")), \(pointer.size))" : " (\(pointer.size))"
    }
    if ids.0 == nil { return "\("added", .added) \(subject, .path)\(size(new))" }
    if ids.1 == nil { return "\("removed", .removed) \(subject, .path)\(size(old))" }
    if let old, let new, old.files != new.files {
      return "\(subject, .path): \(counted(old.files, "file")) → \(counted(new.files, "file"))"
    }
    if let old, let new, let change = sizeChange(from: old.size, to: new.size) {
      return "\(subject, .path): \(change)"
    }
    return "\(subject, .path): \(ends(ids.0, ids.1))"
  }

  private func ends(_ old: ByteString?, _ new: ByteString?) -> StyledString {
    func short(_ id: ByteString?) -> ByteString {
      id.map { ByteString($0.bytes.prefix(10)) } ?? "none"
    }
    return "\(short(old), .commit) → \(short(new), .commit)"
  }

  private static func short(_ name: ByteString?) -> ByteString {
    guard let name else { return "no branch" }
    let prefix = Array("refs/heads/".utf8)
    return name.bytes.starts(with: prefix) ? ByteString(name.bytes.dropFirst(prefix.count)) : name
  }
}

extension ByteString {
  /// Whether a setting is part of a remote, which is told as a whole.
  fileprivate var isOfRemote: Bool { "\(self)".contains(" shale-remote.") }

  /// Whether a setting says what git calls for pointers, which is told as a whole.
  fileprivate var isOfDriver: Bool {
    [" merge.shale.", " diff.shale."].contains { "\(self)".contains($0) }
  }
}
