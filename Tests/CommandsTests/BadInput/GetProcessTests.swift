import Foundation
import Primitives
import TestSupport
import Testing

/// Real processes that get data: from a store that is being written to, killed, and many at once.
@Suite(.temporaryDirectory) struct GetProcessTests {
  /// Runs a script in which `shale` is the program, and a command that fails ends it.
  private func run(_ script: String) throws -> ProgramResult {
    let prelude = """
      set -euo pipefail
      shale() { "$PROGRAM" "$@"; }
      export SHALE_CACHE=$PWD/cache
      # A repository whose data is pushed to the directory remote.
      make() {
        git init -q work; cd work; shale -q init; shale -q remote add origin ../remote
        mkdir data; seq 1 20000 > data/start; shale -q add data
        git add -A; shale -q commit -m start; shale -q push; cd ..
      }
      # So many MiB that do not compress, different for each number.
      content() {
        head -c "$2"M /dev/zero | openssl enc -aes-256-ctr -nosalt -K "0$1" -iv 00 2> /dev/null
      }
      number() { grep -o "\\"$1\\":[0-9]*" | head -n 1 | cut -d : -f 2; }

      """
    let program = try #require(try builtProgram().text)
    return try Program.succeed(
      "bash", ["-c", ByteString(prelude + script)], environment: ["PROGRAM": program])
  }

  @Test func `what comes from a store that is being written to is whole`() throws {
    let result = try run(
      """
      make
      (
        cd work
        for round in $(seq 12); do
          seq "$round" $((round + 30000)) > data/file-$round
          shale -q commit -m $round; shale -q push
          # Removers are at work there, too.
          [ $((round % 3)) != 0 ] || shale -q gc --remote origin --grace 0 --force 2> /dev/null
        done
      ) & writer=$!
      gets=0
      while kill -0 $writer 2> /dev/null; do
        rm -rf out
        flag=; [ $((gets % 2)) = 0 ] || flag=--no-cache
        status=0
        shale get -q $flag remote data -o out 2> errors.txt || status=$?
        if [ $status = 0 ]; then
          # It is all of what was pushed with some commit.
          count=$(ls out/data | wc -l)
          for number in $(seq $((count - 1))); do
            cmp <(seq "$number" $((number + 30000))) out/data/file-$number
          done
          gets=$((gets + 1))
        else
          # A remover was quicker; nothing is there then.
          [ $status = 75 ]
          [ ! -e out/data ]
        fi
      done
      wait $writer
      echo $gets
      rm -rf out; shale get -q remote data -o out; diff -r work/data out/data
      """)
    #expect(try #require(Int(result.line)) > 1, "\(result.errorText)")
  }

  @Test func `a get that was killed goes on where it stopped`() throws {
    let result = try run(
      """
      make
      cd work; content 1 160 > large.bin; shale -q add large.bin; shale -q commit -m large
      shale -q push; cd ..
      mkdir out
      "$PROGRAM" get remote large.bin -o out > get.txt 2>&1 & get=$!
      until compgen -G 'cache/store/packs/*/*.pack' > /dev/null; do
        kill -0 $get || break; sleep 0.005
      done
      kill -9 $get; wait $get 2> /dev/null || true
      [ ! -e out/large.bin ]
      shale get --json remote large.bin -o out | number bytesFetched
      cmp out/large.bin work/large.bin
      [ "$(ls -A out)" = large.bin ]
      """)
    let fetched = try #require(Int(result.line))
    #expect(fetched < 130 << 20)
  }

  @Test func `many jobs share a cache that is too small for all, and each gets its data`() throws {
    let result = try run(
      """
      make
      cd work
      for number in 1 2 3 4 5 6; do content $number 3 > model-$number; done
      shale -q add model-*; shale -q commit -m models; shale -q push; cd ..
      export SHALE_CACHE_SIZE='8 MiB'
      job() {
        local number round
        for round in 1 2 3; do
          for number in 1 2 3 4 5 6; do
            number=$(((number + $1) % 6 + 1))
            shale get -q remote model-$number -o job-$1 2> job-$1.txt
            cmp job-$1/model-$number work/model-$number
            rm job-$1/model-$number
          done
        done
      }
      jobs=()
      for job in 1 2 3 4; do job $job & jobs+=($!); done
      for job in "${jobs[@]}"; do wait "$job"; done
      ! grep -h '^error' job-*.txt
      shale cache prune -q
      shale cache --json | number size
      """)
    #expect(try #require(Int(result.line)) <= 8 << 20, "\(result.errorText)")
  }

  @Test func `nothing is asked and nothing is drawn without a terminal`() throws {
    let result = try run(
      """
      make
      HOME=/nonexistent setsid --wait "$PROGRAM" get work data -o out < /dev/null 2>&1
      diff -r work/data out/data
      """)
    #expect(result.line.hasPrefix("got "), "\(result.text)")
    #expect(result.text.split(separator: "\n").count == 1, "\(result.text)")
  }
}
