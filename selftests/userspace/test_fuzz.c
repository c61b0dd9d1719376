// SPDX-License-Identifier: GPL-2.0
/*
 * Random records, with a fixed seed, through everything that reads records.
 * The sanitizers are the judges; what is counted here only shows that enough
 * of the records were good enough to get far.
 */
#include "ktap.h"
#include "records.h"
#include "table.h"

enum { ROUNDS = 200000 };

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Numbers at which code changes its mind are likelier than others. */
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
		rec_cap(&r, rnd() % 7, rnd() % 6, rnd() % 4, odd_number(), data, len);
	}
}

static void random_record(const struct vsys_table *table)
{
	uint32_t nr = rnd() % 2 ? table->calls[rnd() % table->ncalls].nr : (uint32_t)rnd() % 500;
	uint64_t args[VSYS_ARGS];
	unsigned int i;

	for (i = 0; i < VSYS_ARGS; i++)
		args[i] = odd_number();
	switch (rnd() % 4) {
	case 0:
		rec_event(&r, rnd() % 9);
		break;
	case 1:
		rec_return(&r, nr, rnd() % 64, odd_number());
		random_captures();
		break;
	default:
		rec_entry(&r, nr, rnd() % 64, VSYS_ARGS, args);
		random_captures();
		break;
	}
	rec_head(&r)->vm = rnd() % 3;
	if (rnd() % 8 == 0)
		rec_head(&r)->flags = (uint16_t)rnd();
}

/* Spoil some bytes, the size too, but so that the frame holds. */
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

static void show(struct vsys_decoder *d, const struct vsys_table *table,
		 const struct vsys_call_event *ev)
{
	struct vsys_decoded c;

	vsys_text_reset(&t);
	if (vsys_decoder_call(d, table, ev, &c))
		abort();
	vsys_format_call(&t, &c);
	vsys_format_call_json(&t, &c, &profiles);
	if (strspn(t.s, " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
		   "abcdefghijklmnopqrstuvwxyz{|}~") != t.len)
		abort();
	shown++;
}

static void fuzz(const struct vsys_table *table)
{
	struct vsys_pairing *p = vsys_pairing_new(32);
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_account a = { 0 };
	struct vsys_call_event ev;
	struct vsys_record *rec;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
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

int main(void)
{
	ktap_plan(3);
	vsys_profiles_add(&profiles, "linux_x86_64");
	fuzz(&test_table);
	is_true(shown > ROUNDS / 4 && refused > ROUNDS / 20, "records of the test's table");
	shown = refused = 0;
	if (vsys_ntables)
		fuzz(&vsys_tables[0]);
	is_true(shown > ROUNDS / 4 && refused > ROUNDS / 20, "records of the first profile");
	vsys_profiles_free(&profiles);
	vsys_text_free(&t);
	is_true(true, "no overrun");
	return ktap_end();
}
