static void toy_entry(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	case 1: /* enter */
		vsys_cap_sqes(c, 1);
		break;
	}
}
static void toy_exit(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	case 1: /* enter */
		vsys_rings_enter(c);
		break;
	case 2: /* map */
		vsys_rings_map(c);
		break;
	case 4: /* set */
		vsys_cap_buf(c, 1, 8);
		vsys_rings_set(c);
		break;
	}
}
static void toy_failed(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	}
}
void vsys_sqe_memory(struct vsys_sqe_ctx *s)
{
	switch (s->sqe->entry[0]) {
	case 2: /* OPEN */
	case 3: /* STAT */
		vsys_sqe_str(s, 16);
		break;
	case 7: /* SEND */
		vsys_sqe_buf(s, 16, vsys_sqe_number(s, 24, 4));
		vsys_sqe_buf(s, 8, vsys_cap_mul(vsys_sqe_number(s, 44, 4), 8));
		vsys_sqe_buf(s, 48, 4);
		vsys_sqe_buf(s, 56, vsys_sqe_number(s, 24, 4));
		break;
	}
}
	[0] = 3 | VSYS_CALL_KNOWN | VSYS_CALL_IN | VSYS_CALL_RINGS | 1 << VSYS_CALL_FORM_SHIFT,
	[1] = 2 | VSYS_CALL_KNOWN | VSYS_CALL_RINGS | 2 << VSYS_CALL_FORM_SHIFT,
	[2] = 2 | VSYS_CALL_KNOWN | VSYS_CALL_OUT | VSYS_CALL_RINGS | 4 << VSYS_CALL_FORM_SHIFT,
	[3] = 1 | VSYS_CALL_KNOWN,
