#!/bin/bash
# Link modes on the real binary: two clones with one store, a checkout in each mode, a write through
# a link, a store on another file system, file systems with and without shared blocks.
#
# Usage: links.sh BINARY
#   REFLINK_DIR=DIR   a directory of a file system that shares blocks (Btrfs, XFS)
#   OTHER_DIR=DIR     a directory of another file system than that of TMPDIR; /dev/shm as a rule
#   KEEP_WORLD=1      leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: links.sh BINARY}"

places=()
leave_all() {
  rm -rf "${places[@]}"
  leave_world
}
trap leave_all EXIT
trap failed ERR

sum_of() { sha256sum <"$1" | cut -c 1-64; }
links_of() { stat -c %h "$1"; }

# Makes a repository with two versions, tagged v1 and v2, whose sums are in `one` and `two`.
make_project() {
  git init --quiet "$1"
  cd "$1"
  try shale init
  mkdir data
  head -c 3000000 /dev/urandom >data/large.bin
  head -c 1000 /dev/urandom >data/small.bin
  one=$(sum_of data/large.bin)
  try shale add data
  try shale commit -m one
  git tag v1
  head -c 3000000 /dev/urandom >data/large.bin
  two=$(sum_of data/large.bin)
  try shale commit -m two
  git tag v2
}

# Goes back and forth, and compares every byte that comes.
back_and_forth() {
  local round
  for round in v1:$one v2:$two v1:$one v2:$two; do
    try shale checkout "${round%%:*}"
    [ "$(sum_of data/large.bin)" = "${round#*:}" ]
    try shale status
    grep -q '^Clean' "$world/output.txt"
  done
}

step "copy"
make_project "$world/first"
back_and_forth
[ "$(links_of data/large.bin)" = 1 ]

step "hard links"
try shale config shale.link hardlink
back_and_forth
try shale checkout v1
try shale checkout v2
[ "$(links_of data/large.bin)" = 2 ]
[ "$(links_of data/small.bin)" = 1 ]
store=$world/first/.git/shale/store
whole=$store/files/${two:0:2}/$two
[ "$(stat -c %i data/large.bin)" = "$(stat -c %i "$whole")" ]

step "two clones with one store have one file"
git clone --quiet "$world/first" "$world/second"
cd "$world/second"
git config shale.store "$store"
git config shale.link hardlink
try shale checkout
[ "$(stat -c %i data/large.bin)" = "$(stat -c %i "$whole")" ]
cd "$world/first"
try shale status
grep -q '^Clean' "$world/output.txt"

step "a write through a link is noticed"
try shale remote add backup "$world/backup"
chmod u+w data/large.bin
printf 'changed' | dd of=data/large.bin bs=1 seek=1000 conv=notrunc status=none
chmod a-w data/large.bin
for clone in first second; do
  cd "$world/$clone"
  try shale status
  grep -q 'modified data/large.bin' "$world/output.txt"
done
cd "$world/first"
try -4 shale fsck
grep -q "$two" "$world/output.txt"
try shale fsck
try shale push backup
git clone --quiet "$world/first" "$world/third"
cd "$world/third"
try shale remote add backup "$world/backup"
try shale pull backup
[ "$(sum_of data/large.bin)" = "$two" ]
cd "$world/second"
try -1 shale checkout data
try shale checkout --force data
[ "$(sum_of data/large.bin)" = "$two" ]
[ "$(links_of data/large.bin)" = 2 ]
[ "$(sum_of "$whole")" = "$two" ]

step "a link is made private, edited, and recorded"
cd "$world/first"
try shale checkout --force data
try shale checkout --link copy data/large.bin
[ "$(links_of data/large.bin)" = 1 ]
printf 'edited' | dd of=data/large.bin bs=1 seek=5000 conv=notrunc status=none
[ "$(sum_of "$whole")" = "$two" ]
try shale add data
try shale checkout --link hardlink data
[ "$(links_of data/large.bin)" = 2 ]
try shale status
try -1 grep -q modified "$world/output.txt"

step "collecting takes whole files that nobody has as a link"
try shale gc
[ -e "$whole" ]
[ ! -e "$store/files/${one:0:2}/$one" ]
try shale fsck
try shale checkout --force v1 -- data
[ "$(sum_of data/large.bin)" = "$one" ]

step "an unknown mode is refused"
try -2 env SHALE_LINK=symlink shale status
grep -q 'copy, reflink or hardlink' "$world/errors.txt"
try -2 shale checkout --link symlink data

other=${OTHER_DIR:-/dev/shm}
if [ -d "$other" ] && [ "$(stat -c %d "$other")" != "$(stat -c %d "$world")" ]; then
  step "a store on another file system: said, and copied"
  away=$(mktemp -d "$other/shale-links.XXXXXX")
  places+=("$away")
  cp -r "$store" "$away/store"
  cd "$world/second"
  git config shale.store "$away/store"
  for mode in hardlink reflink; do
    try env SHALE_LINK=$mode shale checkout --force v1
    grep -q "Large files are copied, as .* = $mode is not possible" "$world/errors.txt"
    [ "$(sum_of data/large.bin)" = "$one" ]
    [ "$(links_of data/large.bin)" = 1 ]
    try shale checkout --force v2
  done
fi

if [ -n "${REFLINK_DIR:-}" ]; then
  step "reflinks"
  away=$(mktemp -d "$REFLINK_DIR/shale-links.XXXXXX")
  places+=("$away")
  make_project "$away/fourth"
  try shale config shale.link reflink
  back_and_forth
  try shale checkout v1
  [ ! -s "$world/errors.txt" ] || try -1 grep -q copied "$world/errors.txt"
  [ "$(links_of data/large.bin)" = 1 ]
  [ -w data/large.bin ]
  sync -f data/large.bin
  filefrag -v data/large.bin | grep -q shared
  printf 'mine' | dd of=data/large.bin bs=1 seek=1000 conv=notrunc status=none
  [ "$(sum_of ".git/shale/store/files/${one:0:2}/$one")" = "$one" ]
  try shale fsck
fi

echo "links: all as it should be"
