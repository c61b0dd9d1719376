# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Shared by every script of the test bed: messages, packages, the cache.

# Exit codes of run; everything else is the command's own.
# shellcheck disable=SC2034 # used by those who source this file
readonly EXIT_HUNG=124 EXIT_RUNNER=125 EXIT_REPORT=126

# Variables that change how the tools below read their arguments or print.
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT TAR_OPTIONS
export LC_ALL=C

say() {
	printf 'vm: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit "$EXIT_RUNNER"
}

# cache_home: print the directory of downloads and builds.
cache_home() {
	if [[ ${XDG_CACHE_HOME:-} ]]; then
		echo "$XDG_CACHE_HOME"
	elif [[ -d ${HOME:-} ]]; then
		echo "$HOME/.cache"
	elif [[ $EUID == 0 ]]; then
		echo /var/cache
	else
		die "no home directory: set XDG_CACHE_HOME"
	fi
}

VM_CACHE=$(cache_home)/vsyscalls || exit "$EXIT_RUNNER"

# need PACKAGE...: install these Debian packages, or name the missing ones.
need() {
	local package missing=()

	for package; do
		[[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
			missing+=("$package")
	done
	((${#missing[@]})) || return 0
	[[ $EUID == 0 ]] ||
		die "missing packages, install them as root: apt-get install ${missing[*]}"
	say "installing ${missing[*]}"
	# A second runner may be installing too: wait for it.
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q \
		install -y --no-install-recommends "${missing[@]}" >&2 </dev/null ||
		die "cannot install ${missing[*]} (try apt-get update)"
}

# debian_mirror: print the mirror of this machine's own packages.
debian_mirror() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '$2 !~ /security/ { sub(/\/$/, "", $1); print $1; exit }'
}

# cached PATH COMMAND...: unless PATH exists, let COMMAND make it. COMMAND is
# called with the name of a temporary file or directory to make as its last
# argument, which is renamed to PATH when complete. Runners that want the same
# PATH wait for the one that makes it.
cached() {
	local path=$1 tmp
	shift

	[[ -e $path ]] && return
	mkdir -p "${path%/*}"
	(
		flock 9
		[[ -e $path ]] && exit 0
		tmp=$(mktemp -d "$path.XXXXXX") || exit "$EXIT_RUNNER"
		trap 'rm -rf "$tmp"' EXIT
		("$@" "$tmp/new") 9>&- || exit
		mv -T "$tmp/new" "$path"
	) 9>"$path.lock" || exit
}

# quoted WORD...: quote the words for a POSIX shell.
quoted() {
	local word

	for word; do
		printf "'%s' " "${word//\'/\'\\\'\'}"
	done
}
