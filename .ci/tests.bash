# Sourced by ./mesh test: runs every test, counts what the reports say, and says what was left out.
# shellcheck shell=bash disable=SC2154 # root, logs and typescript are set by mesh

passed=0
failed=0
skipped=0
failed_steps=()
left_out=()

# step NAME FILTER COMMAND...: the output goes to a log; the lines that match the filter are shown as they come.
step() {
  local name=$1 filter=$2 log=$logs/$1.log status
  shift 2
  mkdir -p "$logs"
  say "mesh: $name tests, log in $log"
  set +e
  "$@" < /dev/null 2>&1 | tee "$log" | grep --line-buffered -E "$filter"
  status=${PIPESTATUS[0]}
  set -e
  if [[ $status -ne 0 ]]; then
    failed_steps+=("$name (exit $status)")
    # What Node's test runner says of a failure follows its line. (Maven's own lines pass the filters.)
    grep -A 24 -E '^ *not ok|✖' "$log" || true
  fi
}

# What could not run is said at the end; in CI it is a failure.
leave_out() {
  left_out+=("$1: $2")
  [[ ${CI:-} != true ]] || failed_steps+=("$1 (could not run: $2)")
}

reports() {
  find "$root" -name node_modules -prune -o -path "*/target/$1-reports/TEST-*.xml" -print
}

count_java() {
  local report tests errors failures left
  while IFS= read -r report; do
    read -r tests errors left failures < <(
      sed -nE 's/.*<testsuite .* tests="([0-9]+)" errors="([0-9]+)" skipped="([0-9]+)" failures="([0-9]+)".*/\1 \2 \3 \4/p' \
        "$report" | head -n 1
    ) || die "no counts in $report"
    ((passed += tests - errors - failures - left, failed += errors + failures, skipped += left)) || true
  done < <(reports surefire && reports failsafe)
}

# Adds up the closing lines of Node's test runner.
count_node() {
  local key number
  while read -r key number; do
    case $key in
      pass) ((passed += number)) || true ;;
      fail | cancelled) ((failed += number)) || true ;;
      skipped | todo) ((skipped += number)) || true ;;
    esac
  done < <(sed -nE 's/^(#|ℹ) (pass|fail|cancelled|skipped|todo) ([0-9]+)$/\2 \3/p' "$1")
}

has_chromium() {
  local candidate
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [[ -n $candidate ]] && command -v "$candidate" > /dev/null; then
      return 0
    fi
  done
  return 1
}

# The MCP server that tests call tools of. A test that can't have it is left out, and says so too.
install_mcp_server() {
  local home=$root/verticles/src/test/mcp
  local mark=$home/node_modules/.package-lock.json what="tools of a real MCP server"
  if ! has_node; then
    leave_out "$what" "Node.js 20 or newer with npm is not installed"
  elif stale "$mark" "$home/package-lock.json"; then
    say "mesh: installing the MCP server of the tests ..."
    mkdir -p "$logs"
    if npm --prefix "$home" ci --no-audit --no-fund > "$logs/npm-ci-mcp.log" 2>&1; then
      touch "$mark"
    else
      leave_out "$what" "npm could not install it, log in $logs/npm-ci-mcp.log"
    fi
  fi
}

test_java() {
  install_mcp_server
  reports surefire | xargs -r rm -f
  reports failsafe | xargs -r rm -f
  build_page
  step java 'Tests run:.*(Time elapsed|FAIL)|^\[ERROR\]|^\[WARNING\].*\.java|\.java:\[|Building Sessionmesh|BUILD' \
    mvn -B -f "$root/pom.xml" --fail-at-end "$@" verify
  count_java
  [[ -e $start_cache ]] || failed_steps+=("start cache (none was made)")
}

test_typescript() {
  local npm=(npm --prefix "$typescript")
  local filter='^(#|ℹ) (tests|pass|fail|skipped)|^ *not ok|✖|error TS'
  if [[ ! -f $typescript/package.json ]]; then
    leave_out "TypeScript and browser tests" "there is no clients/typescript"
  elif ! has_node; then
    leave_out "TypeScript and browser tests" "Node.js 20 or newer with npm is not installed"
  else
    install_node_modules
    step typescript "$filter" "${npm[@]}" test
    count_node "$logs/typescript.log"
    if ! has_chromium; then
      leave_out "browser tests" "Chromium is not installed (apt-get install chromium), or set CHROMIUM to it"
    else
      step browser "$filter" "${npm[@]}" run test:browser
      count_node "$logs/browser.log"
    fi
  fi
}

run_tests() {
  test_java "$@"
  test_typescript
  verdict
}

# The tests of chaos-tests but those of the protocol (wire); what it needs of the other modules is built.
run_chaos() {
  local tests="dev/sessionmesh/chaos/**"
  test_java -pl chaos-tests -am -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    "-Dtest=$tests/*Test,$tests/*Simulation,$tests/*Fuzz" "-Dit.test=$tests/*IT,$tests/*Drill,!$tests/Wire*IT"
  verdict
}

# Says what was left out and what failed, and counts.
verdict() {
  local line
  for line in ${left_out[@]+"${left_out[@]}"}; do
    printf '\n*** LEFT OUT: %s\n' "$line"
  done
  for line in ${failed_steps[@]+"${failed_steps[@]}"}; do
    printf '\n*** FAILED: %s\n' "$line"
  done
  if ((passed + failed == 0)); then
    printf '\n*** FAILED: no test ran\n'
    failed_steps+=("no test ran")
  fi
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0 && ${#failed_steps[@]} == 0))
}

# results_of WHAT: the first line of a file of results.
results_of() {
  printf '%s on %s processors, %s, at %s\n\n' "$1" "$(getconf _NPROCESSORS_ONLN)" "$(date -u +%F)" \
    "$(git -C "$root" rev-parse --short HEAD 2> /dev/null || echo 'no commit')"
}

# run_times N [OPTION]: the suite again and again, until it fails: what passes mostly does not pass.
run_times() {
  local results=$root/chaos-tests/results/consecutive.txt run began last times=$1
  shift
  mkdir -p "$(dirname "$results")"
  results_of "./mesh test${1:+ $1}, run after run," > "$results"
  for ((run = 1; run <= times; run++)); do
    began=$SECONDS
    if last=$("$root/mesh" test "$@" | tee /dev/stderr | tail -n 1); then
      printf 'run %d: %s, %d s\n' "$run" "$last" $((SECONDS - began)) >> "$results"
    else
      printf 'run %d: FAILED, %s, %d s\n' "$run" "$last" $((SECONDS - began)) >> "$results"
      die "run $run failed; the results are in $results"
    fi
  done
  say "mesh: the results are in $results"
}

# Every drill, one after the other; their reports are what docs/drills.md points to.
run_nightly() {
  local results=$root/chaos-tests/results status
  build chaos-tests
  mkdir -p "$results" "$logs"
  set +e
  "$JAVA_HOME/bin/java" "@$root/jvm.options" "-Dmesh.jar=$(jar_of verticles)" -jar "$(jar_of chaos-tests)" all --dir "$root/target/nightly" "$@" |
    tee "$logs/nightly.log"
  status=${PIPESTATUS[0]}
  set -e
  {
    results_of "All drills"
    grep -v 'logs, history and report:' "$logs/nightly.log"
  } > "$results/nightly.txt"
  say "mesh: the results are in chaos-tests/results/nightly.txt"
  return "$status"
}
