# The everyday commands of kafka-python's command line. $B is the broker, $T a topic and $G a group of this run.
python -m kafka.admin -b $B topics create -t $T --num-partitions 1 --replication-factor 1 | grep -E "error|name|num_|factor"
python -m kafka.admin -b $B topics create -t $T --num-partitions 1 --replication-factor 1 2>&1 | tail -1
python -m kafka.admin -b $B --format json topics list | tr ',' '\n' | grep -c $T
python -m kafka.admin -b $B --format json topics describe -t $T
printf 'one\ntwo\nthree\n' | python -m kafka.producer -b $B -t $T
python -m kafka.admin -b $B --format json partitions list-offsets -p $T:0:earliest
python -m kafka.admin -b $B --format json partitions list-offsets -t $T -s latest
timeout -s INT 10 python -m kafka.consumer -b $B -t $T -g $G -f str -C auto_offset_reset=earliest 2>/dev/null; true
python -m kafka.admin -b $B --format json groups list | tr ',' '\n' | grep -c $G
python -m kafka.admin -b $B --format json groups describe -g $G
python -m kafka.admin -b $B --format json groups list-offsets -g $G
python -m kafka.admin -b $B --format json groups reset-offsets -g $G -p $T:0 -s earliest
python -m kafka.admin -b $B --format json groups list-offsets -g $G
python -m kafka.admin -b $B --format json groups reset-offsets -g $G -p $T:0 --to-offset 2
python -m kafka.admin -b $B --format json groups reset-offsets -g $G -p $T:0 --shift-by -1
python -m kafka.admin -b $B --format json groups list-offsets -g $G
python -m kafka.admin -b $B --format json groups alter-offsets -g $G -o $T:0:3
python -m kafka.admin -b $B --format json groups list-offsets -g $G
python -m kafka.admin -b $B --format json groups delete-offsets -g $G -p $T:0
python -m kafka.admin -b $B --format json groups list-offsets -g $G
python -m kafka.admin -b $B --format json groups delete -g $G
python -m kafka.admin -b $B --format json groups describe -g $G-nobody
python -m kafka.admin -b $B configs alter -r topic -n $T -c retention.ms=1000000 -c cleanup.policy=compact
python -m kafka.admin -b $B --format json configs describe -r topic -n $T -c retention.ms -c cleanup.policy -c segment.bytes | python -m json.tool --sort-keys
python -m kafka.admin -b $B --format json configs describe -r topic -n $T --modified | python -m json.tool --sort-keys
python -m kafka.admin -b $B configs alter -r topic -n $T -c retention.ms=soon 2>&1 | tail -1
python -m kafka.admin -b $B configs reset -r topic -n $T -c retention.ms
python -m kafka.admin -b $B --format json configs describe -r topic -n $T --modified | python -m json.tool --sort-keys
python -m kafka.admin -b $B partitions delete-records -r $T:0:-1 2>&1 | tail -1
python -m kafka.admin -b $B configs alter -r topic -n $T -c cleanup.policy=delete
python -m kafka.admin -b $B partitions delete-records -r $T:0:2
python -m kafka.admin -b $B --format json partitions list-offsets -p $T:0:earliest
python -m kafka.admin -b $B partitions create -p $T:3
python -m kafka.admin -b $B --format json partitions list-offsets -t $T -s latest | python -m json.tool --sort-keys
python -m kafka.admin -b $B cluster describe | grep -cE "'(broker_id|node_id)'"
python -m kafka.admin -b $B topics delete -t $T
python -m kafka.admin -b $B topics delete -t $T 2>&1 | tail -1
