"""A member of a group that copies a topic, in transactions that hold the offsets too."""

import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from agent import tell

BATCH = 200


class Copier:
    def __init__(self, bootstrap, *, group, id, to, end=None, last=0, protocol="classic", holdMs=0, **source):
        self.source, self.to, self.end, self.last = source["from"], to, end, last
        reading = {
            **bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 200,
            "reconnect.backoff.max.ms": 500,
        }
        if protocol == "consumer":
            reading["group.protocol"] = "consumer"
        else:
            reading |= {"session.timeout.ms": 6000, "heartbeat.interval.ms": 300}
            reading["partition.assignment.strategy"] = "range"
        self.hold = holdMs / 1000
        self.batch = []
        self.consumer = Consumer(reading)
        self.producer = Producer(
            {
                **bootstrap,
                "transactional.id": id,
                "transaction.timeout.ms": 10000,
                "linger.ms": 5,
                "reconnect.backoff.max.ms": 500,
            }
        )
        self.started = False

    def step(self):
        """Copies what comes within a moment. Whatever cannot be put right by an abort ends the copier."""
        try:
            if not self.started:
                until_done(self.producer.init_transactions)
                self.consumer.subscribe([self.source], on_revoke=self.drop, on_lost=self.drop)
                self.started = True
            self.read()
            if self.batch:
                self.copy()
        except Exception as error:
            tell("failed", message=f"{type(error).__name__}: {error}")
            return False
        return True

    def drop(self, _, partitions):
        """What was read of partitions that others read from now on is theirs to copy."""
        gone = {at.partition for at in partitions}
        self.batch = [message for message in self.batch if message.partition() not in gone]

    def read(self):
        self.batch = []
        until = time.monotonic() + 0.2
        while len(self.batch) < BATCH and time.monotonic() < until:
            message = self.consumer.poll(0.02 if self.batch else 0.2)
            if message is None:
                break
            if message.error():
                print(message.error(), file=sys.stderr)
            else:
                self.batch.append(message)

    def copy(self):
        count = len(self.batch)
        try:
            self.producer.begin_transaction()
            for message in self.batch:
                # A record is `id:hops`. Its copy has one hop more, and goes where records end when that was the last.
                name, hops = message.value().decode().split(":")
                topic = self.end if int(hops) + 1 == self.last else self.to
                self.producer.produce(topic, f"{name}:{int(hops) + 1}", message.key(), partition=message.partition())
            time.sleep(self.hold)
            ends = {message.partition(): message.offset() + 1 for message in self.batch}
            offsets = [TopicPartition(self.source, partition, offset) for partition, offset in ends.items()]
            group = self.consumer.consumer_group_metadata()
            until_done(lambda: self.producer.send_offsets_to_transaction(offsets, group))
            until_done(self.producer.commit_transaction)
        except KafkaException as error:
            print(f"aborting: {error}", file=sys.stderr)
            if error.args[0].fatal():
                raise
            until_done(self.producer.abort_transaction)
            self.go_back()
            return
        tell("copied", count=count)

    def close(self):
        self.consumer.close()

    def go_back(self):
        """What an aborted transaction had read is read again."""
        for at in self.consumer.committed(self.consumer.assignment(), 20):
            start = at.offset if at.offset >= 0 else 0
            self.consumer.seek(TopicPartition(at.topic, at.partition, start))


def until_done(step):
    """An outcome that is not known within the time is asked for again."""
    while True:
        try:
            return step()
        except KafkaException as error:
            if not error.args[0].retriable():
                raise
            print(f"again: {error}", file=sys.stderr)
