#!/bin/bash
# What Shale writes for other tools, read by those tools: statements of runs, and graphs of lineage
# as PROV, OpenLineage, DOT and more.
#
# The packages are installed under .cache/validators, once. Where that cannot be done (no network,
# no python3) it is said, and the status is 0 all the same.
#
# Usage: validate.sh BINARY
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/validators
# shellcheck source=../lib.sh
source "$here/../lib.sh"

skip() {
  echo "validate: SKIPPED, $*"
  exit 0
}

# Prints the path of a Python that has the packages, in the versions that are asked for.
python() {
  local wanted=$cache/requirements.txt
  if ! cmp -s "$here/requirements.txt" "$wanted"; then
    rm -rf "$cache"
    mkdir -p "$cache"
    python3 -m venv "$cache/venv" >"$cache/log.txt" 2>&1 &&
      timeout 300 "$cache/venv/bin/python" -m pip install --quiet --timeout 10 --retries 1 \
        --disable-pip-version-check --requirement "$here/requirements.txt" \
        >>"$cache/log.txt" 2>&1 || return 1
    cp "$here/requirements.txt" "$wanted"
  fi
  echo "$cache/venv/bin/python"
}

# Makes a repository in which runs clean data, train models, and fail; with names that could break
# a format.
make_runs() {
  git init --quiet "$world/runs"
  cd "$world/runs"
  shale init --quiet
  mkdir data
  seq 1 2000 >data/raw.csv
  echo "a label" >'data/odd "name" <b>&amp; |x| %20.csv'
  echo 'lr: 0.1' >params.yaml
  printf '%s\n' 'mkdir -p models' 'cat clean.csv params.yaml >models/best.pt' \
    'echo "{\"acc\": $1}" >metrics.json' >train.sh
  shale add --quiet data
  git add --all
  shale commit --quiet -m "one"
  shale run --quiet -n 'clean "it" <now>' -i data -o clean.csv -- \
    sh -c 'head -n 100 data/raw.csv >clean.csv'
  local lr
  for lr in 0.1 0.2; do
    shale run --quiet --set lr=$lr -m metrics.json -i clean.csv -i data -o models/best.pt -- \
      sh train.sh $lr
  done
  shale run --quiet -n broken -i models/best.pt -o report.txt -- sh -c 'exit 3' || true
}

command -v python3 >/dev/null || skip "there is no python3"
python=$(python) || skip "the packages could not be had (no network? see $cache/log.txt)"
enter_world "${1:?usage: validate.sh BINARY}"
make_runs
"$python" "$here/statement.py" "$root/fixtures/golden/lineage/record.json" .git/shale/runs/*.json
for format in json prov openlineage dot mermaid svg html; do
  shale lineage --down data --format "$format" >"$world/graph.$format"
done
"$python" "$here/graphs.py" "$world"
for format in json prov openlineage dot mermaid svg html; do
  shale lineage models/best.pt --format "$format" >"$world/graph.$format"
done
"$python" "$here/graphs.py" "$world"
echo "validate: all of it passed"
