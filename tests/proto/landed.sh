# The comparison of protocol files with what landed; sourced from the root of the source tree by
# tests/proto/run and deploy/release/pin_protos.
#
# proto/landed.binpb holds the protocol files as they last landed, compiled, without comments. An
# intended break is a line of proto/landed_breaks.txt: OLD NEW REASON, where OLD and NEW are the first
# 16 digits of the SHA-256 sums of the two landed.binpb files.

LANDED=proto/landed.binpb
LANDED_BREAKS=proto/landed_breaks.txt

build_image() { tests/tools/buf build proto --exclude-source-info -o "$1"; }
sum_of() { sha256sum "$1" | cut -c1-16; }

# accepted_break OLD_FILE NEW_FILE: whether somebody wrote down the reason for this step.
accepted_break() {
  [ -f "$LANDED_BREAKS" ] && grep -q "^$(sum_of "$1") $(sum_of "$2") ." "$LANDED_BREAKS"
}

check_files_against_landed() {
  local image status=0
  image=$(mktemp --suffix=.binpb)
  build_image "$image"
  tests/tools/buf breaking proto --against "$LANDED" || accepted_break "$LANDED" "$image" || status=1
  rm -f "$image"
  if [ $status -ne 0 ]; then
    echo "protos: the findings above break what landed. Add a field or a message instead; CONTRIBUTING.md" \
      "says how." >&2
    return 1
  fi
}

landed_is_current() {
  local image status=0
  image=$(mktemp --suffix=.binpb)
  build_image "$image"
  cmp -s "$image" "$LANDED" || status=1
  rm -f "$image"
  return $status
}

# step_holds OLD NEW COMMIT: whether NEW, a landed.binpb, is compatible with OLD, that of COMMIT.
step_holds() {
  cmp -s "$1" "$2" || tests/tools/buf breaking "$2" --against "$1" --config proto/buf.yaml ||
    accepted_break "$1" "$2" && return 0
  echo "protos: the step from $LANDED of commit ${3:0:12} to the next one breaks callers" >&2
  return 1
}

# Each landed.binpb that history knows is compatible with those that it came from, of which a merge
# has several, so that a break cannot hide behind a new landed.binpb.
check_landed_history() {
  git rev-parse --git-dir >/dev/null 2>&1 || return 0
  local folder commit parents parent status=0
  folder=$(mktemp -d)
  if git show "HEAD:$LANDED" >"$folder/older.binpb" 2>/dev/null; then
    step_holds "$folder/older.binpb" "$LANDED" "$(git rev-parse HEAD)" || status=1
  fi
  while read -r commit parents; do
    git show "$commit:$LANDED" >"$folder/newer.binpb" 2>/dev/null || break
    for parent in $parents; do
      git show "$parent:$LANDED" >"$folder/older.binpb" 2>/dev/null || continue
      step_holds "$folder/older.binpb" "$folder/newer.binpb" "$parent" || status=1
    done
  done < <(git log --format='%H %P' -- "$LANDED")
  rm -rf "$folder"
  return $status
}
