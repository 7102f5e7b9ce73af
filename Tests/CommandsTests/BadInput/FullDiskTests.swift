import Foundation
import Primitives
import TestSupport
import Testing

/// A disk that fills up in the middle of the work, made of a small file system in memory.
@Suite(.temporaryDirectory, .mounting) struct FullDiskTests {
  /// Runs a script in a repository on a file system of 24 MB, with 6 MB of untracked data.
  ///
  /// `fill N` leaves N KiB of room, and `empty` makes room again.
  private func run(_ script: String) throws -> [String: ProgramResult] {
    let data = try TemporaryDirectory.required().appending(path: "b.bin")
    try Data(sampleBytes(count: 6_000_000, seed: 3)).write(to: data)
    let start = """
      disk=$PWD/disk
      mkdir "$disk"
      mount -t tmpfs -o size=24m none "$disk"
      fill() {
        local room
        room=$(df --output=avail -k "$disk" | tail -n 1)
        head -c $(((room - $1) * 1024)) /dev/zero > "$disk/filler" || true
      }
      empty() { rm -f "$disk/filler"; }
      git init -q -b main "$disk/repository"
      mkdir "$disk/repository/data"
      cp b.bin "$disk/repository/data/b.bin"
      cd "$disk/repository"
      echo one > data/a.txt
      sha256sum data/* > "$OLDPWD/sums"
      sums=$OLDPWD/sums
      shale init -q
      leftovers() { find "$disk" -name '.shale-tmp-*'; }

      """
    return try Script.withMounts.withShale(start + script)
  }

  @Test func `a disk that is full in add stores nothing, and nothing is lost`() throws {
    let steps = try run(
      """
      fill 3000
      step add shale add data
      step sums sha256sum -c --quiet "$sums"
      step git git status --short
      step leftovers leftovers
      step fsck shale fsck
      empty
      step again shale add data
      step after shale fsck
      """)
    steps["add"]?.expectFailure(1, mentions: ["No space left on device", "Make room"])
    #expect(steps["sums"]?.status == 0)
    #expect(steps["git"]?.text.contains("data.shale") == false)
    #expect(steps["leftovers"]?.text == "")
    #expect(steps["fsck"]?.status == 0)
    #expect(steps["again"]?.status == 0)
    #expect(steps["after"]?.status == 0)
  }

  @Test func `a disk that is full in push leaves a remote that the next push completes`() throws {
    let steps = try run(
      """
      shale add -q data
      shale commit -q -m first
      shale remote add origin "$disk/remote"
      fill 1500
      step push shale push
      step leftovers leftovers
      step fsck shale fsck
      step sums sha256sum -c --quiet "$sums"
      empty
      step again shale push
      step remote shale fsck --remote origin
      """)
    steps["push"]?.expectFailure(1, mentions: ["No space left on device", "remote"])
    #expect(steps["leftovers"]?.text == "")
    for name in ["fsck", "sums", "again", "remote"] { #expect(steps[name]?.status == 0) }
  }

  @Test func `a disk that is full in checkout leaves every file whole or away`() throws {
    let steps = try run(
      """
      shale add -q data
      shale commit -q -m first
      rm data/b.bin
      fill 3000
      step checkout shale checkout
      step names ls -A data
      step fsck shale fsck
      step status shale status
      empty
      step again shale checkout
      step sums sha256sum -c --quiet "$sums"
      step clean shale status --exit-code
      """)
    steps["checkout"]?.expectFailure(1, mentions: ["No space left on device", "Make room"])
    #expect(steps["names"]?.text == "a.txt\n")
    #expect(steps["fsck"]?.status == 0)
    #expect(steps["status"]?.text.contains("deleted data/b.bin") == true)
    for name in ["again", "sums", "clean"] {
      #expect(steps[name]?.status == 0, "\(name): \(steps[name]?.errorText ?? "")")
    }
  }

  @Test func `a disk that is full keeps a change that restore was to replace`() throws {
    let steps = try run(
      """
      shale add -q data
      shale commit -q -m first
      printf changed 1<> data/b.bin
      sha256sum data/b.bin > changed
      fill 0
      step none shale restore -f data
      step kept1 sha256sum -c --quiet changed
      empty
      fill 3000
      step some shale restore -f data
      step kept2 sha256sum -c --quiet changed
      step status shale status
      empty
      step again shale restore -f data
      step sums sha256sum -c --quiet "$sums"
      """)
    for name in ["none", "some"] {
      steps[name]?.expectFailure(1, mentions: ["No space left on device", "Make room"])
    }
    for name in ["kept1", "kept2", "again", "sums"] {
      #expect(steps[name]?.status == 0, "\(name): \(steps[name]?.errorText ?? "")")
    }
    #expect(steps["status"]?.text.contains("modified data/b.bin") == true)
  }

  @Test func `on a full disk one can still look`() throws {
    let steps = try run(
      """
      shale add -q data
      shale commit -q -m first
      echo two > data/a.txt
      fill 0
      step status shale status
      step log shale log
      step ls shale ls
      step diff shale diff
      step cat shale cat HEAD:data/a.txt
      step fsck shale fsck
      """)
    #expect(steps["status"]?.text.contains("modified data/a.txt") == true)
    #expect(steps["cat"]?.text == "one\n")
    for name in ["status", "log", "ls", "diff", "cat", "fsck"] {
      #expect(steps[name]?.status == 0, "\(name): \(steps[name]?.errorText ?? "")")
    }
  }
}
