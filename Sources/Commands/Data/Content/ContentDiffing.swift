internal import ContentDiff
internal import Figures
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// Compares the contents of files of which both sides are known.
struct ContentDiffing {
  /// Where a side of a tracked path is.
  enum Side {
    /// In the store, below an entry.
    case stored(TreeEntry)
    /// In the worktree, or, for what was never brought here, below an entry.
    case worktree(orElse: TreeEntry)
  }

  let workspace: Workspace
  let context: CommandContext
  let options: ContentOptions

  /// What was found out, file by file.
  private(set) var changes: [ContentChange] = []

  /// Why a file could not be compared, of the first that could not.
  private(set) var failure: CommandFailure?

  private var pairs: [PicturePage.Pair] = []
  private var pageSize = 0
  private var isPageFull = false

  /// A larger picture is not shown on the page; nor are more than these together, in bytes.
  private static let pictureLimit = 4 << 20
  private static let pageLimit = 16 << 20

  init(_ options: ContentOptions, _ workspace: Workspace, _ context: CommandContext) {
    self.options = options
    self.workspace = workspace
    self.context = context
  }

  /// Compares the files of a tracked path that both sides have.
  mutating func compare(
    _ changed: [StatusCommandReport.Change], of path: RepositoryPath, from old: Side, to new: Side
  ) {
    let files = changed.filter { $0.kind == .modified }
    let size = files.reduce(0) { $0 + ($1.oldSize?.bytes ?? 0) + ($1.newSize?.bytes ?? 0) }
    context.progress.begin(.reading, bytes: size)
    for file in files {
      do throws(ContentProblem) {
        try compare(file.path, in: path, old, new)
      } catch {
        let explained = explanation(of: error)
        changes.append(ContentChange(path: file.path, problem: explained.message))
        if failure == nil { failure = explained }
      }
    }
    // Without them the next command proves again what this one has.
    _ = try? workspace.store.saveProofs()
    context.progress.end()
  }

  private mutating func compare(
    _ file: RepositoryPath, in path: RepositoryPath, _ old: Side, _ new: Side
  ) throws(ContentProblem) {
    let (left, right) = (try source(file, in: path, old), try source(file, in: path, new))
    var options = options.comparison
    options.progress = context.progress
    let comparison = try ContentComparison(file.name, from: left, to: right, options: options)
    let difference = try comparison.compare()
    changes.append(ContentChange(path: file, difference: difference))
    if let picture = difference.picture, self.options.page != nil {
      pairs.append(
        PicturePage.Pair(
          name: file.description,
          old: try side(left, picture.oldWords), new: try side(right, picture.newWords)))
    }
  }

  private func source(
    _ file: RepositoryPath, in path: RepositoryPath, _ side: Side
  ) throws(ContentProblem) -> any ByteSource {
    switch side {
    case .stored(let entry):
      do throws(StoreError) {
        guard let inner = file.relative(to: path),
          let found = try workspace.store.entry(at: inner, below: entry)
        else { throw .missing(entry.id) }
        return StoredSource(try workspace.store.reader(of: found.id))
      } catch {
        throw .store(error)
      }
    case .worktree(let entry):
      let place = workspace.root.appending(file)
      var status: FileStatus?
      var target: ByteString?
      do throws(FileError) {
        status = try place.statusIfPresent()
        if status?.kind == .symlink {
          target = try OpenDirectory(place.parent).symlinkTarget(file.name)
        }
      } catch {
        throw .file(error)
      }
      if let target { return MemorySource(target.bytes) }
      return try status == nil ? source(file, in: path, .stored(entry)) : FileSource(place)
    }
  }

  private func explanation(of problem: ContentProblem) -> CommandFailure {
    switch problem {
    case .file(let error): CommandFailure(error)
    case .store(.missing(let id)):
      workspace.store.tombstone(of: id).map { CommandFailure(absent: $0) }
        ?? CommandFailure(StoreError.missing(id))
    case .store(let error): CommandFailure(error)
    case .unreadable(let words):
      CommandFailure(.refused, id: "not-compared", "The contents cannot be compared: \(words)")
    }
  }

  // MARK: - The page

  private mutating func side(
    _ source: any ByteSource, _ words: String
  ) throws(ContentProblem) -> PicturePage.Side {
    let room = min(Self.pictureLimit, Self.pageLimit - pageSize)
    let caption = "\(words), \(ByteCount.bytes(source.size))"
    guard let picture = try EmbeddedPicture(source, limit: room) else {
      isPageFull = isPageFull || source.size > room
      return PicturePage.Side(caption: caption, picture: nil)
    }
    pageSize += picture.bytes.count
    return PicturePage.Side(caption: caption, picture: (picture.mediaType, picture.bytes))
  }

  /// The page of all pictures that differ.
  func page() -> String {
    let note =
      "Pictures beyond \(ByteCount.bytes(Self.pictureLimit)), or beyond "
      + "\(ByteCount.bytes(Self.pageLimit)) together, are not shown."
    return PicturePage(
      title: "Pictures that differ", pairs: pairs, notes: isPageFull ? [note] : []
    ).html()
  }
}

extension PictureDifference {
  fileprivate var oldWords: String { Self.words(oldKind, oldWidth, oldHeight) }
  fileprivate var newWords: String { Self.words(newKind, newWidth, newHeight) }

  /// `PNG, 640 × 480`.
  static func words(_ kind: String?, _ width: Int?, _ height: Int?) -> String {
    guard let kind else { return "no picture" }
    guard let width, let height else { return kind }
    return "\(kind), \(width) × \(height)"
  }
}
