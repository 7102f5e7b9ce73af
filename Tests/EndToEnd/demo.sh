#!/bin/bash
# The main job on real data, each command shown with its output: `make demo`.
#
# Usage: demo.sh BINARY
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures
# shellcheck source=lib.sh
source "$here/lib.sh"
fixtures=$(realpath "$fixtures")
enter_world "${1:?usage: demo.sh BINARY}"

bold='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi

# Prints what comes next.
say() {
  printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
}

# Prints a command as one would type it, and runs it.
run() {
  printf '%s$ %s%s\n' "$bold" "$*" "$plain"
  eval "$*"
}

say "A repository with code and real data: flowers, pictures, questions and a trained model"
run mkdir flowers
run cd flowers
run git init --quiet
run shale init
cp "$fixtures/iris.csv" "$fixtures/questions.jsonl" .
cp -R "$fixtures/shapes" shapes
cp "$fixtures/model/iris.safetensors" model.safetensors
echo 'print("training would be here")' >train.py
run ls -F
run du -sh --apparent-size shapes model.safetensors iris.csv

say "Shale takes the data, git gets pointers"
run shale add iris.csv questions.jsonl shapes model.safetensors
run cat shapes.shale
run sha256sum model.safetensors
run git add train.py
run git status --short
run "shale commit -m 'Flowers, shapes and a first model'"
run shale status
listing . >../first.txt

say "The data changes: rows, pictures, and a model trained further"
run "sed -i '20,24d' iris.csv"
run "echo '6.1,2.9,4.4,1.3,versicolor' >> iris.csv"
run rm shapes/test/circle/003.png shapes/train/square/041.png
run cp shapes/train/circle/000.png shapes/train/circle/new.png
cp "$fixtures/model/iris-tuned.safetensors" model.safetensors
run shale status
run shale diff --stat
run "shale commit -m 'Correct the flowers, tune the model'"
run shale log
listing . >../second.txt

say "Any past state comes back, and so does the newest"
run shale checkout HEAD~1
run shale status
run "wc -l iris.csv; ls shapes/train/circle | wc -l"
same_as() {
  diff <(listing . | grep -v ' ./.git/' | grep -v ' .git') \
    <(grep -v ' ./.git/' "$1" | grep -v ' .git') >/dev/null ||
    { echo "the files differ from those of $1" >&2 && exit 1; }
}
same_as ../first.txt
echo "every file as it was in the first commit (compared with sha256sum)"
run shale checkout main
same_as ../second.txt
echo "every file as it was in the second commit (compared with sha256sum)"
run shale ls HEAD~1 shapes/test
run "shale cat HEAD~1:iris.csv | head -n 3"

say "The data goes to a directory that others can reach, the code to a git server"
run mkdir ../nas
run git init --quiet --bare ../code.git
run git remote add origin ../code.git
run "shale remote add nas $world/nas"
run git add .shale
run "git commit --quiet -m 'Where the data is'"
run git push --quiet --set-upstream origin main
run shale push --dry-run
run shale push
run shale push

say "Somebody else gets everything with one command"
run cd ..
run shale clone code.git elsewhere
run cd elsewhere
run sha256sum model.safetensors iris.csv
for path in iris.csv questions.jsonl model.safetensors; do
  cmp "$path" "../flowers/$path"
done
same shapes ../flowers/shapes
echo "every file is the same as over there (compared with sha256sum)"

say "... and the next version, of which only the change travels"
run cd ../flowers
run "sed -i 's/versicolor\$/versicolour/' iris.csv"
run "shale commit -m 'Spell a name in another way'"
run git push --quiet
run shale push
run cd ../elsewhere
run git pull --quiet
run shale status
run shale pull
run shale status
cmp iris.csv ../flowers/iris.csv

say "Everything is checked: each pack, index, recipe and tree, here and on the remote"
run shale fsck
run shale fsck --remote nas
packs_are_named_by_content .git/shale/store
packs_are_named_by_content ../nas
echo "sha256sum of every pack is its name"

say "Done: all of it in $world, which is removed now"
