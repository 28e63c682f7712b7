// The ceiling: node:http with no guest behind it; it sends the body of a POST back. Prints its port.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    response.writeHead(200, ['content-type', 'text/plain'])
    request.pipe(response)
    return
  }
  response.writeHead(200, ['content-type', 'text/plain', 'content-length', '18'])
  response.end('Hello from washi!\n')
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
