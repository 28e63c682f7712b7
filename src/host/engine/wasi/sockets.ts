/** `wasi:sockets`: all there, and denied. Since no socket comes to be, nothing can be done with one. */
export function createSockets(): Readonly<Record<string, object>> {
  class Network {}
  return {
    'wasi:sockets/network': { Network, networkErrorCode: () => undefined },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/ip-name-lookup': {
      ResolveAddressStream: classOf(['resolveNextAddress', 'subscribe']),
      resolveAddresses: deny,
    },
    'wasi:sockets/tcp': { TcpSocket: classOf(tcpMethods) },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: deny },
    'wasi:sockets/udp': {
      UdpSocket: classOf(udpMethods),
      IncomingDatagramStream: classOf(['receive', 'subscribe']),
      OutgoingDatagramStream: classOf(['checkSend', 'send', 'subscribe']),
    },
    'wasi:sockets/udp-create-socket': { createUdpSocket: deny },
  }
}

const commonMethods = [
  'startBind',
  'finishBind',
  'localAddress',
  'remoteAddress',
  'addressFamily',
  'receiveBufferSize',
  'setReceiveBufferSize',
  'sendBufferSize',
  'setSendBufferSize',
  'subscribe',
]

const tcpMethods = [
  ...commonMethods,
  'startConnect',
  'finishConnect',
  'startListen',
  'finishListen',
  'accept',
  'isListening',
  'setListenBacklogSize',
  'keepAliveEnabled',
  'setKeepAliveEnabled',
  'keepAliveIdleTime',
  'setKeepAliveIdleTime',
  'keepAliveInterval',
  'setKeepAliveInterval',
  'keepAliveCount',
  'setKeepAliveCount',
  'hopLimit',
  'setHopLimit',
  'shutdown',
]

const udpMethods = [...commonMethods, 'stream', 'unicastHopLimit', 'setUnicastHopLimit']

/** A class with methods that are there to be linked. */
function classOf(methods: readonly string[]): object {
  const type = class {}
  for (const name of methods) Object.defineProperty(type.prototype, name, { value: deny })
  return type
}

/** The error side of a result: `error-code.access-denied`. */
function deny(): never {
  throw 'access-denied'
}
