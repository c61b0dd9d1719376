# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with run
#
# Debian's i386 packages. apt has a configuration, lists and an empty status of
# its own for them in the cache: the machine's dpkg and apt stay as they are.

I386_APT=$VM_CACHE/apt-i386

i386_apt_make() {
	mkdir -p "$1/lists/partial" "$1/state"
	: >"$1/status"
	# Sources, keys and proxies are the machine's own.
	cat >"$1/conf" <<-END
		APT::Architecture "i386";
		APT::Architectures { "i386"; };
		APT::Sandbox::User "";
		Dir::State "$I386_APT/state";
		Dir::State::lists "$I386_APT/lists";
		Dir::State::status "$I386_APT/status";
		Dir::Cache "$I386_APT";
	END
}

# Lists must be as new as the machine's. One index may fail while the others serve.
i386_update() {
	[[ $I386_APT/updated -nt /var/lib/apt/lists ]] && return
	say "fetching the lists of i386 packages"
	APT_CONFIG=$I386_APT/conf apt-get -qq update >&2
	compgen -G "$I386_APT/lists/*_Packages*" >/dev/null && touch "$I386_APT/updated"
}

# i386_apt COMMAND...: apt-get or apt-cache with i386 packages only.
i386_apt() {
	cached "$I386_APT" i386_apt_make
	(flock 9; i386_update) 9>"$I386_APT.update"
	APT_CONFIG=$I386_APT/conf "$@"
}

# i386_tree PACKAGE...: let foreign programs be these, see foreign.sh.
i386_tree() {
	packages_tree i386 i386_apt "$@"
	FOREIGN_TREE=$PACKAGES_TREE FOREIGN_LIBRARIES=/lib/i386-linux-gnu
	FOREIGN_LOADER=/lib/ld-linux.so.2
}
