// Command go-nats does what a user's Go program does with a lattice: it prints the lattice's events as they come, and,
// once its standard input ends, every key of the lattice's bucket; one JSON document per line.
//
//	go-nats URL LATTICE
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type line struct {
	Kind    string          `json:"kind"`
	Subject string          `json:"subject,omitempty"`
	Key     string          `json:"key,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-nats URL LATTICE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(url, lattice string) error {
	nc, err := nats.Connect(url, nats.Name("go-nats"))
	if err != nil {
		return fmt.Errorf("cannot connect to %s: %w", url, err)
	}
	defer nc.Close()
	out := newPrinter()
	_, err = nc.Subscribe("wasmbus.evt."+lattice+".>", func(message *nats.Msg) {
		out.print(line{Kind: "event", Subject: message.Subject, Value: asJSON(message.Data)})
	})
	if err != nil {
		return err
	}
	if err := nc.Flush(); err != nil {
		return err
	}
	out.print(line{Kind: "ready"})
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := nc.Flush(); err != nil {
		return err
	}
	return printKeys(nc, "LATTICEDATA_"+lattice, out)
}

func printKeys(nc *nats.Conn, bucket string, out *printer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	kv, err := js.KeyValue(ctx, bucket)
	if err != nil {
		return fmt.Errorf("cannot open bucket %s: %w", bucket, err)
	}
	keys, err := kv.Keys(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoKeysFound) {
		return fmt.Errorf("cannot list the keys of %s: %w", bucket, err)
	}
	sort.Strings(keys)
	for _, key := range keys {
		entry, err := kv.Get(ctx, key)
		if err != nil {
			return fmt.Errorf("cannot read %s of %s: %w", key, bucket, err)
		}
		out.print(line{Kind: "key", Key: key, Value: asJSON(entry.Value())})
	}
	return nil
}

// asJSON passes JSON on and makes a JSON string of anything else.
func asJSON(data []byte) json.RawMessage {
	if json.Valid(data) {
		return data
	}
	text, _ := json.Marshal(string(data))
	return text
}

type printer struct {
	lock    sync.Mutex
	encoder *json.Encoder
}

func newPrinter() *printer {
	return &printer{encoder: json.NewEncoder(os.Stdout)}
}

// print writes one line; standard output is all that this program is for, so it ends where that is gone.
func (p *printer) print(value line) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if err := p.encoder.Encode(value); err != nil {
		os.Exit(1)
	}
}
