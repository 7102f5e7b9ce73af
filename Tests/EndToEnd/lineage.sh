#!/bin/bash
# A model, a year of changes, and the model made again: through the real binary.
#
# A real training script is run with three learning rates, and the best model is committed. Twenty
# commits change data, code and parameters. Then a fresh clone, with nothing but git and the remote
# at hand, makes that model again, bit for bit.
#
# Usage: lineage.sh BINARY
#   KEEP_WORLD=1   leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: lineage.sh BINARY}"

trap failed ERR

command -v python3 >/dev/null || { echo "lineage: SKIPPED, because python3 is not here"; exit 0; }

# A value of the JSON that the last command printed: a Python expression of `result`.
answer() {
  python3 -c 'import json, sys
result = json.load(open(sys.argv[1]))["result"]
print(eval(sys.argv[2]))' "$world/output.txt" "$1"
}

# What a user sees of a worktree: files, what is staged, and where HEAD is.
worktree() {
  find . -path ./.git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  git ls-files --stage
  git rev-parse HEAD
  git worktree list --porcelain
}

step "a project"
git init --quiet project
cd project
try shale init
cp "$root"/fixtures/training/* .
mkdir data
cp "$root/fixtures/iris.csv" data/train.csv
printf 'metrics.json\nhistory.csv\n' >>.gitignore
try shale add data
git init --quiet --bare "$world/code.git"
git remote add origin "$world/code.git"
try shale remote add store "$world/remote"
git add --all
try shale commit --all -m "a project"

step "three learning rates"
for lr in 0.001 0.01 1e-1; do
  try shale run -n "lr-$lr" --set "lr=$lr" -o models -m metrics.json -- python3 train.py
done
grep -q '^lr: 1.0e-1      # the size of a step$' params.yaml
try shale runs --json
[ "$(answer 'len(result["runs"])')" = 3 ]
try shale runs --sort accuracy
[ "$(grep -c 'lr-' "$world/output.txt")" = 3 ]

step "the best is committed"
try shale runs --json --sort -accuracy
best=$(answer 'result["runs"][0]["id"]')
try shale checkout --run "$best"
model=$(oid_in models.shale)
expected=$(sha256sum <models/iris.json)
git add --all
try shale commit --all -m "the best model"
git tag best
[ -f ".shale/runs/$best.json" ]
[ "$(sha256sum <".shale/runs/$best.json" | cut -c 1-64)" = "$best" ]

step "a year of changes"
for month in $(seq 20); do
  case $((month % 3)) in
    0) echo "5.$month,3.1,1.5,0.2,setosa" >>data/train.csv ;;
    1) sed -i "s/^epochs: .*/epochs: $((3 + month))/" params.yaml ;;
    2) sed -i "s/^    main().*/    main()  # $month/" train.py ;;
  esac
  if [ $((month % 7)) -eq 0 ]; then
    try shale run -n "month-$month" -o models -m metrics.json -- python3 train.py
  fi
  git add --all
  GIT_COMMITTER_DATE="2026-$((month % 12 + 1))-03T12:00:00Z" \
    try shale commit --all -m "month $month"
done
[ "$(oid_in models.shale)" != "$model" ]
[ "$(git rev-list --count HEAD)" -ge 22 ]
git push --quiet --tags origin main
try shale push

step "what the data went into"
try shale lineage --down best:data/train.csv --json
try shale lineage --down best:data/train.csv
grep -q models "$world/output.txt"

step "a fresh clone has only git and the remote"
cd "$world"
rm -rf project
try shale clone "$world/code.git" clone
cd clone
[ "$(oid_in models.shale)" != "$model" ]
worktree >"$world/before"

step "the model is made again"
try shale reproduce "$best" --json
[ "$(answer 'result["grade"] if "grade" in result else result["runs"][0]["grade"]')" = identical ]
try shale reproduce best
grep -q identical "$world/output.txt"

step "nothing of the user's was touched"
diff "$world/before" <(worktree)

step "it is the same file"
git checkout --quiet best
try shale pull
[ "$(oid_in models.shale)" = "$model" ]
[ "$(sha256sum <models/iris.json)" = "$expected" ]
echo "lineage: ok (three runs, twenty commits, made again bit for bit, $SECONDS s)"
