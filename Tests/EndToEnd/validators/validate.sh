#!/bin/bash
# What Shale writes for other tools, read by those tools: statements of runs.
#
# The packages are installed under .cache/validators, once. Where that cannot be done (no network,
# no python3) it is said, and the status is 0 all the same.
#
# Usage: validate.sh
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=$root/.cache/validators

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

command -v python3 >/dev/null || skip "there is no python3"
python=$(python) || skip "the packages could not be had (no network? see $cache/log.txt)"

"$python" "$here/statement.py" "$root/fixtures/golden/lineage/record.json"
echo "validate: all of it passed"
