"""Produces or consumes as fast as it is let for a time, and prints how many bytes it was; 'modest' sends a little, and prints the 99th percentile of its milliseconds to an acknowledgement.

Arguments: bootstrap, produce, consume or modest, the topic, seconds."""

import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

bootstrap, mode, topic, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
user = "bob" if mode == "modest" else "alice"
settings = {
    "bootstrap.servers": bootstrap,
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "PLAIN",
    "sasl.username": user,
    "sasl.password": f"{user}-secret",
    "client.id": f"python-{mode}",
    "log_level": 0,
}
end = time.monotonic() + seconds
counted = 0

if mode == "produce":
    def delivered(error, message):
        global counted
        if error is None and time.monotonic() < end:
            counted += len(message)

    producer = Producer({**settings, "queue.buffering.max.kbytes": 1000})
    while time.monotonic() < end:
        try:
            producer.produce(topic, bytes(1000), partition=0, on_delivery=delivered)
            producer.poll(0)
        except BufferError:
            producer.poll(0.05)
    print(counted)
elif mode == "consume":
    consumer = Consumer({**settings, "group.id": "unused", "enable.auto.commit": False, "fetch.message.max.bytes": 200000,
                         "queued.max.messages.kbytes": 200})
    consumer.assign([TopicPartition(topic, 0, 0)])
    while time.monotonic() < end:
        for message in consumer.consume(500, 0.1):
            if message.error() is None:
                counted += len(message)
    print(counted)
else:
    producer = Producer({**settings, "linger.ms": 0})
    times = []
    while time.monotonic() < end:
        sent = time.monotonic()
        producer.produce(topic, b"x" * 100, partition=0, on_delivery=lambda error, _: times.append(time.monotonic() - sent))
        producer.flush(10)
        time.sleep(0.02)
    print(round(sorted(times)[int(len(times) * 0.99)] * 1000, 1))
sys.stdout.flush()
