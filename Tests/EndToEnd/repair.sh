#!/bin/bash
# A disk that lies: 200 commits, and then a flipped bit, a truncated pack, a deleted pack and a
# deleted index. `fsck` names paths and commits, `repair` brings all of it back from the remote, and
# where the remote is damaged too it says exactly what it could not bring back.
#
# Usage: repair.sh BINARY
#   KEEP_WORLD=1   leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: repair.sh BINARY}"

trap failed ERR

# The packs of a store, the largest first.
packs() { find "$1/packs" -name '*.pack' -printf '%s %p\n' | sort -rn | cut -d' ' -f2-; }

# Changes a bit in the middle of a file.
flip() {
  local size byte
  chmod u+w "$1"
  size=$(($(stat -c %s "$1") / 3))
  byte=$(od -An -tu1 -j "$size" -N 1 "$1")
  # shellcheck disable=SC2059  # The format is the byte.
  printf "\\x$(printf %x $((byte ^ 4)))" |
    dd of="$1" bs=1 seek="$size" conv=notrunc status=none
}

# Every version of every file that any commit has, as `COMMIT PATH SHA-256`, by what was written.
remember() {
  local commit
  commit=$(git rev-parse HEAD)
  sha256sum data/a/?.txt data/b/?.txt data/*.bin |
    while read -r sum path; do echo "$commit $path $sum"; done >>"$world/versions.txt"
}

# Writes down which of those versions the store cannot give back, as `COMMIT PATH`.
unreadable() {
  local commit path sum found
  while read -r commit path sum; do
    found=$({ shale cat "$commit:$path" 2>/dev/null || true; } | sha256sum | cut -c 1-64)
    [ "$found" = "$sum" ] || echo "$commit $path"
  done <"$world/sample.txt"
}

step "200 commits"
git init --quiet project
cd project
try shale init
mkdir -p data/a data/b
python3 - <<'END'
import random
random.seed(7)
open('data/large.bin', 'wb').write(random.randbytes(3_000_000))
for number in range(40):
    open(f'data/{"ab"[number % 2]}/{number}.txt', 'wb').write(random.randbytes(2_000))
END
try shale remote add origin "$world/remote"
try shale add data
git add --all
try shale commit --all -m "commit 1"
remember
for ((number = 2; number <= 200; number++)); do
  head -c 3000 /dev/urandom >"data/a/$((number % 40 / 2 * 2)).txt"
  if ((number % 40 == 0)); then
    head -c 30000 /dev/urandom | dd of=data/large.bin bs=1 seek=$((number * 10000)) conv=notrunc \
      status=none
  fi
  try shale commit -q -m "commit $number"
  if ((number % 40 == 7)); then remember; fi
done
[ "$(git rev-list --count HEAD)" = 200 ]
try shale push
try shale fsck
try shale fsck --remote origin
store=.git/shale/store
cp -a "$store" "$world/store"
cp -a "$world/remote" "$world/remote.good"
sort -u "$world/versions.txt" >"$world/sample.txt"

# Damages the store in four ways.
damage() {
  local pack all
  mapfile -t all < <(packs "$store")
  [ "${#all[@]}" -ge 4 ]
  flip "${all[0]}"
  chmod u+w "${all[1]}"
  truncate -s "$(($(stat -c %s "${all[1]}") * 2 / 3))" "${all[1]}"
  rm -f "${all[2]}"
  pack=$(find "$store/index" -name '*.idx' -printf '%s %p\n' | sort -n | head -n 1 | cut -d' ' -f2-)
  rm -f "$pack"
  # The grace of what was folded is over.
  rm -rf "$store/trash"
}

step "damage is told by path and commit"
damage
try -4 shale fsck
grep -q 'damaged' "$world/output.txt"
grep -Eq '^  lost data[^ ]* [0-9a-f]{10}' "$world/output.txt"
commit=$(grep -E '^  lost data' "$world/output.txt" | grep -oE ' [0-9a-f]{10}' | head -n 1)
git cat-file -e "${commit# }^{commit}"

step "the plan changes nothing"
before=$(listing "$store/packs")
try shale repair --dry-run
grep -Eq '^  bring data[^ ]* .* from remote origin$' "$world/output.txt"
[ "$(listing "$store/packs")" = "$before" ]

step "everything comes back from the remote"
try shale repair
grep -Eq '^  restored data' "$world/output.txt"
grep -q '^Everything is sound.$' "$world/output.txt"
try shale fsck
packs_are_named_by_content "$store"
mv "$world/remote" "$world/away"
[ -z "$(unreadable)" ]
mv "$world/away" "$world/remote"
try shale repair
git status --porcelain | diff /dev/null -

step "the remote is damaged, too"
chmod -R u+w "$store" && rm -rf "$store" && cp -a "$world/store" "$store"
damage
packs "$world/remote" | while read -r pack; do
  chmod u+w "$pack"
  truncate -s 100 "$pack"
done
try -4,5 shale repair
cp "$world/output.txt" "$world/report.txt"
grep -Eq '^  lost data[^ ]* [0-9a-f]{10}.* [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9a-f]{8,}( and .*)?$' \
  "$world/report.txt"

step "what could not be had is exactly what was listed"
unreadable >"$world/unreadable.txt"
[ -s "$world/unreadable.txt" ]
try -4,5 shale repair --json
python3 - "$world" <<'END'
import json, subprocess, sys
world = sys.argv[1]
items = json.load(open(f'{world}/output.txt'))['result']['items']
lost = {(commit, item['path']) for item in items if item['isLost'] for commit in item['commits']}
assert lost, 'nothing is listed'
order = subprocess.check_output(['git', 'rev-list', '--reverse', 'HEAD'], text=True).split()

def listed(commit, path):
    """Whether the loss of a version is listed, at the commit that made it or an earlier one."""
    while True:
        if any((older, path) in lost for older in order[:order.index(commit) + 1]): return True
        if '/' not in path: return False
        path = path.rsplit('/', 1)[0]

for line in open(f'{world}/unreadable.txt'):
    commit, path = line.split()
    assert listed(commit, path), f'{path} of {commit} cannot be read, and is not listed'
for commit, path in lost:
    assert commit in order, commit
END

step "a sibling has it"
cp -a "$world/store" "$world/sibling"
try shale repair --from "$world/sibling"
try shale fsck
[ -z "$(unreadable)" ]

step "the remote is repaired from here"
try -4,5 shale fsck --remote origin
try shale repair --remote origin
try shale fsck --remote origin

echo "repair: passed"
