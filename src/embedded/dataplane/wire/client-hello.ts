/** What a TLS client says first: server name and application protocols. Pure; reads no further than the ClientHello. */

export interface ClientHello {
  readonly serverName?: string;
  readonly alpn: readonly string[];
}

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
const LARGEST = 16 * 1024;
const SERVER_NAME = 0;
const ALPN = 16;

/**
 * The hello, `not-tls` where the bytes are something else, undefined where more are needed. A record header is five bytes
 * long: nothing is decided before. Istio: the listener filter envoy.filters.listener.tls_inspector.
 */
export function readClientHello(bytes: Buffer): ClientHello | "not-tls" | undefined {
  const handshake = handshakeOf(bytes);
  if (handshake === "not-tls" || handshake === undefined) return handshake;
  try {
    return parse(new Reader(handshake));
  } catch (error) {
    if (error instanceof RangeError) return "not-tls";
    throw error;
  }
}

/** The message of the first records, without their headers. */
function handshakeOf(bytes: Buffer): Buffer | "not-tls" | undefined {
  const parts: Buffer[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  for (let at = 0, have = 0; have < wanted; ) {
    const header = bytes.subarray(at, at + RECORD_HEADER);
    if (header.length < RECORD_HEADER) return undefined;
    const length = header.readUInt16BE(3);
    if (header[0] !== HANDSHAKE || header[1] !== 3 || length === 0 || length > LARGEST + 2048) return "not-tls";
    const part = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    parts.push(part);
    have += part.length;
    at += RECORD_HEADER + length;
    if (at === RECORD_HEADER + length && part.length >= 1 && part[0] !== CLIENT_HELLO) return "not-tls";
    const start = have >= 4 ? Buffer.concat(parts) : undefined;
    if (start) wanted = 4 + start.readUIntBE(1, 3);
    if (wanted > LARGEST && start) return "not-tls";
    if (have < wanted && part.length < length) return undefined;
  }
  return Buffer.concat(parts).subarray(4, wanted);
}

function parse(hello: Reader): ClientHello {
  hello.take(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  let serverName: string | undefined;
  let alpn: readonly string[] = [];
  const extensions = new Reader(hello.left > 0 ? hello.vector(2) : Buffer.alloc(0));
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = new Reader(extensions.vector(2));
    if (type === SERVER_NAME) serverName = namesOf(new Reader(body.vector(2)))[0];
    else if (type === ALPN) alpn = protocolsOf(new Reader(body.vector(2)));
  }
  return serverName === undefined ? { alpn } : { serverName, alpn };
}

function namesOf(list: Reader): readonly string[] {
  const names: string[] = [];
  while (list.left > 0) {
    list.take(1);
    names.push(list.vector(2).toString("latin1"));
  }
  return names;
}

function protocolsOf(list: Reader): readonly string[] {
  const protocols: string[] = [];
  while (list.left > 0) protocols.push(list.vector(1).toString("latin1"));
  return protocols;
}

/** Reads on; a RangeError where bytes are missing. */
class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new RangeError(`${length} bytes wanted, ${this.left} left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(size: 1 | 2): number {
    return this.take(size).readUIntBE(0, size);
  }

  vector(sizeOfLength: 1 | 2): Buffer {
    return this.take(this.number(sizeOfLength));
  }
}
