// SPDX-License-Identifier: GPL-2.0
/* Message of the last error, for each thread. */
#include <stdarg.h>
#include <stdio.h>

#include "handle.h"

static _Thread_local char message[256] = "no error";

const char *vsys_error(void)
{
	return message;
}

int vsys_fail(int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err;
}
