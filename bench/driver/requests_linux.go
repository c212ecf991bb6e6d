// The leanest load there is: requests made beforehand on bare connections, one thread and one epoll for all of them, so that
// most of the machine is left to the broker. Each connection is a producer of its own, and waits for its acknowledgement.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"log"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func init() { modes["requests"] = requests }

const produceVersion = 9

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type producer struct {
	fd       int
	request  []byte
	batch    []byte // the record batch, within the request
	sequence int32
	answer   [512]byte
	got      int // bytes of the answer
	sent     time.Time
}

func requests(ctx context.Context) result {
	runtime.LockOSThread()
	listed, err := kadm.NewClient(open()).ListTopics(ctx, *topic)
	if err != nil {
		log.Fatal(err)
	}
	count := max(len(listed[*topic].Partitions), 1)
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		log.Fatal(err)
	}
	all := make([]*producer, *clients)
	for i := range all {
		all[i] = connect(int32(i % count))
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, all[i].fd, &event); err != nil {
			log.Fatal(err)
		}
	}
	each := max(*records / *clients, 1)
	before := cpuSeconds()
	begin := time.Now()
	latencies := run(epoll, all, each)
	answer := told(each**clients, each**clients**size, time.Since(begin), latencies)
	answer.CPUSeconds = cpuSeconds() - before
	return answer
}

// Until every connection has had so many acknowledgements more.
func run(epoll int, all []*producer, each int) []float64 {
	latencies := make([]float64, 0, each*len(all))
	left := make([]int, len(all))
	for i, one := range all {
		left[i] = each
		one.send()
	}
	events := make([]syscall.EpollEvent, 256)
	for len(latencies) < each*len(all) {
		found, err := syscall.EpollWait(epoll, events, -1)
		if err != nil && err != syscall.EINTR {
			log.Fatal(err)
		}
		for _, event := range events[:max(found, 0)] {
			i := event.Fd
			if !all[i].answered() {
				continue
			}
			latencies = append(latencies, float64(time.Since(all[i].sent).Nanoseconds())/1e6)
			if left[i]--; left[i] > 0 {
				all[i].send()
			}
		}
	}
	return latencies
}

// Connects, and has the connection be an idempotent producer where all acknowledge.
func connect(partition int32) *producer {
	conn, err := net.Dial("tcp", *brokers)
	if err != nil {
		log.Fatal(err)
	}
	id, epoch := int64(-1), int16(-1)
	if *acks == "all" {
		asked := kmsg.NewPtrInitProducerIDRequest()
		asked.Version = 2
		if _, err := conn.Write(framed(asked)); err != nil {
			log.Fatal(err)
		}
		given := asked.ResponseKind().(*kmsg.InitProducerIDResponse)
		if err := given.ReadFrom(body(conn, 5)); err != nil || given.ErrorCode != 0 {
			log.Fatal("no producer id: ", err, given.ErrorCode)
		}
		id, epoch = given.ProducerID, given.ProducerEpoch
	}
	// The socket itself: Go's own poller is not to watch it, too.
	file, err := conn.(*net.TCPConn).File()
	if err != nil {
		log.Fatal(err)
	}
	conn.Close()
	files = append(files, file)
	fd := int(file.Fd())
	syscall.SetNonblock(fd, true)
	return newProducer(fd, partition, id, epoch)
}

// Kept, since a file that is collected closes its socket.
var files []*os.File

func framed(request kmsg.Request) []byte {
	key, client := request.Key(), "requests"
	header := binary.BigEndian.AppendUint16(make([]byte, 4), uint16(key))
	header = binary.BigEndian.AppendUint16(header, uint16(request.GetVersion()))
	header = binary.BigEndian.AppendUint32(header, 1)
	header = binary.BigEndian.AppendUint16(header, uint16(len(client)))
	header = append(header, client...)
	if request.IsFlexible() {
		header = append(header, 0)
	}
	frame := request.AppendTo(header)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	return frame
}

// Of the answer to the one request that is under way; `head` are the bytes of its header.
func body(conn net.Conn, head int) []byte {
	answer := make([]byte, 4096)
	for got := 0; ; {
		n, err := conn.Read(answer[got:])
		if err != nil {
			log.Fatal(err)
		}
		got += n
		if got >= 4 && got >= 4+int(binary.BigEndian.Uint32(answer)) {
			return answer[4+head : got]
		}
	}
}

func newProducer(fd int, partition int32, id int64, epoch int16) *producer {
	value := make([]byte, *size)
	record := kmsg.Record{Value: value}
	record.Length = int32(len(record.AppendTo(nil)) - 1)
	now := time.Now().UnixMilli()
	batch := kmsg.RecordBatch{Magic: 2, FirstTimestamp: now, MaxTimestamp: now, ProducerID: id, ProducerEpoch: epoch,
		FirstSequence: -1, NumRecords: 1, Records: record.AppendTo(nil)}
	batch.Length = int32(len(batch.AppendTo(nil)) - 12)
	made := batch.AppendTo(nil)
	request := kmsg.NewPtrProduceRequest()
	request.Version = produceVersion
	request.Acks, request.TimeoutMillis = map[string]int16{"all": -1, "1": 1}[*acks], 30_000
	request.Topics = []kmsg.ProduceRequestTopic{{Topic: *topic,
		Partitions: []kmsg.ProduceRequestTopicPartition{{Partition: partition, Records: made}}}}
	frame := framed(request)
	at := bytes.Index(frame, made)
	return &producer{fd: fd, request: frame, batch: frame[at : at+len(made)]}
}

func (one *producer) send() {
	if *acks == "all" {
		binary.BigEndian.PutUint32(one.batch[53:], uint32(one.sequence))
		one.sequence++
	}
	binary.BigEndian.PutUint32(one.batch[17:], crc32.Checksum(one.batch[21:], castagnoli))
	one.sent = time.Now()
	if n, err := syscall.Write(one.fd, one.request); err != nil || n < len(one.request) {
		log.Fatal("not all was taken: ", n, err)
	}
}

// Whether the whole answer is there. It says that nothing failed, or this ends.
func (one *producer) answered() bool {
	n, err := syscall.Read(one.fd, one.answer[one.got:])
	if n <= 0 {
		log.Fatal("the connection is gone: ", err)
	}
	one.got += n
	size := int(binary.BigEndian.Uint32(one.answer[:])) + 4
	if one.got < 4 || one.got < size {
		return false
	}
	one.got = 0
	// Behind the size, the header, the count of topics, the name, the count of partitions and the index.
	at := 4 + 5 + 1 + 1 + len(*topic) + 1 + 4
	if code := int16(binary.BigEndian.Uint16(one.answer[at:])); code != 0 {
		log.Fatal("refused with error ", code)
	}
	return true
}
