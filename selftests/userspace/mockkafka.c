// SPDX-License-Identifier: GPL-2.0
/*
 * A cluster of three brokers of Kafka, as librdkafka mocks them, for kafka.sh.  It prints the addresses
 * of its brokers, and does what lines of standard input say, each answered by lines that end in ".":
 *
 *	topic NAME		make a topic of four partitions
 *	errors CODE...		answer the next requests to produce with these errors, 0 for none
 *	down N, up N		stop a broker, start it
 *	lead NAME N		have a broker lead all partitions of the topic
 *	dump NAME N		print the messages of the topic, N at least: SUBJECT ID TEXT
 *	keys NAME N		print KEY PARTITION of each
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BROKERS = 3, PARTITIONS = 4, ERRORS = 16, PRODUCE = 0, WAIT = 100 };

static rd_kafka_mock_cluster_t *cluster;

static rd_kafka_t *client(rd_kafka_type_t type, const char *brokers)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256];
	rd_kafka_t *rk;

	rd_kafka_conf_set(conf, "group.id", "dump", why, sizeof(why));
	rd_kafka_conf_set(conf, "enable.partition.eof", "true", why, sizeof(why));
	rd_kafka_conf_set_log_cb(conf, NULL);
	if (brokers)
		rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, sizeof(why));
	rk = rd_kafka_new(type, conf, why, sizeof(why));
	if (!rk)
		exit(1);
	return rk;
}

static const char *header(const rd_kafka_message_t *msg, const char *name)
{
	rd_kafka_headers_t *headers;
	const void *value;
	size_t n;

	if (rd_kafka_message_headers(msg, &headers) || rd_kafka_header_get_last(headers, name, &value, &n))
		return "-";
	return value;
}

static void print(const rd_kafka_message_t *msg, bool keys)
{
	if (keys)
		printf("%.*s %d\n", (int)msg->key_len, (const char *)msg->key, (int)msg->partition);
	else
		printf("%s %s %.*s\n", header(msg, "subject"), header(msg, "id"), (int)msg->len,
		       (const char *)msg->payload);
}

/* Until there are @n and each partition has ended. */
static void consume(const char *topic, int n, bool keys)
{
	rd_kafka_t *rk = client(RD_KAFKA_CONSUMER, rd_kafka_mock_cluster_bootstraps(cluster));
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(PARTITIONS);
	bool ended[PARTITIONS] = { false };
	rd_kafka_message_t *msg;
	int i, ends = 0;

	for (i = 0; i < PARTITIONS; i++)
		rd_kafka_topic_partition_list_add(all, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_assign(rk, all);
	while (n > 0 || ends < PARTITIONS) {
		msg = rd_kafka_consumer_poll(rk, WAIT);
		if (!msg)
			continue;
		if (!msg->err) {
			print(msg, keys);
			n--;
		}
		if (!msg->err || msg->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
			ends += (msg->err != 0) - ended[msg->partition];
			ended[msg->partition] = msg->err;
		}
		rd_kafka_message_destroy(msg);
	}
	rd_kafka_topic_partition_list_destroy(all);
	rd_kafka_destroy(rk);
}

static void errors(const char *s)
{
	rd_kafka_resp_err_t codes[ERRORS];
	size_t n = 0;
	int used;

	for (; n < ERRORS && sscanf(s, "%d%n", (int *)&codes[n], &used) == 1; n++)
		s += used;
	rd_kafka_mock_push_request_errors_array(cluster, PRODUCE, n, codes);
}

static void lead(const char *topic, int broker)
{
	int i;

	for (i = 0; i < PARTITIONS; i++)
		rd_kafka_mock_partition_set_leader(cluster, topic, i, broker);
}

static void obey(const char *line)
{
	char topic[64];
	int n;

	if (sscanf(line, "topic %63s", topic) == 1)
		rd_kafka_mock_topic_create(cluster, topic, PARTITIONS, BROKERS);
	else if (!strncmp(line, "errors ", 7))
		errors(line + 7);
	else if (sscanf(line, "down %d", &n) == 1)
		rd_kafka_mock_broker_set_down(cluster, n);
	else if (sscanf(line, "up %d", &n) == 1)
		rd_kafka_mock_broker_set_up(cluster, n);
	else if (sscanf(line, "lead %63s %d", topic, &n) == 2)
		lead(topic, n);
	else if (sscanf(line, "dump %63s %d", topic, &n) == 2)
		consume(topic, n, false);
	else if (sscanf(line, "keys %63s %d", topic, &n) == 2)
		consume(topic, n, true);
	puts(".");
	fflush(stdout);
}

int main(void)
{
	rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, NULL);
	char line[256];

	cluster = rd_kafka_mock_cluster_new(rk, BROKERS);
	puts(rd_kafka_mock_cluster_bootstraps(cluster));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		obey(line);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(rk);
	return 0;
}
