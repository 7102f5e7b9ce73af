import Foundation
import Primitives
import TestSupport
import Testing

/// Real processes at once, and processes that are killed: nothing acknowledged is ever lost.
@Suite(.temporaryDirectory) struct ConcurrentProcessTests {
  /// Runs a script in which `shale` is the program, and a command that fails ends it.
  private func run(_ script: String) throws {
    let prelude = """
      set -eu
      shale() { "$PROGRAM" "$@"; }
      # A repository with the tracked directory data, and the remote directory ../remote.
      make() {
        git init -q "$1"; cd "$1"; shale -q init; mkdir data; echo start > data/start
        shale -q add data; git commit -qm start; shale -q remote add origin "../remote"
        git add -A; git commit -qm remote
      }
      # Content that is different for each word, and large enough to be cut.
      content() { seq "$1" "$(($1 + 40000))"; }

      """
    let program = try #require(try builtProgram().text)
    try Program.succeed(
      "bash", ["-c", ByteString(prelude + script)], environment: ["PROGRAM": program])
  }

  @Test func `two adds at once, and folding beside them, lose nothing`() throws {
    try run(
      """
      make work
      for name in one two; do mkdir $name; done
      for round in $(seq 10); do
        content ${round}1 > one/$round; content ${round}2 > two/$round
        shale -q add one & first=$!
        shale -q add two & second=$!
        wait $first; wait $second
      done
      shale -q fsck
      ls .git/shale/store/trash/packs/*.pack > /dev/null  # Something was folded.
      shale -q commit -m all
      shale -q push
      shale -q fsck --remote origin
      cd ..; shale -q clone work clone
      for name in data one two; do diff -r work/$name clone/$name; done
      """)
  }

  @Test func `two stores that push into one directory at once lose nothing`() throws {
    try run(
      """
      for name in one two; do (make $name); done
      for round in $(seq 5); do
        for name in one two; do
          content ${round}5 > $name/data/same-$round
          content ${round}${#round}$(printf %d "'${name:1}") > $name/data/own-$round
          (cd $name; shale -q commit -am $round)
        done
        (cd one; shale -q push) & first=$!
        (cd two; shale -q push) & second=$!
        wait $first; wait $second
      done
      for name in one two; do
        (cd $name; shale -q fsck --remote origin)
        shale -q clone $name clone-$name
        diff -r $name/data clone-$name/data
      done
      """)
  }

  @Test func `an add that is killed at any moment loses nothing that was recorded`() throws {
    try run(
      """
      make work
      for round in $(seq 16); do
        content $round > data/$round
        "$PROGRAM" -q add data & process=$!  # A function would be killed, and not the program.
        sleep 0.0$((round % 4 * 2 + 1))$round
        kill -9 $process 2> /dev/null || true
        status=0; wait $process 2> /dev/null || status=$?
        rm -f .git/index.lock  # Git leaves it when it is killed, and so does its library.
        shale -q fsck
        [ $status = 0 ] || [ $status = 137 ]
        # What was acknowledged before is what the pointer in the index says, and is all there.
        if [ $status = 0 ]; then git commit -qm $round; fi
        shale -q cat HEAD:data/start | grep -qx start
      done
      shale -q add data; shale -q commit -qm end || true
      cp -r data expected
      for commit in $(git rev-list HEAD -- data.shale); do shale -q checkout $commit; done
      shale -q checkout master 2> /dev/null || shale -q checkout main
      diff -r data expected
      for round in $(seq 16); do content $round | cmp - data/$round; done
      """)
  }

  @Test func `a push that is killed at any moment leaves a remote that promises nothing false`()
    throws
  {
    try run(
      """
      make work
      for round in $(seq 12); do
        content ${round}7 > data/$round
        shale -q commit -am $round
        "$PROGRAM" -q push & process=$!
        sleep 0.0$((round % 4 * 2 + 1))$round
        kill -9 $process 2> /dev/null || true
        wait $process 2> /dev/null || [ $? = 137 ]
        shale -q fsck --remote origin
      done
      shale -q push
      cd ..; shale -q clone work clone
      diff -r work/data clone/data
      """)
  }
}
