// The agent of franz-go: requests from standard input, answers to standard output, one JSON object a line.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"runtime/debug"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
)

type request struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type method func(params json.RawMessage) (any, error)

var (
	bootstrap = os.Args[1]
	output    sync.Mutex
)

func main() {
	methods := map[string]method{}
	addAdmin(methods)
	addRecords(methods)
	addTransactions(methods)
	addMember(methods)
	addCopier(methods)
	addSecurity(methods)
	addCluster(methods)
	say(map[string]any{"ready": true, "version": version()})
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if json.Unmarshal(line, &r) == nil {
			go answer(r, methods[r.Method])
		}
	}
}

func answer(r request, do method) {
	result, err := do(r.Params)
	if err == nil {
		say(map[string]any{"id": r.ID, "result": result})
		return
	}
	said := map[string]any{"message": err.Error()}
	if code, ok := codeOf(err); ok {
		said["code"] = code
	}
	say(map[string]any{"id": r.ID, "error": said})
}

func codeOf(err error) (int16, bool) {
	var ofBroker *kerr.Error
	if errors.As(err, &ofBroker) {
		return ofBroker.Code, true
	}
	return 0, false
}

// Takes a function of decoded parameters as a method.
func taking[P any](do func(P) (any, error)) method {
	return func(params json.RawMessage) (any, error) {
		var p P
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		return do(p)
	}
}

func say(message map[string]any) {
	line, _ := json.Marshal(message)
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func tell(event string, rest map[string]any) {
	rest["event"] = event
	say(rest)
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/twmb/franz-go" {
				return module.Version
			}
		}
	}
	return ""
}
