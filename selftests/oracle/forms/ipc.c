// SPDX-License-Identifier: GPL-2.0
/* System V IPC and message queues. */
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <signal.h>

#include "forms.h"

static void shm_forms(void)
{
	int id = DO(shmget, IPC_PRIVATE, 4096L, IPC_CREAT | 0600);
	struct shmid_ds ds;
	void *p;

	DO(shmget, 0x1234, 4096L, 0);
	p = (void *)DO(shmat, id, NULL, 0);
	DO(shmctl, id, IPC_STAT, &ds);
	DO(shmctl, id, IPC_SET, &ds);
	DO(shmdt, p);
	DO(shmctl, id, SHM_LOCK, NULL);
	DO(shmctl, id, IPC_RMID, NULL);
	DO(shmat, -1, NULL, SHM_RDONLY | SHM_RND);
}

static void sem_forms(void)
{
	int id = DO(semget, IPC_PRIVATE, 2, IPC_CREAT | IPC_EXCL | 0600);
	struct sembuf ops[2] = { { 0, 1, 0 }, { 1, -1, IPC_NOWAIT | SEM_UNDO } };
	unsigned short vals[2] = { 1, 2 };
	struct semid_ds ds;

	DO(semop, id, ops, 1);
	DO(semop, id, ops, 2);
	DO(semtimedop, id, ops, 1, &(struct timespec){ 1, 0 });
	DO(semctl, id, 0, SETVAL, 3);
	DO(semctl, id, 0, GETVAL);
	DO(semctl, id, 0, GETPID);
	DO(semctl, id, 0, SETALL, vals);
	DO(semctl, id, 0, GETALL, vals);
	DO(semctl, id, 0, IPC_STAT, &ds);
	DO(semctl, id, 0, IPC_RMID);
}

static void msg_forms(void)
{
	struct { long type; char text[8]; } m = { 7, "hello" };
	int id = DO(msgget, IPC_PRIVATE, IPC_CREAT | 0600);
	struct msqid_ds ds;

	DO(msgsnd, id, &m, 5L, IPC_NOWAIT);
	DO(msgctl, id, IPC_STAT, &ds);
	DO(msgrcv, id, &m, 8L, 7L, MSG_NOERROR);
	DO(msgrcv, id, &m, 8L, 0L, IPC_NOWAIT);
	DO(msgctl, id, IPC_RMID, NULL);
	DO(msgget, 0x1234, 0);
}

static void mq_forms(void)
{
	struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 16 };
	int fd = DO(mq_open, "vsysq", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attr);
	struct sigevent se = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	unsigned int prio;
	char buf[16];

	DO(mq_open, "missing", O_RDONLY);
	DO(mq_timedsend, fd, "hi", 2L, 3, NULL);
	DO(mq_timedreceive, fd, buf, sizeof(buf), &prio, NULL);
	DO(mq_timedreceive, fd, buf, sizeof(buf), &prio, &(struct timespec){ 1, 0 });
	DO(mq_notify, fd, &se);
	DO(mq_notify, fd, NULL);
	DO(mq_getsetattr, fd, NULL, &attr);
	DO(mq_getsetattr, fd, &attr, NULL);
	DO(mq_unlink, "vsysq");
	close(fd);
}

static void aio_forms(void)
{
	unsigned long ctx = 0;
	struct { uint64_t data; uint32_t key, flags; uint16_t op; int16_t prio; uint32_t fd;
		 uint64_t buf, n; int64_t off; uint64_t rest[2]; } cb = {
		.data = 7, .op = 1, .fd = 99, .buf = 0x1000, .n = 4 };
	void *list[1] = { &cb };
	char events[64];

	DO(io_setup, 1, &ctx);
	DO(io_submit, ctx, 1L, list);
	DO(io_getevents, ctx, 0L, 1L, events, &(struct timespec){ 0, 0 });
	DO(io_cancel, ctx, &cb, events);
	DO(io_destroy, ctx);
	DO(io_destroy, 0L);
}

void ipc(void)
{
	shm_forms();
	sem_forms();
	msg_forms();
	mq_forms();
	aio_forms();
}
