/* SPDX-License-Identifier: GPL-2.0 */
/* Layout of the arguments of the NT guests' program. */
#ifndef GUESTS_NT_MEMORY_H
#define GUESTS_NT_MEMORY_H

#include "nt.h"

/* Fixed user addresses, so that the lines with pointers are known. */
enum {
	SPLIT = 0x10000000,	/* three pages, physically apart */
	GAP = 0x10010000,	/* one page, the next is absent */
	LATE = 0x10020000,	/* absent until the kernel pages it in */
	OUT = 0x10030000,	/* outputs of calls */
	DATA = 0x10040000,
	NAMES = 0x10050000,	/* two pages: UNICODE_STRINGs and their text */
	DEVICE = 0x10060000,	/* mapped to an address without memory */
	STACK = 0x10070000,	/* two pages, the next is absent */
	STACK_END = STACK + 0x2000,
	KERNEL = 0x10080000,	/* a kernel page, holds BOOT_INI and the like */
	NOWHERE = 0x10100000,
	TEB = 0x7ffdf000,
	HOLE = 0x40000000,	/* guest-physical */
};

#ifdef __x86_64__
enum { STACK_ARGS = 5 };	/* words: return address, home of four registers */
#define WRAP	0xfffffffffffffff0
#else
enum { STACK_ARGS = 1 };
#define WRAP	0xfffffff0
#endif

struct unicode_string {
	u16 length, maximum;
	uintptr_t buffer;
};

struct object_attributes {
	u32 length;
	uintptr_t root, name;
	u32 attributes;
	uintptr_t descriptor, qos;
};

struct io_status_block {
	uintptr_t status, information;
};

struct client_id {
	uintptr_t process, thread;
};

enum { CASE_INSENSITIVE = 0x40, LONG_NAME = 260 };

#define HANDLE_OUT	(OUT + 0)
#define STATUS_BLOCK	(OUT + 0x10)
#define BASE_OUT	(OUT + 0x20)
#define SIZE_OUT	(OUT + 0x30)
#define BUFFER		(OUT + 0x100)

#define OFFSET		(DATA + 0)	/* LARGE_INTEGERs */
#define INTERVAL	(DATA + 8)
#define CLIENT		(DATA + 0x10)
#define TEXT		(DATA + 0x100)
#define IMAGE		(DATA + 0x40)	/* PS_ATTRIBUTE_LISTs */
#define IMAGE_GAP	(DATA + 0x1000 - 40)
#define PARAMETERS	(DATA + 0x700)	/* RTL_USER_PROCESS_PARAMETERS */
#define DENORMALIZED	(DATA + 0x800)
#define COMMAND_LINE	(DATA + 0x900)
#define AFD_CONNECT	(DATA + 0x980)	/* inputs of AFD */
#define AFD_SEND	(DATA + 0x9c0)
#define AFD_RECEIVE	(DATA + 0x9e0)
#define WSABUFS		(DATA + 0xa00)	/* two to send, one to receive */
#define AFD_SENDTO	(DATA + 0xa40)
#define AFD_RECVFROM	(DATA + 0xab0)
#define ADDRESS		(DATA + 0xae0)	/* of a datagram; its length */
#define ADDRESS_LENGTH	(DATA + 0xaf0)
#define ATTRIBUTES(n)	(DATA + 0x200 + (uintptr_t)(n) * 0x40)	/* of enum name */

enum name {
	BOOT_INI, RELATIVE, NO_NAME, SPLIT_NAME, GAP_NAME, LATE_NAME, LYING,
	ODD, LONG, SURROGATES, EMPTY, WRAPPED, DEVICE_NAME, SHORT_LENGTH,
	KERNEL_STRING, KERNEL_TEXT,
};

#define STRING(n)	(NAMES + (uintptr_t)(n) * 0x10)

void nt_memory(void);

#endif
