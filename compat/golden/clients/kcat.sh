#!/bin/sh
# kcat: librdkafka as Debian ships it, older than the wheels of confluent-kafka.
set -u
b=$1
t=kcat.orders
printf 'a:one\nb:two\n' | kcat -b "$b" -P -t $t -K: -H trace=1
for z in gzip snappy lz4 zstd; do echo "k:$z" | kcat -b "$b" -P -t $t -K: -z $z; done
echo k:acks0 | kcat -b "$b" -P -t $t -K: -X acks=0
echo k:idempotent | kcat -b "$b" -P -t $t -K: -X enable.idempotence=true
kcat -b "$b" -L >/dev/null
kcat -b "$b" -Q -t $t:0:-1 -t $t:0:1
kcat -b "$b" -C -t $t -o beginning -e -q >/dev/null
kcat -b "$b" -C -t $t -o s@1 -e -q >/dev/null
timeout 12 kcat -b "$b" -G kcat-group -o beginning -X auto.offset.reset=earliest -X statistics.interval.ms=0 -q $t >/dev/null
exit 0
