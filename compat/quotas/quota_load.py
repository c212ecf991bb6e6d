"""Does something as fast as it is let, and prints how much it was a second, once a warm-up is over, and for how many milliseconds at most the broker has asked it to wait.

Arguments: bootstrap; produce, consume (bytes), mutate (topics), or modest, which sends a little and gives the 99th percentile of its milliseconds to an acknowledgement; the client id; the topic; the seconds of the warm-up, and those that count; the quota. Bytes are those of the connections: quotas count what goes over the wire. In the warm-up no more than the quota of them is moved: who begins with a burst goes on in bursts, each time that the one before falls out of the broker's window."""

import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, mode, client_id, topic = sys.argv[1:5]
warm_up, counting, quota = map(float, sys.argv[5:8])
user = "bob" if mode == "modest" else "alice"
throttled = 0


def on_throttle(event):
    global throttled
    throttled = max(throttled, event.throttle_time * 1000)


settings = {
    "bootstrap.servers": bootstrap,
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "PLAIN",
    "sasl.username": user,
    "sasl.password": f"{user}-secret",
    "client.id": client_id,
    "log_level": 0,
}
counted = paced = 0
start = end = 0


def begin():
    global start, end
    start = time.monotonic() + warm_up
    end = start + counting


def count(amount):
    global counted
    if start <= time.monotonic() < end:
        counted += amount


def pace(amount):
    """Waits in the warm-up, so that no more than the quota is moved."""
    global paced
    paced += amount
    if time.monotonic() < start:
        time.sleep(max(0, paced / quota - (time.monotonic() - (start - warm_up))))


totals = []


def on_statistics(direction):
    def told(text):
        total = json.loads(text)[direction]
        if start <= time.monotonic():
            totals.append((time.monotonic(), total))

    return {"statistics.interval.ms": 500, "stats_cb": told}


def bytes_between():
    (first, before), (last, after) = totals[0], totals[-1]
    return (after - before) / (last - first) * counting


if mode == "produce":
    producer = Producer({**settings, "queue.buffering.max.kbytes": 1000, "throttle_cb": on_throttle, **on_statistics("tx_bytes")})
    producer.produce(topic, bytes(1000), partition=0)
    producer.flush(30)
    begin()
    while time.monotonic() < end:
        try:
            producer.produce(topic, bytes(1000), partition=0)
            producer.poll(0)
            pace(1000)
        except BufferError:
            producer.poll(0.05)
    counted = bytes_between()
elif mode == "consume":
    consumer = Consumer({**settings, "group.id": "unused", "enable.auto.commit": False, "fetch.message.max.bytes": 200000,
                         "queued.max.messages.kbytes": 200, "throttle_cb": on_throttle, **on_statistics("rx_bytes")})
    consumer.assign([TopicPartition(topic, 0, 0)])
    consumer.consume(1, 30)
    begin()
    while time.monotonic() < end:
        pace(1000 * len(consumer.consume(500, 0.1)))
    counted = bytes_between()
elif mode == "mutate":
    admin = AdminClient(settings)
    admin.list_topics(timeout=30)
    begin()
    number = 0
    run = int(time.time())
    while time.monotonic() < end:
        number += 1
        for future in admin.create_topics([NewTopic(f"{client_id}-{run}-{number}", 1, 1)], request_timeout=60).values():
            try:
                future.result()
                count(1)
            except KafkaException as refused:
                if refused.args[0].name() != "THROTTLING_QUOTA_EXCEEDED":
                    raise
                time.sleep(0.1)
else:
    producer = Producer({**settings, "linger.ms": 0, "throttle_cb": on_throttle})
    producer.produce(topic, b"x")
    producer.flush(30)
    begin()
    times = []
    while time.monotonic() < end:
        sent = time.monotonic()
        producer.produce(topic, b"x" * 100, partition=0, on_delivery=lambda error, _: times.append(time.monotonic() - sent))
        producer.flush(10)
        time.sleep(0.02)
    counted = sorted(times)[int(len(times) * 0.99)] * 1000 * counting
print(counted / counting, throttled)
sys.stdout.flush()
