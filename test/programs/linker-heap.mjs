// Calls guests 300,000 times in three ways and prints by how many bytes the heap grew from the first third of the
// calls of each way to its last. To be run with --expose-gc.
import { readFileSync } from 'node:fs'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'

const rounds = 33_400

class OutputStream {
  blockingWriteAndFlush() {}
}
class InputStream {
  blockingRead() {
    throw { tag: 'closed' }
  }
}
class IoError {}
class Fields {
  get() {
    return []
  }
  append() {}
  entries() {
    return [['accept', new Uint8Array(3)]]
  }
}
class IncomingBody {
  stream() {
    return new InputStream()
  }
}
class IncomingRequest {
  method() {
    return { tag: 'get' }
  }
  pathWithQuery() {
    return '/'
  }
  authority() {
    return 'localhost'
  }
  headers() {
    return new Fields()
  }
  consume() {
    return new IncomingBody()
  }
}
class OutgoingBody {
  static finish() {}
  write() {
    return new OutputStream()
  }
}
class OutgoingResponse {
  setStatusCode() {}
  body() {
    return new OutgoingBody()
  }
}
class ResponseOutparam {
  static set() {}
}

const http = createInstance(prepare('http-hello'), {
  'wasi:io/error': { Error: IoError },
  'wasi:io/streams': { InputStream, OutputStream },
  'wasi:http/types': {
    Fields,
    IncomingBody,
    IncomingRequest,
    OutgoingBody,
    OutgoingResponse,
    ResponseOutparam,
  },
})
const { handle } = http.exports.incomingHandler
const { Counter } = createInstance(prepare('echo-types'), {}).exports.counters

const uses = {
  reused: () => handle(new IncomingRequest(), new ResponseOutparam()),
  reset: () => {
    handle(new IncomingRequest(), new ResponseOutparam())
    if (!http.reset()) throw new Error('the instance cannot be reset')
  },
  resources: () => {
    const counter = new Counter(5)
    counter.increment()
    counter[Symbol.dispose]()
  },
}

const growth = {}
for (const [name, use] of Object.entries(uses)) {
  const sizes = [measure(use), measure(use), measure(use)]
  growth[name] = sizes[2] - sizes[0]
}
console.log(JSON.stringify(growth))

function measure(use) {
  for (let round = 0; round < rounds; round++) use()
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function prepare(name) {
  return prepareComponent(readFileSync(new URL(`../fixtures/components/${name}.wasm`, import.meta.url)))
}
