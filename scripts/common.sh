# common.sh - what scripts/run and scripts/test share: where the tree is, and
# commands that are quiet while all is well.
#
# Sourced by bash with $0 in scripts/. $root is the top of the tree.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build
jobs=$(nproc)
mkdir -p "$logs"

# step says what is being done, to whoever watches a terminal.
step() {
	if [ -t 2 ]; then
		printf '%s ...\n' "$*" >&2
	fi
}

# logged LOG COMMAND... appends what the command says to the log, and shows the
# end of it only if the command fails.
logged() {
	local log=$1 status=0
	shift
	printf '$ %s\n' "$*" >>"$log"
	"$@" </dev/null >>"$log" 2>&1 || status=$?
	if [ $status != 0 ]; then
		printf '%s failed (%d); the end of %s:\n' "$1" $status "$log" >&2
		tail -n 40 "$log" >&2
	fi
	return $status
}

# build PRESET TARGET... configures and builds, logged in build/PRESET.log.
build() {
	local preset=$1 log=$logs/$1.log
	shift
	: >"$log"
	(cd "$root" && logged "$log" cmake --preset "$preset") &&
		logged "$log" cmake --build "$root/build/$preset" -j "$jobs" --target "$@"
}
