# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# Packages that are not installed but unpacked into a directory of the cache.

# Set by packages_tree.
PACKAGES_TREE=

# packages_tree NAME APT PACKAGE...: set PACKAGES_TREE to the directory where the packages
# and all their dependencies are unpacked, in the versions of today or yesterday. APT runs
# apt-get with the sources and lists concerned; NAME says in the cache which they are.
packages_tree() {
	local answer uris key
	local name=$1 apt=$2

	key=$(sha256sum <<<"${*:3}")
	answer=$VM_CACHE/current/$name-${key:0:16}
	if [[ ! $(find "$answer" -mmin -1440 2>/dev/null) ]]; then
		uris=$($apt apt-get -qq --print-uris --no-install-recommends install "${@:3}" |
			grep "^'")
		if [[ $uris ]]; then
			mkdir -p "${answer%/*}"
			echo "$uris" >"$answer.$$" && mv "$answer.$$" "$answer"
		fi
	fi
	[[ -e $answer ]] || die "no packages of $name: ${*:3} (is there a network?)"
	key=$(sha256sum <"$answer")
	PACKAGES_TREE=$VM_CACHE/packages/$name-${key:0:16}
	cached "$PACKAGES_TREE" packages_fetch "$apt" "${@:3}"
}

packages_fetch() {
	local apt=$1 tree=${*: -1} debs=${*: -1}.debs

	mkdir -p "$debs/partial"
	say "fetching packages: ${*:2:$#-2}"
	$apt apt-get -qq -y --no-install-recommends --download-only \
		-o Dir::Cache::archives="$debs" install "${@:2:$#-2}" >&2 || return
	packages_unpack "$tree" "$debs"
}

# packages_unpack TREE DIRECTORY: unpack all packages in DIRECTORY, into a new tree or beside others.
packages_unpack() {
	local directory deb

	mkdir -p "$1/usr"
	# Links for merged /usr: packages from before and after it must work.
	for directory in bin sbin lib lib64; do
		[[ ! -e $1/$directory ]] || continue
		mkdir "$1/usr/$directory"
		ln -s "usr/$directory" "$1/$directory"
	done
	for deb in "$2"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$1" --keep-directory-symlink --no-same-owner || return
	done
}
