#!/usr/bin/env bash
# The script steps of action.yml. Inputs come as variables and are never part of the script.
#   action.sh check     runs the check, keeps its exit status for later and tells where the SARIF file is
#   action.sh verdict   ends with that status, after the upload
set -u

check() {
  local sarif="${RUNNER_TEMP:-/tmp}/django-prodcheck.sarif"
  local options=()
  while IFS= read -r line; do
    if [ -n "$line" ]; then options+=("$line"); fi
  done <<<"${PRODCHECK_ARGS:-}"
  rm -f "$sarif"
  node "$PRODCHECK_HOME/scripts/hook.mjs" check --fail-on "${PRODCHECK_FAIL_ON:-warning}" \
    --format text --format "sarif=$sarif" ${options[@]+"${options[@]}"} -- "${PRODCHECK_PATH:-.}"
  local status=$?
  echo "status=$status" >>"$GITHUB_OUTPUT"
  if [ -f "$sarif" ]; then
    node "$PRODCHECK_HOME/scripts/sarif-under.mjs" "$sarif" "${PRODCHECK_PATH:-.}"
    echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
  fi
}

verdict() {
  case "${PRODCHECK_STATUS:-}" in
    0) echo "django-prodcheck: nothing at or above the level that fails." ;;
    1) echo "django-prodcheck: findings at or above the level that fails; see the step Check." >&2; exit 1 ;;
    *) echo "django-prodcheck: the check did not run to its end; see the step Check." >&2; exit 2 ;;
  esac
}

case "${1:-}" in
  check) check ;;
  verdict) verdict ;;
  *) echo "usage: action.sh check|verdict" >&2; exit 2 ;;
esac
