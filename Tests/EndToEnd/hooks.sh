#!/bin/bash
# Plain git carries the data: after `shale init --hooks` branches, merges, rebases, stashes,
# bisections, pushes and clones are made by `git` alone, and every byte of data is compared. Shale
# itself only records new data, and says once in a clone that there are to be hooks and data.
#
# Usage: hooks.sh BINARY
#   KEEP_WORLD=1   leave the temporary directory in place
#   TIMES=1        also measure what the hooks cost where no pointer moved (on a quiet machine)
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: hooks.sh BINARY}"
trap failed ERR
mkdir "$world/expected"

# Remembers the data of now by a name.
remember() {
  rm -rf "${world:?}/expected/$1"
  mkdir "$world/expected/$1"
  local path
  for path in data models; do [ ! -e "$path" ] || cp -a "$path" "$world/expected/$1/"; done
}

# Fails if the data is not what was remembered by a name.
right() {
  rm -rf "$world/found"
  mkdir "$world/found"
  local path
  for path in data models; do [ ! -e "$path" ] || cp -a "$path" "$world/found/"; done
  same "$world/expected/$1" "$world/found"
}

# Fails if Shale finds anything that is not as it should be; it brings nothing itself.
clean() {
  try env SHALE_HOOKS=false shale status
  grep -q '^Clean' "$world/output.txt" || { cat "$world/output.txt" >&2; return 1; }
}

# Writes new data, records it, commits it by git, and remembers it by a name.
commit_data() {
  head -c 300000 /dev/urandom >data/large.bin
  echo "$1" >data/name.txt
  echo "$1" >"data/of-$1.txt"
  try shale add data
  sha256sum data/large.bin data/name.txt >sums
  git add sums
  git commit --quiet -m "$1"
  remember "$1"
}

step "a project"
git init --quiet project
cd project
try shale init --hooks
git commit --quiet -m "set up"
git tag empty
mkdir data
commit_data one
git tag one
commit_data two
git tag two

step "checkouts of branches"
git checkout --quiet one
right one
clean
git checkout --quiet main
right two
git switch --quiet -c models empty
[ ! -e data ]
mkdir models
head -c 200000 /dev/urandom >models/weights.bin
try shale add models
git commit --quiet -m models
git switch --quiet main
right two
[ ! -e models ]
clean

step "a merge of branches that track different paths"
git merge --quiet --no-edit models
[ -e models/weights.bin ]
remember merged
git checkout --quiet two
right two
git checkout --quiet -
right merged
clean

step "a merge that only goes forward"
git checkout --quiet -b behind two
git merge --quiet --ff-only main
right merged
clean

step "a merge of branches that both add files to one tracked directory"
add_side() {
  git checkout --quiet -b "$1-side" two
  echo "$1" >"data/$1-side.txt"
  try shale add data
  git commit --quiet -m "$1 side"
}
add_side left
add_side right
git merge --quiet --no-edit left-side
for side in left right; do [ "$(cat "data/$side-side.txt")" = "$side" ]; done
clean
remember both
git checkout --quiet two
right two
git checkout --quiet right-side
right both
git checkout --quiet main
right merged
clean

step "a rebase"
git checkout --quiet -b topic two
mkdir extra
for number in 1 2 3; do
  head -c 50000 /dev/urandom >"extra/topic-$number.bin"
  try shale add "extra/topic-$number.bin"
  git commit --quiet -m "topic $number"
done
cp -a extra "$world/extra"
# The pointers of three commits are on another base now, whose data is that of a tag or branch.
right_topic() {
  right "$1"
  local number
  for number in 1 2 3; do cmp "extra/topic-$number.bin" "$world/extra/topic-$number.bin"; done
  clean
}
git checkout --quiet -b base one
commit_data three
[ ! -e extra/topic-1.bin ]
git checkout --quiet topic
right_topic two
git rebase --quiet --onto base two
right_topic three
git rebase --quiet --onto main base
right_topic merged

step "a cherry-pick, a revert, an amended commit"
git checkout --quiet base
right three
git checkout --quiet -b picks two
commit_data four
git checkout --quiet -b picked two
git cherry-pick picks >/dev/null
right four
git revert --no-edit HEAD >/dev/null
right two
git checkout --quiet picks -- data.shale sums
git commit --quiet --amend --allow-empty --no-edit
right four
clean

step "a stash"
git checkout --quiet main
echo stashed >data/name.txt
try shale add data
remember stashed
git stash --quiet
git checkout --quiet
right merged
git stash pop --quiet
git checkout --quiet
right stashed
git checkout --quiet HEAD -- data.shale
right merged
clean

step "a reset, after which the next command brings the data"
git reset --quiet --hard one
try shale status
grep -q '^Clean' "$world/output.txt"
right one
git reset --quiet --hard main@{1}
git checkout --quiet
right merged

step "a bisection"
git checkout --quiet -b counted two
for number in 1 2 3 4 5 6 7 8; do commit_data "$number"; done
cat >"$world/probe" <<'PROBE'
#!/bin/sh
sha256sum --quiet -c sums || exit 200
[ "$(cat data/name.txt)" -lt 5 ]
PROBE
chmod +x "$world/probe"
git bisect start HEAD HEAD~7 >/dev/null
git bisect run "$world/probe" >"$world/output.txt"
grep -q 'is the first bad commit' "$world/output.txt"
[ "$(git log -1 --format=%s refs/bisect/bad)" = 5 ]
git bisect reset >/dev/null 2>&1
right 8
clean

step "a rebase whose steps look at the data"
git checkout --quiet -b again counted
git rebase --quiet --force-rebase --exec 'sha256sum --quiet -c sums' HEAD~4 2>"$world/errors.txt"
right 8
git checkout --quiet counted
git branch --quiet -D again

step "a linked worktree"
git worktree add --quiet "$world/linked" one
cd "$world/linked"
right one
git checkout --quiet --detach two
right two
clean
cd "$world/project"
right 8
git worktree remove --force "$world/linked"

step "a push"
git init --quiet --bare "$world/code.git"
git remote add origin "$world/code.git"
git checkout --quiet main
try shale remote add store "$world/store"
git add .shale
git commit --quiet -m remote
git checkout --quiet counted
git merge --quiet --no-edit main
[ "$(cat data/name.txt)" = 8 ]
git push --quiet origin main counted
try shale verify counted --remote store
try shale verify main --remote store
echo code >code.txt
git add code.txt
git commit --quiet -m code
mv "$world/store" "$world/away"
git push --quiet origin counted
commit_data nine
try -1 git push --quiet origin counted
mv "$world/away" "$world/store"
git push --quiet origin counted
try shale verify counted --remote store

step "a clone"
git clone --quiet -b counted "$world/code.git" "$world/clone"
cd "$world/clone"
try shale status
[ "$(grep -c 'shale hooks install' "$world/errors.txt")" = 1 ]
try shale hooks install
try shale pull
right nine
clean
cd "$world/project"
commit_data ten
git push --quiet origin counted
cd "$world/clone"
git pull --quiet
right ten
git checkout --quiet "$(git log --format=%H --grep='^3$')"
[ "$(cat data/name.txt)" = 3 ]
sha256sum --quiet -c sums
clean
git checkout --quiet counted
commit_data eleven
git push --quiet origin counted
cd "$world/project"
git pull --quiet origin counted
right eleven
clean

step "hooks that were there before, and their return"
cd "$world/clone"
try shale hooks remove
printf '#!/bin/sh\necho mine >>"%s/mine"\n' "$world" >.git/hooks/post-checkout
chmod 750 .git/hooks/post-checkout
cp -p .git/hooks/post-checkout "$world/former"
try shale hooks install
git checkout --quiet HEAD~1
right ten
[ -s "$world/mine" ]
try shale hooks remove
cmp .git/hooks/post-checkout "$world/former"
[ "$(stat -c %a .git/hooks/post-checkout)" = 750 ]
git checkout --quiet counted
right ten
try shale checkout
right eleven

step "the store is sound"
cd "$world/project"
try shale fsck

if [ -n "${TIMES:-}" ]; then
  step "times"
  head=$(git rev-parse HEAD)
  python3 - "$head" <<'TIMES'
import statistics, subprocess, sys, time

def median(arguments, count=100):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000

head = sys.argv[1]
for name, arguments in {
    "post-checkout": [head, head, "1"], "post-merge": ["0"], "post-commit": [],
    "post-index-change": ["1", "0"],
}.items():
    print(f"{name:18} {median(['.git/hooks/' + name] + arguments):5.1f} ms")
print(f"{'true':18} {median(['true']):5.1f} ms")
TIMES
fi

echo "hooks: all as it should be"
