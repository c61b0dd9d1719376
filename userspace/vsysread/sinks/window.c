// SPDX-License-Identifier: GPL-2.0
/* Messages of a stream that are on the way. */
#include <stdlib.h>

#include "window.h"

bool window_ready(struct window *w, struct outbox *outbox, unsigned int most, unsigned int ms)
{
	struct message *m;

	if (w->next - w->first >= most || w->bytes >= WINDOW_BYTES)
		return false;
	if (w->next < w->taken)
		return true;
	m = outbox_take(outbox, w->first == w->taken ? ms : 0);
	if (!m)
		return false;
	w->bytes += m->size;
	*window_at(w, w->taken++) = (struct flight){ .m = m };
	return true;
}

void window_release(struct window *w, struct outbox *outbox)
{
	struct flight *f;

	while (w->first < w->taken && (f = window_at(w, w->first))->stored) {
		w->bytes -= f->m->size;
		outbox_release(outbox, f->m);
		f->m = NULL;
		w->first++;
	}
	if (w->next < w->first)
		w->next = w->first;
}

void window_again(struct window *w)
{
	uint64_t n;

	for (n = w->first; n < w->next; n++)
		window_at(w, n)->again = true;
	w->next = w->first;
}

void window_free(struct window *w, struct sink_counts *counts)
{
	struct flight *f;

	for (; w->first < w->taken; w->first++) {
		f = window_at(w, w->first);
		counts->sent -= f->stored && !f->rejected;
		free(f->m);
	}
}
