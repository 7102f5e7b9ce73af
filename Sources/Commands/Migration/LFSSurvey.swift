internal import Documents
internal import Git
internal import Primitives
internal import Workspace

/// Finds the pointers of Git LFS in one version.
struct LFSSurvey {
  /// What is known of small files already, so that a history reads each of them once.
  final class Memory {
    fileprivate var pointers: [GitID: LFSPointer?] = [:]

    init() {}
  }

  /// - Parameters:
  ///   - version: The files.
  ///   - memory: What other versions had.
  static func survey(
    of version: GitVersion, _ memory: Memory
  ) throws(CommandFailure) -> ForeignSurvey {
    var survey = ForeignSurvey()
    for (path, entry) in version.entries.sorted(by: { $0.key < $1.key }) {
      guard entry.mode == .file || entry.mode == .executable,
        let pointer = try pointer(entry, of: version.git, memory)
      else { continue }
      if pointer.isTransformed {
        survey.refusals.append(
          ForeignRefusal(
            path: path, carrier: path, reason: "a program changed it before Git LFS stored it"))
        continue
      }
      survey.add(
        ForeignItem(
          path: path, carrier: path, name: .sha256(pointer.id), source: nil, size: pointer.size,
          files: nil), in: version)
    }
    return survey
  }

  private static func pointer(
    _ entry: GitTreeEntry, of git: GitRepository, _ memory: Memory
  ) throws(CommandFailure) -> LFSPointer? {
    if let known = memory.pointers[entry.id] { return known }
    var pointer: LFSPointer?
    do throws(GitError) {
      pointer = LFSPointer(try git.blob(entry.id, limit: LFSPointer.sizeLimit))
    } catch {
      guard case .tooLarge = error else { throw CommandFailure(error) }
    }
    memory.pointers[entry.id] = .some(pointer)
    return pointer
  }

  /// What becomes of `.gitattributes` where files are given to Git LFS no more.
  ///
  /// A rule goes when it is for no other file. One that stays and would be for a pointer of Shale's is
  /// followed by a line that takes that back.
  ///
  /// - Parameters:
  ///   - version: The files before.
  ///   - migrated: The paths that Git LFS had, and has no more.
  ///   - content: What a `.gitattributes` holds, by its path.
  static func attributes(
    of version: GitVersion, without migrated: Set<RepositoryPath>,
    _ content: (RepositoryPath) throws(CommandFailure) -> [UInt8]?
  ) throws(CommandFailure) -> [RepositoryPath: [UInt8]?] {
    var edits: [RepositoryPath: [UInt8]?] = [:]
    for file in version.paths(where: { $0 == GitAttributesFile.name }) {
      let directory = file.parent ?? .root
      func without(_ bytes: [UInt8]) -> [UInt8] {
        attributes(bytes, in: directory, of: version, without: migrated)
      }
      let (now, committed) = (try content(file), try version.bytes(of: file))
      if let now, case let new = without(now), new != now {
        edits[file] = .some(new.isEmpty ? nil : new)
      } else if let committed, committed != now, without(committed) == now ?? [] {
        // Written before something failed, and not staged yet.
        edits[file] = .some(now)
      }
    }
    return edits
  }

  /// What becomes of the bytes of one file of attributes.
  private static func attributes(
    _ old: [UInt8], in directory: RepositoryPath, of version: GitVersion,
    without migrated: Set<RepositoryPath>
  ) -> [UInt8] {
    let attributes = LFSAttributes(old)
    var spent: [LFSAttributes.Rule] = []
    var isInTheWay = false
    for rule in attributes.rules {
      guard let pattern = rule.pattern else { continue }
      let rules = IgnoreRules.none.adding(pattern.bytes, in: directory)
      func isMeant(_ path: RepositoryPath) -> Bool {
        path.isWithin(directory) && rules.ignores(path, isDirectory: false)
      }
      let isForOthers = version.entries.values.contains { entry in
        !migrated.contains(entry.path) && !isOurs(entry.path) && entry.id != Self.emptyBlob
          && isMeant(entry.path)
      }
      if isForOthers {
        isInTheWay = isInTheWay || migrated.contains { isMeant(PointerFile.path(of: $0)) }
      } else if migrated.contains(where: isMeant) {
        spent.append(rule)
      }
    }
    var new = attributes.removing(spent)
    if isInTheWay {
      if let last = new.last, last != UInt8(ascii: "\n") { new.append(UInt8(ascii: "\n")) }
      new += Array("*.shale -filter\n.gitignore -filter\n".utf8)
    }
    return new
  }

  /// Files that are written as text wherever they lie.
  private static func isOurs(_ path: RepositoryPath) -> Bool {
    path.name == GitAttributesFile.name || path.name == GitIgnoreFile.name
      || PointerFile.isPointerName(path.name)
  }

  /// Git LFS leaves an empty file as it is.
  private static let emptyBlob = GitID(
    hex: Array("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".utf8))
}
