/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_OTLP_H
#define VSYSREAD_SINKS_OTLP_H

#include "sender.h"

/*
 * Logs of OpenTelemetry, as opentelemetry-proto has them.  The text of a message is two fields: the
 * resource of ResourceLogs, and log_records of ScopeLogs.  So a request is made by copying them.
 */

void otlp_text(struct vsys_text *t, const struct stream_event *ev);

/*
 * Make an ExportLogsServiceRequest of @n messages.  Returns the number of its records: what is no
 * such text is not among them.
 */
size_t otlp_request(struct vsys_text *t, struct message *const *messages, size_t n);

/*
 * The number of records that an ExportLogsServiceResponse rejects; sets @why, as a quoted
 * string, to its message, or "".
 */
uint64_t otlp_rejected(const char *bytes, size_t n, struct vsys_text *why);

#endif /* VSYSREAD_SINKS_OTLP_H */
