# plant.sh - for the tests of the checks: a copy of the tree, to plant breaches
# in, and what to expect of the check.
#
# A test is run as <name>_can_fail ROOT and sources this file. $copy is the copy.

set -eu
root=$1
check=$root/scripts/check
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trap 'exit 130' INT TERM HUP
cp -R "$root/runtime" "$root/workloads" "$root/harness" "$root/results" \
	"$root/scripts" "$root/.clang-format" "$copy"

# plant PATH writes standard input to a new file of the copy.
plant() {
	mkdir -p "$(dirname "$copy/$1")"
	cat >"$copy/$1"
}

# expect_silence TEXT COMMAND...: the check says nothing of TEXT.
expect_silence() {
	text=$1
	shift
	if "$@" 2>&1 | grep -F -e "$text"; then
		echo "FAILED: $* complains of $text before it is planted, or without cause"
		exit 1
	fi
}

# expect_breach TEXT COMMAND...: the check fails and its message has TEXT.
expect_breach() {
	text=$1
	shift
	status=0
	"$@" >"$copy/said" 2>&1 || status=$?
	if [ "$status" != 1 ] || ! grep -q -F -e "$text" "$copy/said"; then
		echo "FAILED: $* ended with $status and did not complain of $text:"
		cat "$copy/said"
		exit 1
	fi
}
