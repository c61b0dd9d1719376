// SPDX-License-Identifier: GPL-2.0
/* read(): the reader's side of the rings for programs that do not map them. */
#include <linux/uaccess.h>

#include "ring.h"
#include "ring_read.h"
#include "session.h"

/*
 * Copy whole records of one ring.  The caller can write to the reader's page, so the
 * position may be any number and the bytes at it no record.
 */
static ssize_t read_ring(struct vsys_ring *ring, char __user *buf, size_t len)
{
	struct vsys_ring_reader *reader = (void *)ring->reader;
	u64 pos = READ_ONCE(reader->pos);
	/* Pairs with the store-release in vsys_ring_commit(). */
	u64 end = smp_load_acquire(&ring->writer->pos);
	size_t done = 0;

	if (!vsys_ring_pos_valid(ring, end, pos))
		return -EIO;
	while (pos != end) {
		void *rec = ring->data + (pos & (ring->bytes - 1));
		u32 size = READ_ONCE(((struct vsys_record *)rec)->size);

		if (size < sizeof(struct vsys_record) || size & 7 ||
		    size > end - pos)
			return -EIO;
		if (size > len - done)
			break;
		if (copy_to_user(buf + done, rec, size))
			return -EFAULT;
		done += size;
		pos += size;
	}
	if (!done && pos != end)
		return -EMSGSIZE;
	/* Pairs with the load-acquire in vsys_ring_reserve(). */
	smp_store_release(&reader->pos, pos);
	return done;
}

/* Copy from the rings @first to @last; an error, or 0 if more may follow. */
static ssize_t read_rings(struct vsys_session *s, char __user *buf, size_t len,
			  size_t *done, u32 first, u32 last)
{
	struct vsys_session_ring *r;
	unsigned long i;
	ssize_t n;

	lockdep_assert_held(&s->read_lock);
	xa_for_each_range(&s->rings, i, r, first, last) {
		if (*done == len)
			return 0;
		/* The next read() begins with the first ring that this one does not finish. */
		s->next_ring = i;
		n = read_ring(r->ring, buf + *done, len - *done);
		if (n < 0)
			return n;
		*done += n;
		s->next_ring = i + 1;
	}
	return 0;
}

/**
 * vsys_read() - copy whole records from the rings in turn, without waiting
 * @s: the session
 * @buf: destination
 * @len: bytes of @buf
 *
 * Return: bytes copied, 0 if there are none, -EMSGSIZE if @buf is too small
 * for the next record, -EIO if the reader's position is invalid, -EFAULT.
 */
ssize_t vsys_read(struct vsys_session *s, char __user *buf, size_t len)
{
	size_t done = 0;
	ssize_t n;
	u32 first;

	mutex_lock(&s->read_lock);
	WRITE_ONCE(s->seen, READ_ONCE(s->nr_rings));
	first = s->next_ring;
	n = read_rings(s, buf, len, &done, first, U32_MAX);
	if (!n && first)
		n = read_rings(s, buf, len, &done, 0, first - 1);
	mutex_unlock(&s->read_lock);
	vsys_session_reap(s);
	return done ? done : n;
}
