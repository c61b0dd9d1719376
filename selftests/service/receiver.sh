#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A receiver of OpenTelemetry for one connection: keep what comes, and say that it is stored.
end=$(printf '\r')
while read -r name value; do
	case $name in
	Content-Length:) size=${value%"$end"} ;;
	"$end")
		head -c "$size" | gunzip >>/tmp/received
		printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
		;;
	esac
done
