// SPDX-License-Identifier: GPL-2.0
/* Write the recorded file of program.h to the standard output: mkprogram PROFILE */
#include <unistd.h>

#include "program.h"

int main(int argc, char **argv)
{
	program_write(STDOUT_FILENO, argc > 1 ? argv[1] : LINUX);
	return 0;
}
