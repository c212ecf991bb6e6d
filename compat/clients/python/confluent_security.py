"""confluent-kafka with TLS and SASL: a producer and a consumer of their own."""

import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from agent import unsigned_token

WAIT_S = 15


def secured(bootstrap, topic, value, tls=None, sasl=None):
    said = []
    settings = {
        "bootstrap.servers": bootstrap,
        "client.id": "interop-confluent",
        "log_level": 0,
        "error_cb": said.append,
        **security(tls, sasl),
    }
    producer = Producer({**settings, "message.timeout.ms": WAIT_S * 1000})
    delivered = []
    producer.produce(topic, value, on_delivery=lambda error, _: delivered.append(error))
    deadline = time.monotonic() + WAIT_S
    while not delivered and not refusal(said) and time.monotonic() < deadline:
        producer.poll(0.1)
    complain(said, delivered[0] if delivered else "nothing was delivered")
    consumer = Consumer({**settings, "group.id": f"{topic}-reader"})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    try:
        message = consumer.poll(WAIT_S)
        complain(said, None if message else "nothing was read")
        return message.value().decode()
    finally:
        consumer.close()


def refusal(said):
    """What is refused is told by the error callback, and tried again for ever: that all brokers are down says nothing."""
    return next((error for error in said if error.name() in ("_AUTHENTICATION", "_SSL")), None)


def complain(said, error):
    if refusal(said) or error:
        raise RuntimeError(f"{refusal(said) or error}; {'; '.join(map(str, said))}")


def security(tls, sasl):
    protocol = ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT")
    settings = {"security.protocol": protocol}
    if tls:
        settings["ssl.ca.location"] = tls["authority"]
        if "certificate" in tls:
            settings["ssl.certificate.location"] = tls["certificate"]
            settings["ssl.key.location"] = tls["key"]
    if sasl:
        settings["sasl.mechanism"] = sasl["mechanism"]
        if sasl["mechanism"] == "OAUTHBEARER":
            settings["oauth_cb"] = lambda _: (unsigned_token(sasl["username"]), time.time() + 300, sasl["username"], {})
        else:
            settings["sasl.username"] = sasl["username"]
            settings["sasl.password"] = sasl["password"]
    return settings
