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
		default:
			vsys_cap_buf(c, 2, (u32)vsys_cap_arg(c, 3));
			break;
		}
		break;
	case 7: /* mode */
		vsys_cap_str(c, 0);
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
	}
}
