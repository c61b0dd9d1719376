# SPDX-License-Identifier: GPL-2.0
# bash completion for vsysread

_vsysread_profiles() {
	mapfile -t COMPREPLY < <(compgen -W "$(vsysread --profiles 2>/dev/null | cut -d' ' -f1)" -- "$1")
}

_vsysread() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	# "7:x" is three words here; only -p has a colon.
	if [[ $cur == : ]]; then
		_vsysread_profiles ""
		return
	elif [[ $prev == : ]]; then
		_vsysread_profiles "$cur"
		return
	fi
	# So is "--profile=x".
	[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $cur == = ]] && cur=

	case $prev in
	-p | --pid)
		mapfile -t COMPREPLY < <(compgen -W "$(pgrep -d ' ' 'qemu|kvm' 2>/dev/null)" -- "$cur")
		return
		;;
	-P | --profile)
		_vsysread_profiles "$cur"
		return
		;;
	-d | --doors)
		local before=${cur%"${cur##*,}"}
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "syscall sysenter int80 int2e" -- "${cur##*,}")
		return
		;;
	-e | --calls | -s | --capture | -n | --count | -t | --time | --ring-size | --ready-fd)
		return
		;;
	-o | --output | --ready-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "-p --pid= -P --profile= -d --doors= -e --calls= -c --summary
			-o --output= --json --raw -s --capture= -v --verbose -n --count= -t --time=
			-T --latency --profiles --ring-size= --until-gone --stats --ready-file=
			--ready-fd= --read --version -h --help" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -o nospace -o filenames -F _vsysread vsysread
