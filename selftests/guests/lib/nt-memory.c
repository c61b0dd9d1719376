// SPDX-License-Identifier: GPL-2.0
/* The memory of the NT guests' program: what the arguments of its calls point to. */
#include "nt-memory.h"

/* 64-bit: a client id (output), then another attribute, then the image. */
static void put_image(void)
{
	static const u64 list[] = { 72, 0x10003, 16, CLIENT, 0, 0x20005, 30, NAMES + 0x400, 0 };

	memcpy((void *)IMAGE, list, sizeof(list));
	/* The second attribute is in the next page. */
	memcpy((void *)IMAGE_GAP, list, 40);
}

/* 64-bit: a command line, by address and by offset. */
static void put_parameters(void)
{
	enum { FLAGS = 8, NORMALIZED = 1, LINE = 0x70, LINE_BYTES = 34 };

	put_wide(COMMAND_LINE, "notepad.exe a.txt", LINE_BYTES / 2);
	*(u32 *)(PARAMETERS + FLAGS) = NORMALIZED;
	*(struct unicode_string *)(PARAMETERS + LINE) =
		(struct unicode_string){ LINE_BYTES, LINE_BYTES + 2, COMMAND_LINE };
	*(struct unicode_string *)(DENORMALIZED + LINE) =
		(struct unicode_string){ LINE_BYTES, LINE_BYTES + 2, COMMAND_LINE - DENORMALIZED };
}

/* 64-bit: an address behind three members, and buffers: address, number; length, address. */
static void put_afd(void)
{
	static const u8 address[16] = { 2, 0, 1, 0xbb, 192, 0, 2, 1 };
	static const u64 buffers[] = { 5, TEXT, 3, TEXT, 4096, BUFFER };
	static const u64 send[] = { WSABUFS, 2 }, receive[] = { WSABUFS + 32, 1 };

	memcpy((void *)(AFD_CONNECT + 24), address, sizeof(address));
	memcpy((void *)WSABUFS, buffers, sizeof(buffers));
	memcpy((void *)AFD_SEND, send, sizeof(send));
	memcpy((void *)AFD_RECEIVE, receive, sizeof(receive));
	memcpy((void *)ADDRESS, address, sizeof(address));
	*(u32 *)ADDRESS_LENGTH = sizeof(address);
	memcpy((void *)AFD_SENDTO, send, sizeof(send));
	*(u32 *)(AFD_SENDTO + 88) = sizeof(address);
	*(u64 *)(AFD_SENDTO + 96) = ADDRESS;
	memcpy((void *)AFD_RECVFROM, receive, sizeof(receive));
	*(u64 *)(AFD_RECVFROM + 24) = ADDRESS;
	*(u64 *)(AFD_RECVFROM + 32) = ADDRESS_LENGTH;
}

static void put_name(enum name n, u16 length, u16 maximum, uintptr_t buffer)
{
	*(struct unicode_string *)STRING(n) =
		(struct unicode_string){ length, maximum, buffer };
}

static void put_attributes(enum name n, uintptr_t root, uintptr_t name,
			   u32 attributes)
{
	*(struct object_attributes *)ATTRIBUTES(n) = (struct object_attributes){
		sizeof(struct object_attributes), root, name, attributes, 0, 0,
	};
}

/* A name with its text at @at, and the usual OBJECT_ATTRIBUTES. */
static void put_usual(enum name n, uintptr_t at, const char *s, unsigned int len)
{
	if (s)
		put_wide(at, s, len);
	put_name(n, len * 2, len * 2 + 2, at);
	put_attributes(n, 0, STRING(n), CASE_INSENSITIVE);
}

static void put_names(void)
{
	static const u16 surrogates[] = {
		'a', 0xd800, 'b', 0xdc00, 0xd83d, 0xde00, 0xdc00, 0xd800,
	};
	uintptr_t text = NAMES + 0x400, split = SPLIT + 0x1000;
	unsigned int i;

	put_usual(BOOT_INI, text, "\\??\\C:\\boot.ini", 15);
	put_usual(RELATIVE, text + 0x40, "ntuser.dat", 10);
	put_attributes(RELATIVE, 0x14, STRING(RELATIVE), CASE_INSENSITIVE);
	put_attributes(NO_NAME, 0, 0, 0);
	put_usual(EMPTY, text + 0x60, "", 0);
	put_usual(SURROGATES, text + 0x80, NULL, ARRAY_SIZE(surrogates));
	memcpy((void *)(text + 0x80), surrogates, sizeof(surrogates));
	put_usual(LONG, NAMES + 0xf00, "\\??\\C:\\", 7);
	for (i = 7; i < LONG_NAME; i++)
		((u16 *)(NAMES + 0xf00))[i] = 'a' + i % 26;
	put_name(LONG, LONG_NAME * 2, LONG_NAME * 2, NAMES + 0xf00);

	/* The UNICODE_STRING and its text each cross into the next page. */
	put_usual(SPLIT_NAME, SPLIT + 0x2000 - 16, "\\SystemRoot\\split", 17);
	memcpy((void *)(split - sizeof(struct unicode_string) / 2),
	       (void *)STRING(SPLIT_NAME), sizeof(struct unicode_string));
	put_attributes(SPLIT_NAME, 0, split - sizeof(struct unicode_string) / 2,
		       CASE_INSENSITIVE);

	put_usual(GAP_NAME, GAP + 0x1000 - 16, "\\??\\C:\\g", 8);
	put_name(GAP_NAME, 64, 66, GAP + 0x1000 - 16);
	put_usual(LATE_NAME, LATE, NULL, 19);
	put_usual(LYING, GAP + 0x1000 - 16, NULL, 8);
	put_name(LYING, 0xffff, 0, GAP + 0x1000 - 16);
	put_usual(ODD, text, NULL, 15);
	put_name(ODD, 21, 22, text);
	put_usual(WRAPPED, WRAP, NULL, 16);
	put_usual(DEVICE_NAME, DEVICE, NULL, 4);
	put_usual(SHORT_LENGTH, text, NULL, 15);
	((struct object_attributes *)ATTRIBUTES(SHORT_LENGTH))->length = 8;
	put_usual(KERNEL_TEXT, KERNEL + 0x100, NULL, 15);
	put_attributes(KERNEL_STRING, 0, KERNEL, CASE_INSENSITIVE);
}

/* At an address the program cannot read: a string, its text and OBJECT_ATTRIBUTES. */
static void put_kernel(void)
{
	map_user(KERNEL);
	memcpy((void *)KERNEL, (void *)STRING(BOOT_INI), sizeof(struct unicode_string));
	memcpy((void *)(KERNEL + 0x80), (void *)ATTRIBUTES(BOOT_INI),
	       sizeof(struct object_attributes));
	put_wide(KERNEL + 0x100, "\\??\\C:\\boot.ini", 15);
	take_user(KERNEL);
}

void nt_memory(void)
{
	static const uintptr_t pages[] = {
		SPLIT, SPLIT + 0x1000, SPLIT + 0x2000, GAP, OUT, DATA,
		NAMES, NAMES + 0x1000, STACK, STACK + 0x1000, TEB, NT_SHARED,
		NT_NTDLL,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		map_user(pages[i]);
	map_page(DEVICE, HOLE, PTE_P | PTE_W | PTE_U);
	*(uintptr_t *)SIZE_OUT = 0x1001;
	*(u64 *)OFFSET = 0x100000010;
	*(u64 *)INTERVAL = -10000;
	*(struct client_id *)CLIENT = (struct client_id){ 4711, 4712 };
	put_string(TEXT, "hello");
	put_names();
	put_kernel();
	put_image();
	put_parameters();
	put_afd();
}
