#!/bin/bash
# The jobs of docs/ci.md, run as they stand there: by the shells that Jenkins and GitHub use, with
# an empty home and no terminal; cold, warm, with everything away, and with a wrong digest.
#
# Usage: ci.sh BINARY
#   MEASURE=ROUNDS   instead, time a model of 90 MB from nothing, so many times each way
#   KEEP_WORLD=1     leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
page=$(cd "$here/../.." && pwd)/docs/ci.md
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "${1:?usage: ci.sh BINARY}"
trap failed ERR

# Writes the scripts of the page to jobs/KIND-N.sh: what stands after `run: |` of its YAML, and in
# `sh '''` of its Groovy.
extract_jobs() {
  mkdir jobs
  awk '
    /^```/ { language = substr($0, 4); inside = 0; next }
    language == "yaml" && /run: \|$/ { inside = index($0, "run:"); file = "jobs/yaml-" ++yaml ".sh"
      next }
    language == "groovy" && /sh '"'''"'$/ { inside = 1; file = "jobs/groovy-" ++groovy ".sh"; next }
    language == "groovy" && /^ *'"'''"'$/ { inside = 0 }
    language == "yaml" && inside && match($0, /[^ ]/) && RSTART <= inside { inside = 0 }
    inside { print > file }
  ' "$page"
  [ "$(ls jobs)" = "groovy-1.sh
groovy-2.sh
yaml-1.sh
yaml-2.sh
yaml-3.sh
yaml-4.sh" ]
}

# A repository whose model and data are pushed, as `code.git` and `store`, with the tag v1.0.
make_project() {
  git init --quiet project
  cd project
  try shale init
  mkdir models data
  head -c "$1" /dev/urandom >models/best.bin
  seq 1000 >data/labels.csv
  try shale add models/best.bin data
  try shale remote add origin "$world/store"
  git add --all
  try shale commit -m "a model"
  git tag v1.0
  git init --quiet --bare "$world/code.git"
  git push --quiet "$world/code.git" main v1.0
  try shale push --all
  cd "$world"
  sum=$(sha256sum <project/models/best.bin | cut -c 1-64)
}

# Runs a script of the page in a workspace, as a build machine does: job SHELL-AND-FLAGS SCRIPT.
job() {
  local status=0
  (
    cd workspace
    # shellcheck disable=SC2086  # Words.
    env -i PATH="$PATH" HOME="$world/nobody" LC_ALL=C SHALE_CACHE="$world/cache" \
      REPOSITORY="$world/code.git" STORE="$world/store" MODEL_SHA256="${digest:-$sum}" \
      setsid --wait $1 "$world/jobs/$2.sh" </dev/null
  ) >output.txt 2>errors.txt || status=$?
  cat errors.txt >>output.txt
  return $status
}

# Makes the workspace of a new job.
new_workspace() {
  rm -rf workspace nobody
  mkdir nobody
  if [ "${1:-}" = clone ]; then
    git clone --quiet code.git workspace
  else
    mkdir workspace
  fi
}

is_there() { cmp "workspace/$1" project/models/best.bin; }

run_jobs() {
  step "Jenkins, cold"
  new_workspace
  job "sh -xe" groovy-1
  is_there models/best.bin
  job "sh -xe" groovy-2
  step "Jenkins, the same workspace again"
  job "sh -xe" groovy-1
  grep -q "is there already" output.txt

  step "Jenkins, warm, with git and the store away"
  mv store away && mv code.git code.away
  new_workspace
  job "sh -xe" groovy-1
  grep -q "from cache" output.txt
  is_there models/best.bin
  job "sh -xe" groovy-2
  mv away store && mv code.away code.git

  step "Jenkins, another digest than the model has"
  new_workspace
  digest=$(printf other | sha256sum | cut -c 1-64)
  status=0
  job "sh -xe" groovy-1 || status=$?
  [ "$status" = 4 ]
  [ ! -e workspace/models ] || [ -z "$(ls workspace/models)" ]
  digest=

  step "GitHub, from a store"
  new_workspace clone
  job "bash -e" yaml-1
  is_there build/best.bin
  step "GitHub, the data of the repository"
  job "bash -e" yaml-2
  cmp workspace/data/labels.csv project/data/labels.csv
  step "GitHub, a revision that is not there"
  job "bash -e" yaml-3
  grep -q "tested without" output.txt
  step "GitHub, a store that is away"
  mv store away
  status=0
  job "bash -e" yaml-3 || status=$?
  [ "$status" = 75 ]
  mv away store
  step "GitHub, the cache"
  job "bash -e" yaml-4
  # No job asked git for anything of the person who runs this, or left anything at home.
  [ -z "$(find nobody -type f)" ]
}

# --- time ---

# Prints how many milliseconds a command takes.
milliseconds() {
  local start end
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1
  end=$(date +%s%N)
  echo $(((end - start) / 1000000))
}

median() { sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Times each way in turn, so that what else the machine does hits all of them.
measure() {
  local round way
  export SHALE_CACHE=$world/cache
  for round in $(seq "$MEASURE"); do
    for way in cp cold none warm-git warm; do
      rm -rf got && mkdir got
      case $way in
        cold | none) rm -rf "$SHALE_CACHE" ;;
      esac
      case $way in
        cp) set -- cp project/models/best.bin got/best.bin ;;
        cold) set -- shale get code.git models/best.bin --rev v1.0 -o got ;;
        none) set -- shale get --no-cache code.git models/best.bin --rev v1.0 -o got ;;
        warm-git) shale get -q code.git models/best.bin --rev v1.0 -o other && rm -rf other
          set -- shale get code.git models/best.bin --rev v1.0 -o got ;;
        warm) set -- shale get code.git models/best.bin --expect "$sum" -o got ;;
      esac
      milliseconds "$@" >>"time-$way"
      cmp got/best.bin project/models/best.bin
    done
  done
  for way in cp cold none warm-git warm; do
    echo "$way: $(median "time-$way") ms (least $(sort -n "time-$way" | head -n 1))"
  done
}

step "the jobs of the page"
extract_jobs
if [ -n "${MEASURE:-}" ]; then
  make_project 90000000
  measure
  exit
fi
make_project 3000000
run_jobs
echo "ci: the jobs of docs/ci.md do what the page says"
