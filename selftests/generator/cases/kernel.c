static bool toy_broken(struct vsys_capture_ctx *c)
{
	switch ((u32)vsys_cap_ret(c)) {
	case (u32)-4:
		return true;
	default:
		return false;
	}
}
static bool toy_short(struct vsys_capture_ctx *c)
{
	switch ((u32)vsys_cap_ret(c)) {
	case (u32)-7:
	case (u32)-28:
		return true;
	default:
		return false;
	}
}
static void toy_entry(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	case 1: /* ctl */
		switch ((u32)vsys_cap_arg(c, 1)) {
		case 1:
			break;
		case 2:
		case (u32)-1:
			vsys_cap_buf(c, 2, 8);
			break;
		case 0x10:
			switch ((u32)vsys_cap_arg(c, 2)) {
			case 1:
				break;
			default:
				vsys_cap_str(c, 3);
				break;
			}
			break;
		case 7:
			break;
		case 9:
			vsys_cap_buf(c, 2, (u32)vsys_cap_arg(c, 3));
			vsys_cap_noreturn(c);
			break;
		default:
			vsys_cap_buf(c, 2, (u32)vsys_cap_arg(c, 3));
			break;
		}
		break;
	case 8: /* mode */
		vsys_cap_str(c, 0);
		break;
	case 10: /* nap */
		vsys_cap_buf(c, 0, 8);
		break;
	case 11: /* ask */
		vsys_cap_buf(c, 3, 16);
		break;
	case 12: /* get */
		vsys_cap_buf(c, 0, 48);
		vsys_cap_member_str(c, 0, 16, 8);
		vsys_cap_member_buf(c, 0, 32, 8, vsys_cap_member(c, 24, 4));
		vsys_cap_member_buf(c, 0, 40, 8, 8);
		vsys_cap_buf(c, 1, 4);
		break;
	case 13: /* send */
		vsys_cap_mmsghdr(c, 0, (u32)vsys_cap_arg(c, 1), false, 8);
		vsys_cap_buf(c, 2, vsys_cap_mul((u32)vsys_cap_arg(c, 1), 48));
		break;
	case 14: /* ctl2 */
		switch ((u32)vsys_cap_arg(c, 1)) {
		case 2:
			break;
		case 1:
			break;
		case (u32)-1:
			vsys_cap_buf(c, 2, 8);
			break;
		case 0x10:
			switch ((u32)vsys_cap_arg(c, 2)) {
			case 1:
				break;
			default:
				vsys_cap_str(c, 3);
				break;
			}
			break;
		case 7:
			break;
		case 9:
			vsys_cap_buf(c, 2, (u32)vsys_cap_arg(c, 3));
			vsys_cap_noreturn(c);
			break;
		default:
			vsys_cap_buf(c, 2, (u32)vsys_cap_arg(c, 3));
			break;
		}
		break;
	case 22: /* put */
		vsys_cap_buf(c, 0, vsys_cap_plus(vsys_cap_mul(vsys_cap_mem(c, 0, 0, 4), 8), 8));
		vsys_cap_buf(c, 1, 4);
		break;
	case 23: /* stop */
		switch ((u32)vsys_cap_arg(c, 0)) {
		case 3:
			vsys_cap_buf(c, 1, 8);
			break;
		default:
			vsys_cap_str(c, 1);
			vsys_cap_noreturn(c);
			break;
		}
		break;
	}
}
static void toy_exit(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	case 1: /* ctl */
		switch ((u32)vsys_cap_arg(c, 1)) {
		case 1:
			vsys_cap_buf(c, 2, 8);
			break;
		}
		break;
	case 11: /* ask */
		vsys_cap_buf(c, 0, vsys_cap_least(c, 2, vsys_cap_mem(c, 2, 0, 4), (u32)vsys_cap_arg(c, 1)));
		vsys_cap_buf(c, 2, 4);
		break;
	case 12: /* get */
		vsys_cap_buf(c, 1, vsys_cap_plus(vsys_cap_mem(c, 1, 0, 4), 4));
		vsys_cap_buf(c, 2, vsys_cap_div((u32)vsys_cap_arg(c, 3), 8));
		vsys_cap_msghdr(c, 4, vsys_cap_ret(c), 8);
		break;
	case 13: /* send */
		vsys_cap_msgheads(c, 0, vsys_cap_ret(c), true, 8);
		break;
	case 14: /* ctl2 */
		switch ((u32)vsys_cap_arg(c, 1)) {
		case 2:
			vsys_cap_buf(c, 2, 8);
			break;
		case 1:
			vsys_cap_buf(c, 2, 8);
			break;
		}
		break;
	}
}
static void toy_failed(struct vsys_capture_ctx *c, u32 id)
{
	switch (id) {
	case 10: /* nap */
		if (toy_broken(c))
			vsys_cap_buf(c, 1, 8);
		break;
	case 11: /* ask */
		if (toy_short(c))
			vsys_cap_buf(c, 2, 4);
		if (toy_short(c))
			vsys_cap_buf(c, 3, 16);
		break;
	case 12: /* get */
		vsys_cap_msgheads(c, 4, 1, false, 8);
		break;
	}
}
