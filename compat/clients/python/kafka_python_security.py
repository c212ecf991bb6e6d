"""kafka-python with TLS and SASL: a producer and a consumer of their own."""

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

try:
    from kafka.sasl.oauth import AbstractTokenProvider
except ImportError:
    from kafka.net.sasl.oauth import AbstractTokenProvider

from agent import unsigned_token

WAIT_S = 15


class Token(AbstractTokenProvider):
    def __init__(self, user):
        self._user = user

    def token(self):
        return unsigned_token(self._user)


def secured(bootstrap, topic, value, tls=None, sasl=None):
    settings = {"bootstrap_servers": bootstrap, "client_id": "interop-kafka-python", **security(tls, sasl)}
    producer = KafkaProducer(**settings, max_block_ms=WAIT_S * 1000, retries=0)
    try:
        producer.send(topic, value.encode()).get(timeout=WAIT_S)
    finally:
        producer.close(timeout=2)
    consumer = KafkaConsumer(**settings, consumer_timeout_ms=WAIT_S * 1000, auto_offset_reset="earliest")
    try:
        consumer.assign([TopicPartition(topic, 0)])
        return next(iter(consumer)).value.decode()
    finally:
        consumer.close()


def security(tls, sasl):
    protocol = ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT")
    settings = {"security_protocol": protocol}
    if tls:
        settings["ssl_cafile"] = tls["authority"]
        if "certificate" in tls:
            settings["ssl_certfile"] = tls["certificate"]
            settings["ssl_keyfile"] = tls["key"]
    if sasl:
        settings["sasl_mechanism"] = sasl["mechanism"]
        if sasl["mechanism"] == "OAUTHBEARER":
            settings["sasl_oauth_token_provider"] = Token(sasl["username"])
        else:
            settings["sasl_plain_username"] = sasl["username"]
            settings["sasl_plain_password"] = sasl["password"]
    return settings
