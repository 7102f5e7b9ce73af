#!/bin/bash
# Installing: into a prefix, as a Debian package and as a Python wheel, and the main job with what
# was installed. What cannot be tried here is said.
#
# Usage: install.sh BINARY
#   CLEAN=1        also on a clean Debian that debootstrap makes (root, and a network)
#   KEEP_WORLD=1   leave the temporary directory in place
set -Eeuo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=$(realpath "${1:?usage: install.sh BINARY}")
# shellcheck source=lib.sh
source "$here/lib.sh"
enter_world "$binary"
rm "$world/bin/shale"
trap failed ERR

has() { command -v "$1" >/dev/null; }
skip() { echo "install: SKIPPED: $*"; }

# The main job of a person, with the program of a directory: main_job BIN NAME
main_job() {
  local name=$2
  (
    PATH=$1:$PATH
    git init --quiet --initial-branch main "$world/$name"
    cd "$world/$name"
    shale init --quiet
    cp -R "$root/fixtures/shapes" "$root/fixtures/iris.csv" .
    shale add --quiet iris.csv shapes
    shale commit --quiet -m one
    sed -i 5d iris.csv
    shale commit --quiet -m two
    shale checkout --quiet HEAD~1
    cmp iris.csv "$root/fixtures/iris.csv"
    same shapes "$root/fixtures/shapes"
    shale checkout --quiet main
    shale remote add nas "$world/$name.nas" >/dev/null
    shale commit --quiet -m remote
    shale push --quiet
    shale clone --quiet . "$world/$name.clone"
    cmp iris.csv "$world/$name.clone/iris.csv"
    shale run --quiet -o sum.txt -- sh -c 'sha256sum iris.csv >sum.txt'
    shale lineage sum.txt | grep -q 'sha256sum iris.csv'
  ) >"$world/output.txt" 2>&1
}

# --- into a prefix ---

step "a prefix"
prefix=$world/prefix
try "$root/scripts/install" "$binary" "$prefix"
try "$root/scripts/install" "$binary" "$prefix"  # Again, over what is there.
if readelf -S "$prefix/bin/shale" | grep -qw '\.debug_info'; then false; fi
main_job "$prefix/bin" prefixed
try "$here/demo.sh" "$prefix/bin/shale"
if ldd "$prefix/bin/shale" | grep -i swift; then false; fi
if readelf -d "$prefix/bin/shale" | grep -E 'R(UN)?PATH'; then false; fi

step "the library of watched runs is found from the program"
ln -s "$prefix/bin/shale" "$world/bin/linked"
try "$world/bin/linked" doctor --json
grep -qF "$prefix/lib/shale/libshale-trace.so" "$world/output.txt"

step "manual pages"
pages=("$prefix"/share/man/man1/*.1)
try "$prefix/bin/shale" docs pages
[ "${#pages[@]}" = "$(wc -l <"$world/output.txt")" ]
[ "${#pages[@]}" -gt 50 ]
if has groff; then
  for page in "${pages[@]}"; do
    step "manual pages: $page"
    try groff -man -ww -K utf8 -T utf8 "$page"
    [ ! -s "$world/errors.txt" ]
    grep -q 'SEE ALSO' "$page"
  done
else
  skip "manual pages are not shown: there is no groff"
fi
step "man finds the page"
if has man; then
  PATH=$prefix/bin:$PATH MANWIDTH=80 try man -E UTF-8 --warnings shale-add
  grep -q 'shale-add - ' "$world/output.txt"
  [ ! -s "$world/errors.txt" ]
fi

step "completions: bash"
PATH=$prefix/bin:$PATH try bash --norc -c '
  source "$1"
  COMP_WORDS=(shale check) COMP_CWORD=1
  _shale 2>/dev/null
  printf "%s\n" "${COMPREPLY[@]}"' bash "$prefix/share/bash-completion/completions/shale"
grep -qx checkout "$world/output.txt"
step "completions: zsh"
if has zsh; then
  try zsh -fc 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D
    [[ ${_comps[shale]} == _shale ]] && autoload +X _shale' \
    zsh "$prefix/share/zsh/site-functions"
else
  skip "there is no zsh"
fi
step "completions: fish"
if has fish; then
  try fish --no-config -c 'source $argv[1]; complete --do-complete "shale check"' \
    "$prefix/share/fish/vendor_completions.d/shale.fish"
  grep -q '^checkout' "$world/output.txt"
else
  skip "there is no fish"
fi

step "removing"
try "$root/scripts/install" --remove "$prefix"
[ -z "$(find "$prefix" -type f)" ]
echo "install: prefix     ok (${#pages[@]} manual pages, completions, removed again)"

# --- a Debian package ---

# Both are made twice: one commit gives one package.
twice() {
  "$@" "$world/once" >"$world/made.txt" 2>"$world/errors.txt" ||
    { cat "$world/errors.txt" >&2; return 1; }
  "$@" "$world/again" >/dev/null 2>"$world/errors.txt"
  made=$(cat "$world/made.txt")
  cmp "$made" "$world/again/$(basename "$made")"
}

step "a Debian package"
deb=""
if ! git -C "$root" rev-parse --quiet HEAD >/dev/null 2>&1; then
  export SOURCE_DATE_EPOCH=1700000000 DEBFULLNAME="Ada Example" DEBEMAIL=ada@example.com
fi
if has dpkg-shlibdeps; then
  twice "$root/scripts/deb" "$binary"
  deb=$made
  for field in 'Depends:.*libgit2-1' 'Depends:.*libc6 (>= ' 'Depends:.*, git' 'Version: [0-9]' \
    'Installed-Size: [0-9]*$'; do
    dpkg-deb --field "$deb" >"$world/output.txt"
    grep -q "^$field" "$world/output.txt"
  done
  dpkg-deb --contents "$deb" >"$world/output.txt"
  for file in bin/shale lib/shale/libshale-trace.so share/doc/shale/copyright \
    share/doc/shale/changelog.Debian.gz share/man/man1/shale-add.1.gz \
    share/bash-completion/completions/shale share/zsh/vendor-completions/_shale \
    share/fish/vendor_completions.d/shale.fish; do
    grep -qE "root/root .* \./usr/$file\$" "$world/output.txt"
  done
  if has lintian; then
    try lintian --allow-root --fail-on error "$deb"
  else
    skip "there is no lintian: make deb installs it"
  fi
  dpkg-deb --extract "$deb" "$world/deb"
  (cd "$world/deb" && dpkg-deb --info "$deb" md5sums | md5sum --check --quiet)
  main_job "$world/deb/usr/bin" packaged
  echo "install: deb        ok ($(basename "$deb"), $(stat -c %s "$deb") bytes)"
else
  skip "no Debian package: there is no dpkg-shlibdeps (make deb installs it)"
fi

# --- a wheel ---

# Runs a script where the libraries that the wheel has do not exist, but for those of git itself.
without_libraries() {
  local file hidden=()
  for file in "$venv"/lib/shale/*.so.*; do
    file=$(ldconfig -p | sed -n "s/^.$(basename "$file") .* => //p" | head -n 1)
    [ -n "$file" ] || continue
    if ! ldd "$(command -v git)" | grep -qF "$file"; then hidden+=("$(realpath "$file")"); fi
  done
  [ "${#hidden[@]}" -gt 5 ]
  # shellcheck disable=SC2016  # For the inner shell.
  unshare --mount bash -c 'script=$1; shift
    for file; do mount --bind /dev/null "$file"; done
    mount -t tmpfs none /etc/ssl
    . "$script"' bash "$1" "${hidden[@]}"
}

step "a wheel"
wheel="" venv=$world/venv
if has patchelf && has objdump && has python3 && python3 -m venv "$venv" >"$world/pip.txt" 2>&1
then
  twice python3 "$root/scripts/wheel" "$binary"
  wheel=$made
  try "$venv/bin/python" -m pip install --quiet --no-index --disable-pip-version-check "$wheel"
  [ ! -L "$venv/bin/shale" ] && [ "$(head -c 4 "$venv/bin/shale")" = $'\x7fELF' ]
  step "a wheel: its libraries are found"
  # Somebody else's libraries do not get in the way.
  mkdir "$world/other"
  echo 'not a library' >"$world/other/libgit2.so.1.5"
  LD_LIBRARY_PATH=$world/other ldd "$venv/bin/shale" >"$world/output.txt"
  for file in "$venv"/lib/shale/*.so.*; do
    grep -qF "$(basename "$file") => $venv/" "$world/output.txt"
  done
  if grep '=> /' "$world/output.txt" | grep -vF "$venv/" |
    grep -vE '/(ld-linux[^ ]*|lib(c|m|resolv|gcc_s|stdc\+\+))\.so'; then false; fi
  main_job "$venv/bin" wheeled
  grep -rq 'libgit2' "$venv"/lib/python*/site-packages/shale-*.dist-info/licenses/BUNDLED.txt

  step "a wheel: where the libraries of the system are not there"
  declare -f main_job same listing >"$world/hidden.sh"
  cat >>"$world/hidden.sh" <<END
set -euo pipefail
world='$world' root='$root'
if '$binary' version >/dev/null 2>&1; then echo "the libraries were not hidden"; exit 1; fi
main_job '$venv/bin' hidden
END
  if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
    without_libraries "$world/hidden.sh"
  else
    skip "libraries are not hidden: that needs root"
  fi
  step "a wheel: removing"
  try "$venv/bin/python" -m pip uninstall --quiet --yes shale
  [ ! -e "$venv/bin/shale" ] && [ ! -e "$venv/lib/shale" ]
  echo "install: wheel      ok ($(basename "$wheel"), $(stat -c %s "$wheel") bytes)"
else
  skip "no wheel: it needs python3 with venv, objdump and patchelf (make wheel installs them)"
fi

# --- on a clean machine ---

# Makes a Debian of the same release, once, with what a person who installs has: apt, a network.
clean_debian() {
  local base=$root/.cache/debian suite mirror
  [ -e "$base/made" ] && return
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(SITE)' "Codename: $suite" | head -n 1)
  rm -rf "$base"
  mkdir -p "$base"
  try debootstrap --variant=minbase "$suite" "$base/system" "$mirror"
  cp /etc/resolv.conf "$base/system/etc/resolv.conf"
  touch "$base/made"
}

# Runs a script in a copy of it, with the packages and fixtures in /given: in_clean NAME SCRIPT
in_clean() {
  local machine=$world/machine-$1
  cp -a "$root/.cache/debian/system" "$machine"
  mkdir "$machine/given" "$machine/world"
  cp "$deb" "$wheel" "$machine/given"
  cp -R "$root/fixtures" "$machine/given/fixtures"
  {
    declare -f main_job same listing
    printf '%s\n' 'set -euxo pipefail' 'export HOME=/root LC_ALL=C.UTF-8 PAGER=cat' \
      'export DEBIAN_FRONTEND=noninteractive world=/world root=/given' 'cd /given' \
      'trap "cat /world/output.txt" EXIT'
    echo "$2"
  } >"$machine/given/script.sh"
  unshare --mount bash -c '
    mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
      exec chroot "$1" /bin/bash /given/script.sh' bash "$machine"
}

if [ -z "${CLEAN:-}" ]; then
  skip "no clean machine: CLEAN=1 asks for it"
elif [ -z "$deb" ] || [ -z "$wheel" ] || ! has debootstrap || [ "$(id -u)" != 0 ]; then
  echo "install: a clean machine needs both packages, debootstrap and root" >&2
  exit 1
else
  step "a clean machine"
  clean_debian
  people='git config --global user.name "Ada Example"
    git config --global user.email ada@example.com'
  step "a clean machine: apt install ./shale.deb"
  try in_clean installed "apt-get update -q
    apt-get install -y -q --no-install-recommends ./shale_*.deb man-db bash-completion
    $people
    main_job /usr/bin plain
    shale doctor
    man --warnings shale-add | grep -q 'shale-add - '
    apt-get remove -y -q shale
    [ ! -e /usr/bin/shale ]"
  echo "install: deb        ok on a clean Debian"
  step "a clean machine: pip install"
  try in_clean wheeled "apt-get update -q
    apt-get install -y -q --no-install-recommends git python3-venv
    if ldconfig -p | grep libgit2; then exit 1; fi
    $people
    python3 -m venv /venv
    /venv/bin/pip install --no-index ./shale-*.whl
    main_job /venv/bin plain
    /venv/bin/shale doctor"
  echo "install: wheel      ok on a clean Debian"
fi
echo "install: all of it passed"
