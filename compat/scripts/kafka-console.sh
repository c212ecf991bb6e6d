# The everyday commands of kafka-console from npm, which stands on @platformatic/kafka. A line is a command; $B is the broker,
# $T a topic and $G a group of this run. Groups are waited for: a
# Kafka that has just begun has none yet.
kcli -b $B -t 10000 topic:create $T -p 1 | grep -o '"name":"[^"]*","partitions":[0-9]*,"replicas":[0-9]*'
kcli -b $B -t 10000 topic:create $T
kcli -b $B -t 10000 list | grep $T
seq 5 | sed 's/.*/{"key":"k&","value":{"n":&},"headers":{"source":"script"}}/' | kcli -b $B -t 10000 produce $T -d json
echo '{"key":"zip","value":"small"}' | kcli -b $B -t 10000 produce $T -C gzip -H static:yes
for i in $(seq 30); do kcli -b $B -t 10000 consume $T --from 0 --snapshot > /dev/null 2>&1 && break; sleep 1; done
kcli -b $B -t 10000 consume $T --from 0 --snapshot
kcli -b $B -t 10000 consume $T --from 0 --count 2 --skip 1
kcli -b $B -t 10000 consume $T --from 0 --snapshot -g $G
kcli -b $B -t 10000 topic:offsets $T
kcli -b $B -t 10000 topic:offsets $T -g $G
kcli -b $B -t 10000 topic:offsets $T 2020-01-01T00:00:00Z
f=$(mktemp); kcli -b $B -t 10000 topic:dump $T -f 0 -o $f > /dev/null 2>&1; echo $?; cat $f; rm $f
kcli -b $B -t 10000 topic:create $T-copy > /dev/null && kcli -b $B -t 10000 topic:copy $T $T-copy
kcli -b $B -t 10000 consume $T-copy --from 0 --snapshot
kcli -b $B -t 10000 config -r topic -n $T | grep -oE '"name":"(cleanup.policy|retention.ms|max.message.bytes|segment.bytes)","value":"[^"]*","readOnly":false,"configSource":[0-9]+' | sort
kcli -b $B -t 10000 config -r topic -n $T-absent
kcli -b $B -t 10000 metadata | grep -o '"controllerId":[0-9]*'
kcli -b $B -t 10000 topic:delete $T-copy
kcli -b $B -t 10000 topic:delete $T-absent
