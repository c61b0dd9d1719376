// SPDX-License-Identifier: GPL-2.0
/* Page walks of all formats, their bounds, and the ranges of an image. */
#include "ktap.h"
#include "fakeguest.h"
#include <guest/image.h>

static const struct {
	const char *name;
	enum vsys_space_mode paging;
	uint64_t va;
	uint64_t large;
} formats[] = {
	{ "2 levels", VSYS_SPACE_2LEVEL, 0xc0801000, 4 << 20 },
	{ "PAE", VSYS_SPACE_PAE, 0xc0801000, 2 << 20 },
	{ "4 levels", VSYS_SPACE_4LEVEL, UINT64_C(0xffffffff81001000), 2 << 20 },
	{ "5 levels", VSYS_SPACE_5LEVEL, UINT64_C(0xff11223344556000), 2 << 20 },
};

static void named(bool ok, const char *format, const char *what)
{
	char name[96];

	snprintf(name, sizeof(name), "%s: %s", format, what);
	is_true(ok, name);
}

static void format(unsigned int i)
{
	uint64_t va = formats[i].va, large = (va & ~(formats[i].large - 1)) + 2 * formats[i].large, v;
	const char *name = formats[i].name;
	struct vsys_mapping m;
	struct fakeguest g;
	char text[8];

	fake_begin(&g, formats[i].paging);
	fake_map(&g, va, 4096, FAKE_W);
	fake_map(&g, va + 4096, 4096, FAKE_NX);
	fake_map(&g, large, 1, FAKE_LARGE);
	fake_put64(&g, va + 4092, 0x1122334455667788);
	named(vsys_space_number(&g.space, va + 4092, 8, &v) && v == 0x1122334455667788, name,
	      "a number across two pages");
	named(vsys_space_pointer(&g.space, va + 4092, &v) &&
	      v == (formats[i].paging < VSYS_SPACE_4LEVEL ? 0x55667788 : 0x1122334455667788), name,
	      "a pointer has the kernel's width");
	fake_put(&g, large + formats[i].large - 4, "end", 4);
	named(vsys_space_string(&g.space, large + formats[i].large - 4, text, sizeof(text)) &&
	      !strcmp(text, "end"), name, "a string at the end of a large page");
	named(!vsys_space_read(&g.space, va + 8190, text, 4), name, "the page behind is absent");
	named(vsys_space_walk(&g.space, va, &m) && m.writable && m.left == 4096, name, "writable");
	named(vsys_space_walk(&g.space, va + 4096 + 5, &m) && !m.writable && m.left == 4091, name,
	      "not writable");
	named(!vsys_space_walk(&g.space, large - formats[i].large, &m) && m.left == formats[i].large,
	      name, "a hole as large as its table");
	g.space.budget = 100;
	vsys_space_forget(&g.space);
	named(!vsys_space_number(&g.space, va, 8, &v), name, "no read beyond the budget");
	fake_end(&g);
}

static void image(void)
{
	uint64_t va = UINT64_C(0xffffffff80000000);
	struct vsys_image img;
	struct fakeguest g;

	fake_begin(&g, VSYS_SPACE_4LEVEL);
	fake_map(&g, va + 0x1000000, 2 << 20, FAKE_LARGE);
	fake_map(&g, va + 0x1200000, 3 * 4096, 0);
	fake_map(&g, va + 0x1203000, 4096, FAKE_NX);
	fake_map_at(&g, va + 0x1204000, FAKE_BYTES, FAKE_NX);
	fake_put(&g, va + 0x1203000, "data", 5);
	vsys_image_scan(&img, &g.space, va, va + 0x40000000);
	is_number(img.nruns, 2, "ranges are joined by what may be done there");
	is_number(img.run[0].n, (2 << 20) + 3 * 4096, "large and small pages in one");
	is_text((const char *)vsys_image_load(&g.space, &img.run[1]), "data", "a copy of it");
	is_number(img.run[1].bytes[4096], 0, "what has no memory is zero");
	is_true(g.reads < 20, "a scan of 1 GiB reads few tables");
	vsys_image_free(&img);
	fake_end(&g);
}

/* All of 1 GiB is mapped, each page the same: the budget ends it. */
static void endless(void)
{
	uint64_t va = UINT64_C(0xffffffff80000000), i;
	struct vsys_image img;
	struct fakeguest g;

	fake_begin(&g, VSYS_SPACE_4LEVEL);
	for (i = 0; i < 512; i++)
		fake_map_at(&g, va + (i << 21), 0, FAKE_LARGE | (i & 1 ? FAKE_W : 0));
	g.space.budget = 8 << 20;
	vsys_image_scan(&img, &g.space, va, va + 0x40000000);
	is_number(img.nruns, 512, "1 GiB of ranges");
	for (i = 0; i < img.nruns; i++)
		vsys_image_load(&g.space, &img.run[i]);
	is_true(g.reads < 16, "the budget bounds what is read");
	vsys_image_free(&img);
	fake_end(&g);
}

int main(void)
{
	unsigned int i;

	ktap_plan(39);
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		format(i);
	image();
	endless();
	return ktap_end();
}
