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
	struct vsys_session_ring *r;
	size_t done = 0;
	ssize_t n = 0;
	u32 i, nr;

	mutex_lock(&s->read_lock);
	nr = READ_ONCE(s->nr_rings);
	WRITE_ONCE(s->seen, nr);
	for (i = 0; i < nr && done < len; i++) {
		r = xa_load(&s->rings, (s->next_ring + i) % nr);
		if (!r)
			continue;
		n = read_ring(r->ring, buf + done, len - done);
		if (n < 0)
			break;
		done += n;
	}
	if (nr)
		s->next_ring = (s->next_ring + i) % nr;
	mutex_unlock(&s->read_lock);
	return done ? done : n;
}
