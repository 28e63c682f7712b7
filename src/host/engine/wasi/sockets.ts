/** `wasi:sockets`: there, and denied. */
export function createSockets(): Readonly<Record<string, object>> {
  class Network {}
  return {
    'wasi:sockets/network': { Network, networkErrorCode: () => undefined },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/ip-name-lookup': {
      ResolveAddressStream: class ResolveAddressStream {},
      resolveAddresses: deny,
    },
    'wasi:sockets/tcp': { TcpSocket: class TcpSocket {} },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: deny },
    'wasi:sockets/udp': {
      UdpSocket: class UdpSocket {},
      IncomingDatagramStream: class IncomingDatagramStream {},
      OutgoingDatagramStream: class OutgoingDatagramStream {},
    },
    'wasi:sockets/udp-create-socket': { createUdpSocket: deny },
  }
}

/** The error side of a result: `error-code.access-denied`. */
function deny(): never {
  throw 'access-denied'
}
