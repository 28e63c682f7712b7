//go:build wasip1

package main

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"unsafe"
)

// What the host passes in lies here until the call that it answers has copied it. No allocation of Go's own: that may read
// the clock, and a component calls nothing while it allocates for its host.
var (
	arena [256 << 10]byte
	used  uintptr
)

// Under this name it serves the component's imports alone: the adapter of wasip1 needs memory before Go has started.
//
//go:wasmexport cabi_import_realloc
func realloc(old, oldSize, align, size int32) int32 {
	base := uintptr(unsafe.Pointer(&arena))
	at := (base + used + uintptr(align) - 1) &^ (uintptr(align) - 1)
	end := at + uintptr(size) - base
	if end > uintptr(len(arena)) {
		panic("the arena is full")
	}
	used = end
	return int32(at)
}

// What the host has passed in, until the arena is emptied.
func viewBlock(at, size uint32) []byte {
	start := uintptr(at) - uintptr(unsafe.Pointer(&arena))
	return arena[start : start+uintptr(size)]
}

// Copies what the host has passed in, and empties the arena.
func takeBlock(at, size uint32) []byte {
	block := append([]byte{}, viewBlock(at, size)...)
	used = 0
	return block
}

//go:wasmimport wasi:http/types@0.2.0 [method]incoming-request.path-with-query
func requestPathWithQuery(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [method]incoming-request.headers
func requestHeaders(request int32) int32

//go:wasmimport wasi:http/types@0.2.0 [method]fields.entries
func fieldsEntries(fields int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [resource-drop]fields
func dropFields(fields int32)

//go:wasmimport wasi:http/types@0.2.0 [method]incoming-request.consume
func requestConsume(request int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [method]incoming-body.stream
func incomingBodyStream(body int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [resource-drop]incoming-body
func dropIncomingBody(body int32)

//go:wasmimport wasi:http/types@0.2.0 [constructor]fields
func newFields() int32

//go:wasmimport wasi:http/types@0.2.0 [constructor]outgoing-response
func newOutgoingResponse(headers int32) int32

//go:wasmimport wasi:http/types@0.2.0 [method]outgoing-response.set-status-code
func setStatusCode(response, status int32) int32

//go:wasmimport wasi:http/types@0.2.0 [method]outgoing-response.body
func responseBody(response int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [static]response-outparam.set
func setResponse(responseOut, isErr, response, err1 int32, err2 int64, err3, err4, err5, err6 int32)

//go:wasmimport wasi:http/types@0.2.0 [method]outgoing-body.write
func outgoingBodyWrite(body int32, result unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.0 [static]outgoing-body.finish
func finishBody(body, hasTrailers, trailers int32, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.0 [method]input-stream.blocking-read
func blockingRead(stream int32, size int64, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.0 [resource-drop]input-stream
func dropInputStream(stream int32)

//go:wasmimport wasi:io/streams@0.2.0 [method]output-stream.blocking-write-and-flush
func blockingWriteAndFlush(stream int32, bytes unsafe.Pointer, size int32, result unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.0 [resource-drop]output-stream
func dropOutputStream(stream int32)

func pathWithQuery(request int32) string {
	var result [3]uint32
	requestPathWithQuery(request, unsafe.Pointer(&result))
	if result[0] == 0 {
		return "/"
	}
	return string(takeBlock(result[1], result[2]))
}

// One line for each header, sorted.
func headers(request int32) []string {
	fields := requestHeaders(request)
	defer dropFields(fields)
	var result [2]uint32
	fieldsEntries(fields, unsafe.Pointer(&result))
	entries := viewBlock(result[0], result[1]*16)
	var lines []string
	for ; len(entries) > 0; entries = entries[16:] {
		word := func(index int) uint32 { return binary.LittleEndian.Uint32(entries[4*index:]) }
		lines = append(lines, fmt.Sprintf("%s: %s\n", viewBlock(word(0), word(1)), viewBlock(word(2), word(3))))
	}
	used = 0
	slices.Sort(lines)
	return lines
}

func readBody(request int32, take func([]byte)) {
	var body, stream [2]uint32
	requestConsume(request, unsafe.Pointer(&body))
	incomingBodyStream(int32(body[1]), unsafe.Pointer(&stream))
	for {
		var result [3]uint32
		blockingRead(int32(stream[1]), 64*1024, unsafe.Pointer(&result))
		if result[0] != 0 {
			break
		}
		take(takeBlock(result[1], result[2]))
	}
	dropInputStream(int32(stream[1]))
	dropIncomingBody(int32(body[1]))
}

type response struct{ body, stream int32 }

func startResponse(responseOut, status int32) response {
	handle := newOutgoingResponse(newFields())
	setStatusCode(handle, status)
	var body, stream [2]uint32
	responseBody(handle, unsafe.Pointer(&body))
	setResponse(responseOut, 0, handle, 0, 0, 0, 0, 0, 0)
	outgoingBodyWrite(int32(body[1]), unsafe.Pointer(&stream))
	return response{int32(body[1]), int32(stream[1])}
}

func (r response) write(bytes []byte) {
	for len(bytes) > 0 {
		piece := bytes[:min(len(bytes), 4096)]
		var result [3]uint32
		blockingWriteAndFlush(r.stream, unsafe.Pointer(&piece[0]), int32(len(piece)), unsafe.Pointer(&result))
		runtime.KeepAlive(piece)
		if result[0] != 0 {
			return
		}
		bytes = bytes[len(piece):]
	}
}

func (r response) finish() {
	dropOutputStream(r.stream)
	var result [5]uint64
	finishBody(r.body, 0, 0, unsafe.Pointer(&result))
}
