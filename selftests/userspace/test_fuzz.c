// SPDX-License-Identifier: GPL-2.0
/*
 * Random records, with a fixed seed, through everything that reads records.
 * The sanitizers are the judges; the counts only show that enough of the records
 * were valid enough to get far.
 */
#include "ktap.h"
#include "records.h"
#include "table.h"

enum {
	ROUNDS = 150000,
	FEW_ROUNDS = 5000,	/* of each profile */
};

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Numbers at which code takes another branch are likelier than others. */
static uint64_t odd_number(void)
{
	static const uint64_t odd[] = {
		0, 1, 7, 8, 15, 16, 4095, 4096, 0x7fffffff, 0x80000000, 0xffffffff,
		UINT64_MAX, UINT64_MAX - 1, (uint64_t)-100, (uint64_t)-4095, (uint64_t)-4096,
	};

	return rnd() % 2 ? rnd() : odd[rnd() % (sizeof(odd) / sizeof(odd[0]))];
}

static struct rec r;

static void random_captures(void)
{
	unsigned char data[256];
	unsigned int n = rnd() % 4, i, len;

	while (n--) {
		len = rnd() % sizeof(data);
		for (i = 0; i < len; i++)
			data[i] = (unsigned char)(rnd() % 3 ? rnd() : rnd() % 4);
		rec_cap(&r, (unsigned int)rnd() % (VSYS_ARGS_MAX + 2), rnd() % (VSYS_CAP_KIND_NR + 1), rnd() % 8,
			odd_number(), data, len);
	}
}

/* A call of the table as a rule, of any of its ABIs. */
static uint32_t random_number(const struct vsys_table *table, unsigned int *abi)
{
	const struct vsys_numbering *of = &table->abis[rnd() % table->nabis];

	*abi = rnd() % 16 ? of->abi : (unsigned int)rnd() % 8;
	return rnd() % 4 ? of->numbers[rnd() % of->n].nr : (uint32_t)rnd() % 0x1200;
}

static void random_record(const struct vsys_table *table)
{
	uint64_t args[VSYS_ARGS_MAX];
	unsigned int abi, nargs, i;
	uint32_t nr = random_number(table, &abi);

	for (i = 0; i < VSYS_ARGS_MAX; i++)
		args[i] = odd_number();
	nargs = (unsigned int)rnd() % (VSYS_ARGS_MAX + 1);
	switch (rnd() % 4) {
	case 0:
		rec_event(&r, rnd() % (VSYS_REC_TYPE_NR + 1));
		if (rnd() % 2)
			rec_entry_reg(&r, 0xc0000080 + (uint32_t)rnd() % 8, odd_number(), odd_number());
		break;
	case 1:
		rec_return(&r, nr, rnd() % 64, odd_number());
		random_captures();
		break;
	default:
		rec_entry(&r, nr, rnd() % 64, nargs, args);
		if (rnd() % 4 == 0)
			rec_valid(&r, (unsigned int)rnd() % (nargs + 1));
		random_captures();
		break;
	}
	rec_abi(&r, abi, rnd() % 5);
	rec_head(&r)->vm = rnd() % 3;
	if (rnd() % 8 == 0)
		rec_head(&r)->flags = (uint16_t)rnd();
}

/* Spoil some bytes, the size too, but keep the frame valid. */
static void spoil(void)
{
	uint32_t size = rec_head(&r)->size;
	unsigned int n = rnd() % 4;

	while (n--)
		r.b[4 + rnd() % (size - 4)] = (unsigned char)rnd();
	if (rnd() % 8 == 0)
		rec_head(&r)->size = 40 + (uint32_t)(rnd() % (size / 8 - 4)) * 8;
}

static uint64_t shown, refused;
static struct vsys_text t;
static struct vsys_profiles profiles;

/* No character that a terminal obeys or cannot show: ASCII, and UTF-8 of Windows guests. */
static bool harmless(const char *s, size_t n, bool wide)
{
	static const char *const bad[] = {
		"\xc2\x80", "\xc2\x9b", "\xe2\x80\xae", "\xed\xa0", "\xef\xbb\xbf",
	};
	unsigned int i, more = 0;

	if (strlen(s) != n)
		return false;
	for (i = 0; wide && i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strstr(s, bad[i]))
			return false;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (more ? (c & 0xc0) != 0x80 : (c < ' ' || c == 0x7f || (c >= 0x80 && !wide)))
			return false;
		if (more)
			more--;
		else if (c >= 0x80)
			more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	}
	return !more;
}

static void show(struct vsys_decoder *d, const struct vsys_table *table,
		 const struct vsys_call_event *ev)
{
	struct vsys_decoded c;

	if (vsys_decoder_call(d, table, ev, &c))
		abort();
	vsys_text_reset(&t);
	vsys_format_call(&t, &c);
	/* The kind of a capture decides, also for Linux guests. */
	if (!harmless(t.s, t.len, true))
		abort();
	vsys_text_reset(&t);
	vsys_format_call_json(&t, &c, &profiles);
	if (!harmless(t.s, t.len, false))
		abort();
	shown++;
}

static void fuzz(const struct vsys_table *table, unsigned int rounds)
{
	struct vsys_pairing *p = vsys_pairing_new(32);
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_account a = { 0 };
	struct vsys_call_event ev;
	struct vsys_record *rec;
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		random_record(table);
		if (rnd() % 2)
			spoil();
		if (vsys_record_frame(r.b, sizeof(r.b)) <= 0)
			abort();
		rec = rec_copy(&r);
		if (!vsys_account_record(&a, rec, NULL, NULL)) {
			refused++;
		} else if (vsys_pairing_feed(p, rec, &ev) == 1) {
			show(d, table, &ev);
		} else {
			vsys_text_reset(&t);
			vsys_format_record(&t, rec, &profiles);
			vsys_format_record_json(&t, rec, &profiles);
		}
		free(rec);
	}
	while (vsys_pairing_drain(p, &ev))
		show(d, table, &ev);
	vsys_decoder_free(d);
	vsys_pairing_free(p);
}

static void judge(const struct vsys_table *table, unsigned int rounds, const char *name)
{
	shown = refused = 0;
	fuzz(table, rounds);
	is_true(shown > rounds / 4 && refused > rounds / 20, name);
}

int main(void)
{
	unsigned int i;

	ktap_plan(4 + vsys_ntables);
	vsys_profiles_add(&profiles, "linux_x86_64");
	judge(&test_table, ROUNDS, "records of three Linux ABIs");
	judge(&wintable, ROUNDS, "records of 64-bit Windows");
	judge(&wintable32, ROUNDS, "records of 32-bit Windows");
	for (i = 0; i < vsys_ntables; i++)
		judge(&vsys_tables[i], FEW_ROUNDS, vsys_tables[i].name);
	vsys_profiles_free(&profiles);
	vsys_text_free(&t);
	is_true(true, "no overrun");
	return ktap_end();
}
