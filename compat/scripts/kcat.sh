# The everyday commands of kcat. A line is a command; $B is the broker, $T a topic and $G a group of this run.
kcat -b $B -L -t $T-absent -X allow.auto.create.topics=false
printf 'k1:one\nk2:two\nk3:three\n' | kcat -b $B -P -t $T -K: -p 0
kcat -b $B -L -t $T
kcat -b $B -C -t $T -e -q -f '%t %p %o %k=%s\n'
kcat -b $B -C -t $T -o 1 -c 1 -q
kcat -b $B -C -t $T -o -1 -e -q
kcat -b $B -C -t $T -e -q -J | sed 's/"ts":[0-9]*/"ts":0/'
printf 'with headers\n' | kcat -b $B -P -t $T -p 0 -k key -H source=script -H empty=
kcat -b $B -C -t $T -o 3 -e -q -f '%k %s %h\n'
printf 'gone:\n' | kcat -b $B -P -t $T -p 0 -K: -Z
kcat -b $B -C -t $T -o 4 -e -q -f '%k %S\n'
seq 1 500 | kcat -b $B -P -t $T-z -z zstd
seq 1 500 | kcat -b $B -P -t $T-z -z lz4
seq 1 500 | kcat -b $B -P -t $T-z -z snappy
seq 1 500 | kcat -b $B -P -t $T-z -z gzip
kcat -b $B -C -t $T-z -e -q | sort -n | uniq -c | awk '{ n += $1 * $2 } END { print n }'
kcat -b $B -Q -t $T:0:-1 -t $T:0:-2
kcat -b $B -Q -t $T:0:0
kcat -b $B -C -t $T -o s@0 -o e@1 -e -q
kcat -b $B -C -t $T -p 0 -o 2 -c 2 -q -u -D '|'
timeout 20 kcat -b $B -G $G $T -o beginning -q -e -X auto.offset.reset=earliest | sort
printf 'later\n' | kcat -b $B -P -t $T -p 0
timeout 20 kcat -b $B -G $G $T -q -e
printf 'sure\n' | kcat -b $B -P -t $T -p 0 -X enable.idempotence=true -X acks=all
printf 'a\nb\n' | kcat -b $B -P -t $T -p 0 -X transactional.id=$T -X transaction.timeout.ms=10000 -T
kcat -b $B -C -t $T -o 5 -e -q -X isolation.level=read_committed
printf 'x\n' | kcat -b $B -P -t $T -p 7 -X message.timeout.ms=2000
kcat -b $B -C -t $T-nowhere -e -q -X allow.auto.create.topics=false
kcat -b $B -L -J | grep -o '"topic":"'$T'[^"]*","partitions":\[{"partition":0' | sort
kcat -b $B -C -t $T -p 0 -o 9999 -e -q -X auto.offset.reset=error
