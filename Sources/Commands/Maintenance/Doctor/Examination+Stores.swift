internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Terminal

// MARK: - The store

extension Examination {
  /// Looks at the local store; `nil` where there is none that could be used.
  mutating func lookAtStore(of project: Project) -> ObjectStore? {
    let layout = project.layout
    do throws(CommandFailure) {
      let format = layout.store.appending("format")
      let isThere = try explaining { () throws(FileError) in
        try format.statusIfPresent(followingSymlink: true) != nil
      }
      if !isThere, !layout.isStoreShared {
        add("Store", [Check("store", "There is no store yet: the first `shale add` makes it")])
        return nil
      }
      let store = try explaining { () throws(ProjectError) in try project.store() }
      let (sizes, smallPacks) = try explaining { () throws(StoreError) in
        (try store.sizes(), try store.smallPackCount())
      }
      add("Store", Self.checks(of: store, sizes, isShared: layout.isStoreShared))
      if smallPacks > Self.manyPacks {
        costs.append(
          Check(
            "small-packs", .note,
            "\(grouped(smallPacks)) packs of the store are small: a look-up that fails "
              + "lists them all. What adds data folds them, 64 MiB at a time"))
      }
      return store
    } catch {
      add("Store", [Check("store", error)])
      return nil
    }
  }

  /// More small packs than folding leaves alone of all kinds together.
  private static let manyPacks = 100

  private static func checks(
    of store: ObjectStore, _ sizes: StoreSizes, isShared: Bool
  ) -> [Check] {
    let owner = isShared ? "shared (`shale.store`)" : "of this clone alone"
    var checks = [
      Check("store", "\(store.root), \(owner)"),
      Check(
        "store-packs",
        "\(counted(sizes.packs.files, "pack")) with \(sizes.packs.bytes)"
          + (sizes.trash.files > 0 ? ", and \(sizes.trash.bytes) in trash" : "")),
    ]
    if let place = readOnlyPlace(in: store.root) {
      checks.append(
        Check(
          "store-writable", .problem, "The store cannot be written to: \(place)",
          hints: ["Ask its owner for the right to write there, or set another `shale.store`"]))
    }
    return checks
  }

  /// A directory of a store in which this user may make no files.
  private static func readOnlyPlace(in store: FilePath) -> FilePath? {
    [store, store.appending("packs"), store.appending("index"), store.appending("roots")].first {
      (try? $0.status(followingSymlink: true)) != nil && !$0.isWritable
    }
  }
}

// MARK: - Links

extension Examination {
  /// Tries how large files can hang together with the store.
  mutating func lookAtLinks(between project: Project, _ store: ObjectStore) {
    let setting = project.configuration[Settings.link]
    var reasons: [LinkSetting: String] = [:]
    for mode in [LinkSetting.reflink, .hardlink] {
      do throws(CommandFailure) {
        let worktree = try explaining { () throws(FileError) in
          try OpenDirectory(project.layout.worktree)
        }
        try explaining { () throws(StoreError) in try store.probe(mode, in: worktree) }
      } catch {
        reasons[mode] = error.message
      }
    }
    var checks: [Check] = []
    if let reason = reasons[setting] {
      checks.append(
        Check(
          "link", .note,
          "`shale.link` is \(setting.rawValue), which is not possible here, so that large files "
            + "are copied: \(reason)",
          hints: ["Keep store and worktree on one file system that can", Self.copying]))
    } else {
      checks.append(Check("link", "`shale.link` is \(setting.rawValue)"))
    }
    checks += [LinkSetting.reflink, .hardlink].map { mode in
      let reason = reasons[mode].map { "not possible. \($0)" }
      return Check(mode.rawValue, "\(mode.rawValue): \(reason ?? "possible")")
    }
    add("Links between worktree and store", checks)
    guard setting == .copy else { return }
    if reasons[.reflink] == nil {
      costs.append(
        Check(
          "copies", .note,
          "Large files are copied, and this file system could share their blocks with the store: "
            + "they would take no room, and a version that was here before comes back at once",
          hints: ["Run `shale config shale.link reflink`"]))
    } else if reasons[.hardlink] == nil {
      costs.append(
        Check(
          "copies", .note,
          "Large files are copied; as hard links of the store they would take no room, at the "
            + "price that they are read-only",
          hints: ["Read `shale help checkout`, then run `shale config shale.link hardlink`"]))
    }
  }

  private static let copying = "Run `shale config shale.link copy` where that is to be so"
}

// MARK: - Remotes

extension Examination {
  mutating func lookAtRemotes(of project: Project) {
    do throws(CommandFailure) {
      let list = try explaining { () throws(ProjectError) in try project.remotes() }
      var checks = list.remotes.map { Self.check($0, of: project) }
      if checks.isEmpty {
        checks.append(
          Check(
            "no-remote", .note, "There is no remote: what the local store has may be nowhere else",
            hints: ["Run `shale remote add NAME DIRECTORY`"]))
      } else if let fallback = try? list.standard() {
        checks.append(Check("default-remote", "Where none is named, '\(fallback.name)' is meant"))
      } else {
        checks.append(
          Check(
            "default-remote", .note,
            "None of the remotes is the default: `push`, `fetch` and `pull` have to be told",
            hints: ["Run `shale remote default NAME`"]))
      }
      add("Remotes", checks)
    } catch {
      add("Remotes", [Check("remotes", error)])
    }
  }

  private static func check(_ remote: Remote, of project: Project) -> Check {
    let id = "remote-\(remote.name)"
    let opened: RemoteStore
    do throws(CommandFailure) {
      opened = try explaining { () throws(ProjectError) in try project.open(remote) }
    } catch {
      return Check(id, error)
    }
    let root = opened.store.root
    let place = try? FileSystem(of: root)
    let room = place.map { ", \($0.free) free on \($0.name)" } ?? ""
    let which = opened.id.map { ", store \($0.abbreviated)" } ?? ""
    let finding = "\(remote.name): \(remote.url)\(which)\(room)"
    if let place = readOnlyPlace(in: root) {
      return Check(
        id, .note, "\(finding); it can be read, and not written to: \(place)",
        hints: ["Ask its owner for the right to write there, if you want to push"])
    }
    if remote.origin == .personal {
      return Check(
        id, .note, "\(finding); only this clone knows it",
        hints: ["For others, add it without `--local`, and commit '.shale/config'"])
    }
    let ours = try? project.layout.store.status(followingSymlink: true).device
    if ours != nil, ours == (try? root.status(followingSymlink: true).device) {
      return Check(
        id, .note, "\(finding); it lies on one file system with the local store",
        hints: ["Add a remote on another disk, if this one is to survive the loss of a disk"])
    }
    return Check(id, finding)
  }
}
