internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Terminal

// MARK: - File systems

extension Examination {
  /// With less room than this something is about to fail.
  private static let noRoom = ByteCount.mebibytes(64)

  /// With less room than this somebody should be told.
  private static let littleRoom = ByteCount.gibibytes(1)

  /// From this time on who waits for the disk notices it: nanoseconds.
  private static let slowSync = 50_000_000

  /// Tries what can be done where data and store lie; in the working directory without those.
  mutating func lookAtFileSystems(of project: Project?) {
    guard let layout = project?.layout else {
      let found = checks(of: context.workingDirectory, as: "directory", hasStore: false)
      return add("File system", found)
    }
    let store = layout.isStoreShared ? layout.store : layout.directory
    let device = try? layout.worktree.status(followingSymlink: true).device
    let other = try? store.status(followingSymlink: true).device
    if other == nil || device == other {
      let found = checks(of: layout.worktree, as: "worktree", hasStore: true)
      add("File system of worktree and store", found)
    } else {
      let found = checks(of: layout.worktree, as: "worktree", hasStore: false)
      add("File system of the worktree", found)
      let others = checks(of: store, as: "store", hasStore: true)
      add("File system of the store", others)
    }
  }

  private mutating func checks(
    of directory: FilePath, as name: String, hasStore: Bool
  ) -> [Check] {
    do throws(FileError) {
      let system = try FileSystem(of: directory)
      let space = space(on: system, at: directory, as: name)
      if system.isNetwork, hasStore {
        costs.append(
          Check(
            "network-store", .note,
            "The store lies on a network mount (\(system.name)), and each look-up goes there",
            hints: ["Let the clone and its store lie on a disk of this machine, and push there"]))
      }
      do throws(FileError) {
        let found = try DirectoryAbilities.probe(directory)
        return [space] + abilities(found, as: name)
      } catch {
        let failure = CommandFailure(error)
        let isOurs = name != "directory"
        return [
          space,
          Check(
            "\(name)-writable", isOurs ? .problem : .note, failure.message, hints: failure.hints),
        ]
      }
    } catch {
      return [Check("\(name)-space", CommandFailure(error))]
    }
  }

  private func space(on system: FileSystem, at directory: FilePath, as name: String) -> Check {
    let kind = system.isNetwork ? "\(system.name), a network mount" : system.name
    let finding = "\(directory): \(kind), \(system.free) of \(system.size) free"
    guard system.free < Self.littleRoom else { return Check("\(name)-space", finding) }
    return Check(
      "\(name)-space", system.free < Self.noRoom ? .problem : .note, finding,
      hints: ["Make room: `shale gc --dry-run` says what of the store nobody can come back for"])
  }

  private mutating func abilities(
    _ abilities: DirectoryAbilities, as name: String
  ) -> [Check] {
    let sync = Double(abilities.syncTime) / 1e6
    let syncText = "\(sync.text(significantDigits: 2)) ms"
    if abilities.syncTime > Self.slowSync {
      costs.append(
        Check(
          "slow-sync", .note,
          "A small file is on disk after \(syncText) only: `commit` and `push` wait for several"))
    }
    return [
      abilities.canLock
        ? Check("\(name)-locks", "Files can be locked")
        : Check(
          "\(name)-locks", .problem, "Files cannot be locked: what changes the worktree refuses",
          hints: [
            "Mount that file system with locks: Lustre with `-o flock`, NFS without `nolock`"
          ]),
      Check("\(name)-sync", "A small file is on disk after \(syncText) (median of 3)"),
      Self.tick(abilities.tick, as: name),
      abilities.foldsCase
        ? Check(
          "\(name)-case", .note,
          "Names that differ in case only are one name: of two such files one can be checked out")
        : Check("\(name)-case", "Names that differ in case are different names"),
      Check(
        "\(name)-lease",
        abilities.canLease
          ? "Writers can be kept away from a file (leases): large files are patched in place"
          : "Writers cannot be kept away from a file (leases): large files are not patched in place"
      ),
    ]
  }

  private static func tick(_ tick: Int?, as name: String) -> Check {
    guard let tick, tick < 500_000_000 else {
      return Check(
        "\(name)-times", .note,
        "Times of files move slowly: what changed just before it was recorded is read again")
    }
    let milliseconds = (Double(tick) / 1e6).text(significantDigits: 2)
    return Check("\(name)-times", "Times of files move every \(milliseconds) ms")
  }
}

// MARK: - What costs time

extension Examination {
  mutating func lookAtCosts(in project: Project?) {
    if let project {
      costs += Self.costlySettings(of: project) + Self.commits(in: project)
    }
    if costs.isEmpty { costs = [Check("nothing", "Nothing was found")] }
    add("What would be faster", costs)
  }

  private static func commits(in project: Project) -> [Check] {
    do throws(GitError) {
      guard let reason = try project.git.reasonToCommitByGit(.staged) else { return [] }
      return [
        Check(
          "commits-by-git", .note, "`shale commit` starts git for each commit, because \(reason)")
      ]
    } catch {
      return [Check("commits-by-git", CommandFailure(error))]
    }
  }

  private static func costlySettings(of project: Project) -> [Check] {
    var checks: [Check] = []
    if project.configuration[Settings.verifyOnPush] {
      checks.append(
        Check(
          "verify-on-push-costs", .note,
          "`shale.verifyOnPush` reads back and hashes all that a push relies on"))
    }
    if project.configuration[Settings.compression] == .zlib {
      checks.append(
        Check(
          "zlib", .note,
          "`shale.compression` is zlib, which compresses at a twentieth of the speed of zstd",
          hints: ["Run `shale config shale.compression auto`"]))
    }
    return checks
  }
}
