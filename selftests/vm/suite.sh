# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kernels of other Debian suites than the machine's, each unpacked into a tree of
# its own with its headers, the compiler that they name and what make needs: a
# place to chroot into. apt has sources, lists and an empty status of its own for
# each suite; the machine's stay as they are. Nothing is used that is not signed
# by Debian's key.

SUITES=(bookworm bookworm-backports trixie trixie-backports forky sid)
SUITE_KEYRING=${SUITE_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

# Set by suite_find: a directory to chroot into.
SUITE_TREE=

# -arm64 or -armhf for packages of that architecture beside this machine's.
SUITE_ARCH=

# The programs of make module besides the compiler.
SUITE_PACKAGES=(base-files bash binutils coreutils dash findutils gcc grep
	libc-bin make mawk sed)

# suite_is NAME: SERIES[:FLAVOUR] or SUITE[:FLAVOUR]?
suite_is() {
	[[ ${1%%:*} =~ ^[0-9]+\.[0-9]+$ || " ${SUITES[*]} " == *" ${1%%:*} "* ]]
}

suite_apt_make() {
	local suite=${1%-arm*} apt=$VM_CACHE/suites/$1 mirror=${DEBIAN_MIRROR:-$(debian_mirror)}
	local foreign=

	[[ $1 != *-arm* ]] || foreign="\"${1##*-}\";"

	mkdir -p "$2/lists/partial" "$2/state"
	: >"$2/status"
	cat >"$2/conf" <<-END
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; $foreign };
		APT::Default-Release "$suite";
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State "$apt/state";
		Dir::State::lists "$apt/lists";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt";
	END
	# Backports stand on their suite.
	# shellcheck disable=SC2046 # words
	printf "deb [signed-by=$SUITE_KEYRING] $mirror %s main\n" \
		$(printf '%s\n' "${suite%-backports}" "$suite" | uniq) >"$2/sources.list"
}

# suite_apt SUITE COMMAND...: apt-get or apt-cache of that suite; fails if it
# cannot be reached or is not signed. Lists are a day old at most.
suite_apt() {
	local apt=$VM_CACHE/suites/$1$SUITE_ARCH

	cached "$apt" suite_apt_make "$1$SUITE_ARCH"
	(
		flock 9
		[[ ! $(find "$apt/updated" -mmin -1440 2>/dev/null) ]] || exit 0
		say "fetching the lists of $1$SUITE_ARCH"
		APT_CONFIG=$apt/conf apt-get -qq --error-on=any update >&2 &&
			touch "$apt/updated"
	) 9>"$apt.update" || return
	APT_CONFIG=$apt/conf "${@:2}"
}

# suite_newest SUITE SERIES FLAVOUR: print the newest kernel there of that series, or of
# any, as uname -r prints it.
suite_newest() {
	local names

	names=$(suite_apt "$1" apt-cache pkgnames linux-image-) || return
	sed -nE "s/^linux-image-(${2:-[0-9]+\.[0-9]+}\.[0-9]+([+-][^-]*)?-$3)\$/\1/p" <<<"$names" |
		sort -V | tail -n 1
}

# suite_resolve NAME: print the current suite and version of NAME.
suite_resolve() {
	local name=${1%%:*} flavour=$KERNEL_FLAVOUR suite version series=
	local suites=("$name")

	[[ $1 != *:* ]] || flavour=${1#*:}
	if [[ $name == [0-9]* ]]; then
		series=${name/./\\.} suites=("${SUITES[@]}")
	fi
	for suite in "${suites[@]}"; do
		version=$(suite_newest "$suite" "$series" "$flavour") || return
		[[ ! $version ]] || { echo "$suite $version"; return; }
	done
	say "no kernel $1 in the suites ${suites[*]}"
	return 1
}

suite_unpack() {
	local suite=$1 version=$2 tree=$3 debs=$3.debs

	say "fetching kernel $version of $suite, its headers and its compiler"
	mkdir -p "$debs/partial"
	suite_apt "$suite" apt-get -qq -y --download-only \
		-o Dir::Cache::archives="$debs" install "${SUITE_PACKAGES[@]}" \
		"linux-image-$version" "linux-headers-$version" >&2 || return
	packages_unpack "$tree" "$debs" || return
	# Maintainer scripts do not run; make their link here.
	[[ -e $tree/usr/bin/awk ]] || ln -s mawk "$tree/usr/bin/awk"
}

# suite_answer NAME: print today's suite and version of NAME.
suite_answer() {
	local answer=$VM_CACHE/current/suite-$1$SUITE_ARCH found

	if [[ ! $(find "$answer" -mmin -1440 2>/dev/null) ]]; then
		mkdir -p "${answer%/*}"
		if found=$(suite_resolve "$1"); then
			echo "$found" >"$answer.$$" && mv "$answer.$$" "$answer"
		fi
	fi
	[[ -e $answer ]] || die "kernel $1 cannot be had: is there a network?"
	cat "$answer"
}

# suite_find NAME: set SUITE_TREE, fetching it if need be.
suite_find() {
	local found suite version

	found=$(suite_answer "$1") || exit
	read -r suite version <<<"$found"
	SUITE_TREE=$VM_CACHE/trees/$version.$suite
	cached "$SUITE_TREE" suite_unpack "$suite" "$version"
}

# suite_run COMMAND...: in SUITE_TREE, with the current directory at its path.
suite_run() {
	local unshare=(unshare -m)

	[[ $EUID == 0 ]] || unshare=(unshare -rm)
	# shellcheck disable=SC2016 # for that shell
	"${unshare[@]}" sh -c '
		tree=$1 here=$2
		shift 2
		for path in /dev /proc "$here"; do
			mkdir -p "$tree$path" &&
			mount --rbind "$path" "$tree$path" || exit 125
		done
		exec chroot "$tree" /bin/sh -c "cd \"\$1\" && shift && exec \"\$@\"" sh "$here" "$@"
	' sh "$SUITE_TREE" "$PWD" "$@"
}
