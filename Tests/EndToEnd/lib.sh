# What the end-to-end scripts share: a world of their own, and a way to compare directories.
# shellcheck shell=bash

# Takes the path of the binary, and makes `shale` on PATH that binary. Everything of the person who
# runs this is hidden: home, configuration of git, variables of git. Sets `world`, a temporary
# directory that is removed at the end, and moves there.
enter_world() {
  local binary
  binary=$(realpath "$1")
  [ -x "$binary" ] || { echo "$0: '$1' is not an executable: run make build" >&2; exit 2; }
  world=$(mktemp -d "${TMPDIR:-/tmp}/shale-world.XXXXXX")
  trap leave_world EXIT
  trap 'exit 130' INT TERM
  mkdir "$world/home" "$world/bin"
  ln -s "$binary" "$world/bin/shale"
  local name
  for name in $(compgen -e); do
    case $name in GIT_* | SHALE_* | XDG_*) unset "$name" ;; esac
  done
  export HOME=$world/home PATH=$world/bin:$PATH LC_ALL=C.UTF-8 TZ=UTC
  export GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_PAGER=cat
  git config --global user.name "Ada Example"
  git config --global user.email ada@example.com
  git config --global init.defaultBranch main
  git config --global advice.detachedHead false
  cd "$world" || exit 2
}

# Names what is done next, for the message if it fails.
step() { step="${case:+$case: }$*"; }
step="starting"

# Ends the script, and shows what the last command printed: for `trap failed ERR`.
failed() {
  echo "$(basename "$0" .sh): FAILED at: $step" >&2
  [ -s "$world/output.txt" ] && { echo "last output:" >&2; tail -n 40 "$world/output.txt" >&2; }
  exit 1
}

# Runs a command that has to end with one of some statuses, 0 if none are given as `-4,5`. What it
# prints is in output.txt of the world, and its messages in errors.txt.
try() {
  local wanted=0 status=0
  case $1 in -[0-9]*) wanted=${1#-} && shift ;; esac
  "$@" >"$world/output.txt" 2>"$world/errors.txt" || status=$?
  case ",$wanted," in *",$status,"*) return 0 ;; esac
  echo "'$*' ended with $status, not $wanted" >&2
  cat "$world/errors.txt" >>"$world/output.txt"
  return 1
}

leave_world() {
  cd / || true
  [ -n "${KEEP_WORLD:-}" ] && { echo "kept: $world"; return; }
  chmod -R u+rwX "$world" 2>/dev/null
  rm -rf "$world"
}

# Prints what a directory holds, one line for each entry: kind (with x for executable files), name,
# target of links, and the SHA-256 of every file. Names are quoted, so that none looks like two.
listing() {
  (
    cd "$1" || exit 1
    find . -mindepth 1 \( -type l -printf 'l %P -> %l\0' -o -type d -printf 'd %P\0' \
      -o -type f -perm /100 -printf 'x %P\0' -o -printf '%y %P\0' \) |
      LC_ALL=C sort -z | xargs -0 -r printf '%q\n'
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
  )
}

# Fails if two directories do not hold the same.
same() {
  diff <(listing "$1") <(listing "$2") ||
    { echo "'$1' and '$2' differ (above)" >&2; return 1; }
}

# The oid in a pointer file.
oid_in() {
  sed -nE 's/^oid sha256:([0-9a-f]{64})$/\1/p' "$1"
}

# Fails if the name of any pack of a store is not its own SHA-256.
packs_are_named_by_content() {
  local pack
  while IFS= read -r -d '' pack; do
    [ "$(sha256sum <"$pack" | cut -c 1-64)" = "$(basename "$pack" .pack)" ] ||
      { echo "the name of '$pack' is not its SHA-256" >&2; return 1; }
  done < <(find "$1/packs" -name '*.pack' -print0)
}
