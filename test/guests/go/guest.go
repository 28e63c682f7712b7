//go:build wasip1

// A guest of the Go compiler itself (GOOS=wasip1, no TinyGo): bindings by hand, the standard library within.
package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"
)

var requests int

//go:wasmexport wasi:http/incoming-handler@0.2.0#handle
func handle(request, responseOut int32) {
	requests++
	text, status := "not found\n", int32(404)
	location, err := url.Parse(pathWithQuery(request))
	if err == nil {
		switch location.Path {
		case "/":
			text, status = "Hello from Go!\n", 200
		case "/counter":
			text, status = fmt.Sprintf("%d\n", requests), 200
		case "/length":
			length := 0
			readBody(request, func(chunk []byte) { length += len(chunk) })
			text, status = fmt.Sprintf("%d\n", length), 200
		case "/echo":
			response := startResponse(responseOut, 200)
			readBody(request, response.write)
			response.finish()
			return
		case "/headers":
			text, status = strings.Join(headers(request), ""), 200
		case "/log":
			fmt.Println("a line on stdout")
			fmt.Fprintln(os.Stderr, "a line on stderr")
			text, status = "logged\n", 200
		case "/throw":
			panic("asked to throw")
		case "/exit":
			os.Exit(3)
		case "/spin":
			for {
			}
		}
		if size, found := strings.CutPrefix(location.Path, "/big/"); found {
			var count int
			fmt.Sscan(size, &count)
			text, status = strings.Repeat("a", count), 200
		}
	}
	response := startResponse(responseOut, status)
	response.write([]byte(text))
	response.finish()
}

func main() {}
