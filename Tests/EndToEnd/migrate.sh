#!/bin/bash
# Repositories that the real Git LFS and the real DVC made are migrated with their history, and go
# back: every file of every commit has the same SHA-256 at each end.
#
# Usage: migrate.sh BINARY
#   DVC=PROGRAM    the DVC to use; .cache/peers/bin/dvc, which `make bench-peers` installs, if none
#   DVC2=PROGRAM   a DVC before 3.0, for its cache
#   KEEP_WORLD=1   leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dvc=${DVC:-$root/.cache/peers/bin/dvc}
dvc2=${DVC2:-}
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: migrate.sh BINARY}"
export DVC_NO_ANALYTICS=1 DVC_SITE_CACHE_DIR=$world/site

trap failed ERR

done=()

# Prints the SHA-256 of every file of the data in this worktree, and of the code.
sums() {
  find . \( -name .git -o -name .shale -o -name .dvc \) -prune -o -type f \
    ! -name '*.shale' ! -name '*.dvc' ! -name .gitattributes ! -name .gitignore \
    ! -name .dvcignore ! -name dvc.lock -print0 |
    LC_ALL=C sort -z | xargs -0 -r sha256sum
}

# What the commits of a branch say, and who said it when.
said() {
  git log --format='%an %ad %cn %cd %B' "$1"
}

# Bytes that are the same for one seed: random_bytes COUNT SEED.
random_bytes() {
  head -c "$1" /dev/zero | openssl enc -aes-128-ctr -pbkdf2 -pass "pass:$2" -nosalt
}

# Writes the files of one version of the data: version NUMBER.
version() {
  mkdir -p data/deep "with space"
  random_bytes 300000 "$1" >data/deep/a.bin
  random_bytes 9000000 same >data/deep/large.bin
  printf 'id,value\r\n%s,1\r\n' "$1" >data/table.csv
  printf 'x%s' "$1" >"data/ü ñ.bin"
  random_bytes 50000 "model $1" >"with space/model.bin"
  random_bytes 50000 "$(($1 % 2))" >back-and-forth.bin
  echo "print($1)" >code.py
}

# Compares the worktree of each commit of a branch with what it was before: same_history BRANCH DIR.
# Commits are in order, and DIR has a file of sums for each, by number.
same_history() {
  local number=0 commit
  git clean --quiet -ffdx
  for commit in $(git rev-list --reverse --first-parent "$1"); do
    number=$((number + 1))
    git checkout --quiet --force "$commit"
    try shale checkout --force
    diff "$2/$number" <(sums)
  done
  [ "$number" -eq "$(find "$2" -type f | wc -l)" ]
}

# Takes each commit of a branch back to a tool, and compares: back_history TOOL BRANCH DIR RESTORE…
back_history() {
  local tool=$1 branch=$2 dir=$3 number=0 commit
  shift 3
  for commit in $(git rev-list --reverse --first-parent "$branch"); do
    number=$((number + 1))
    try shale export "$tool" --branch "back-$number" "$commit"
  done
  # Nothing of Shale's is there any more.
  mv .git/shale "$world/away"
  for number in $(seq "$number"); do
    git clean --quiet -ffdx -e .dvc/cache
    git checkout --quiet --force "back-$number"
    try "$@"
    [ -z "$(git ls-files '*.shale')" ]
    diff "$dir/$number" <(sums)
  done
  mv "$world/away" .git/shale
}

# --- Git LFS ---

migrate_lfs() {
  step "Git LFS: a repository of three commits, and a remote that is a directory"
  git init --quiet --bare "$world/lfs.git"
  git init --quiet "$world/lfs"
  cd "$world/lfs"
  git lfs install --local >/dev/null
  git lfs track '*.bin' 'data/*.csv' >/dev/null
  mkdir "$world/lfs-sums"
  for number in 1 2 3; do
    version "$number"
    git add --all
    GIT_AUTHOR_DATE="2020-0$number-01T12:00:00+0200" git commit --quiet -m "version $number"
    sums >"$world/lfs-sums/$number"
  done
  [ "$(git lfs ls-files | wc -l)" -eq 6 ]
  git remote add origin "file://$world/lfs.git"
  git push --quiet origin main 2>"$world/output.txt"

  step "Git LFS: the whole history becomes Shale's"
  cp -R "$world/lfs" "$world/lfs-history"
  cd "$world/lfs-history"
  try shale init
  before=$(git rev-parse main)
  try shale migrate lfs --history --branch shale main
  [ "$(git rev-parse main)" = "$before" ]
  diff <(said main) <(said shale)
  # Git LFS is out of the way from here on.
  git lfs uninstall --local >/dev/null
  mv .git/lfs "$world/lfs-objects"
  same_history shale "$world/lfs-sums"

  step "Git LFS: and back"
  git lfs install --local >/dev/null
  back_history lfs shale "$world/lfs-sums" git lfs checkout
  try git lfs fsck

  step "Git LFS: a clone without objects takes them from the remote directory"
  GIT_LFS_SKIP_SMUDGE=1 git clone --quiet "file://$world/lfs.git" "$world/lfs-clone" -b main
  cd "$world/lfs-clone"
  try shale init
  try shale migrate lfs --dry-run
  grep -q 'Would migrate 6 files' "$world/output.txt"
  try shale migrate lfs
  try shale checkout
  diff "$world/lfs-sums/3" <(sums)
  try shale commit -a -m "with Shale"
  try shale status --exit-code
  [ -z "$(git lfs ls-files)" ]

  step "Git LFS: a worktree as the program left it"
  cd "$world/lfs"
  try shale init
  oid=$(git lfs ls-files --long | sed -n 's/ . with space.*//p')
  rm -f ".git/lfs/objects/${oid:0:2}/${oid:2:2}/$oid"
  mv "with space" "$world/moved" && mkdir "with space"
  rm -f "$world/lfs.git/lfs/objects/${oid:0:2}/${oid:2:2}/$oid"
  try -5 shale migrate lfs
  grep -q "missing with space/model.bin $oid" "$world/output.txt"
  [ "$(git ls-files '*.bin' '*.csv')" = "with space/model.bin" ]
  mv "$world/moved/model.bin" "with space/model.bin"
  try shale migrate lfs
  try shale status --exit-code
  diff "$world/lfs-sums/3" <(sums)
  done+=("Git LFS")
}

# --- DVC ---

# migrate_dvc PROGRAM NAME
migrate_dvc() {
  local program=$1 name=$2
  step "$name: a repository of three commits, and a remote that is a directory"
  git init --quiet "$world/$name"
  cd "$world/$name"
  "$program" init --quiet
  "$program" config core.analytics false
  "$program" remote add --default storage "$world/$name-storage" >"$world/output.txt"
  mkdir "$world/$name-sums"
  for number in 1 2 3; do
    version "$number"
    try "$program" add data "with space/model.bin" back-and-forth.bin
    if [ "$number" -eq 2 ] && [ "$program" = "$dvc" ]; then
      try "$program" stage add -n made -d code.py -o made.txt -M scores.json \
        "cp code.py made.txt && echo '{\"a\": 1}' >scores.json"
    fi
    [ ! -e dvc.yaml ] || try "$program" repro
    git add --all
    GIT_AUTHOR_DATE="2020-0$number-01T12:00:00+0200" git commit --quiet -m "version $number"
    sums >"$world/$name-sums/$number"
    try "$program" push
  done

  step "$name: the whole history becomes Shale's"
  cp -R "$world/$name" "$world/$name-history"
  cd "$world/$name-history"
  try shale init
  try shale migrate dvc --history --branch shale main
  diff <(said main) <(said shale)
  mv .dvc/cache "$world/$name-objects"
  same_history shale "$world/$name-sums"

  step "$name: and back"
  back_history dvc shale "$world/$name-sums" "$dvc" checkout --force
  try "$dvc" data status
  if grep -q modified "$world/output.txt"; then false; fi

  step "$name: a clone without a cache takes all from the remote directory"
  git clone --quiet "$world/$name" "$world/$name-clone"
  cd "$world/$name-clone"
  try shale init
  try shale migrate dvc
  try shale checkout
  diff "$world/$name-sums/3" <(sums)
  try shale commit -a -m "with Shale"
  try shale status --exit-code

  step "$name: a damaged object is listed, and the rest is migrated"
  cd "$world/$name"
  try shale init
  md5=$(sed -n 's/.*md5: \([0-9a-f]*\)$/\1/p' "with space/model.bin.dvc")
  object=$(find .dvc/cache -path "*${md5:0:2}/${md5:2}")
  chmod u+w "$object" && echo damaged >"$object"
  rm -rf "$world/$name-storage"
  rm -f "with space/model.bin"
  try -5 shale migrate dvc
  grep -q "damaged with space/model.bin $md5" "$world/output.txt"
  [ "$(git ls-files '*.dvc')" = "with space/model.bin.dvc" ]
  [ "$(git ls-files data.shale back-and-forth.bin.shale | wc -l)" -eq 2 ]
  done+=("$name")
}

if command -v git-lfs >/dev/null; then
  migrate_lfs
else
  echo "migrate: Git LFS SKIPPED, because git-lfs is not here"
fi
if [ -x "$dvc" ]; then
  migrate_dvc "$dvc" dvc
  if [ -n "$dvc2" ]; then migrate_dvc "$dvc2" dvc2; fi
else
  echo "migrate: DVC SKIPPED, because '$dvc' is not here: make bench-peers installs it"
fi
[ "${#done[@]}" -gt 0 ] || exit 0
echo "migrate: ok (${done[*]}: every file of every commit, there and back, $SECONDS s)"
