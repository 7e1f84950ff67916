/** Frames of SPDY/3.1, as far as port-forwarding needs them. Go: github.com/moby/spdystream/spdy. */
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { DICTIONARY } from "./spdy-dictionary.ts";

export type Frame =
  | { readonly type: "syn-stream"; readonly stream: number; readonly block: Buffer }
  | { readonly type: "data"; readonly stream: number; readonly fin: boolean; readonly data: Buffer }
  | { readonly type: "reset"; readonly stream: number }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goaway" }
  | { readonly type: "other" };

const LARGEST = 1 << 24;
const FIN = 1;
const [SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY] = [1, 2, 3, 6, 7];

/** Frames out of bytes that come in pieces. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUIntBE(5, 3);
      if (length >= LARGEST || this.#rest.length < 8 + length) break;
      frames.push(parsed(this.#rest.subarray(0, 8), this.#rest.subarray(8, 8 + length)));
      this.#rest = this.#rest.subarray(8 + length);
    }
    return frames;
  }
}

function parsed(head: Buffer, body: Buffer): Frame {
  const first = head.readUInt32BE(0);
  const fin = (head.readUInt8(4) & FIN) !== 0;
  if ((first & 0x80000000) === 0) return { type: "data", stream: first, fin, data: body };
  const type = first & 0xffff;
  const number = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0;
  if (type === SYN_STREAM && body.length >= 10) return { type: "syn-stream", stream: number, block: body.subarray(10) };
  if (type === RST_STREAM) return { type: "reset", stream: number };
  if (type === PING) return { type: "ping", id: body.length >= 4 ? body.readUInt32BE(0) : 0 };
  return type === GOAWAY ? { type: "goaway" } : { type: "other" };
}

function control(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE((0x80030000 | type) >>> 0, 0);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function dataFrame(stream: number, data: Buffer, fin = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream, 0);
  head.writeUInt8(fin ? FIN : 0, 4);
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

export function pingFrame(id: number): Buffer {
  return control(PING, uint32(id));
}

export function resetFrame(stream: number): Buffer {
  const CANCEL = 5;
  return control(RST_STREAM, Buffer.concat([uint32(stream), uint32(CANCEL)]));
}

/** The headers of streams, compressed as one text over the life of a connection. */
export class Headers {
  readonly #inflate: Inflate = createInflate({ dictionary: DICTIONARY });
  readonly #deflate: Deflate = createDeflate({ dictionary: DICTIONARY });

  async read(block: Buffer): Promise<Readonly<Record<string, string>>> {
    const text = await passed(this.#inflate, block);
    let at = 0;
    const number = () => {
      at += 4;
      return text.readUInt32BE(at - 4);
    };
    const word = () => {
      const length = number();
      at += length;
      return text.subarray(at - length, at).toString();
    };
    const count = number();
    return Object.fromEntries(
      Array.from({ length: Math.min(count, 100) }, () => [word().toLowerCase(), word()] as const),
    );
  }

  /** Without headers. */
  async reply(stream: number): Promise<Buffer> {
    const block = await passed(this.#deflate, uint32(0));
    return control(SYN_REPLY, Buffer.concat([uint32(stream), block]));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

/** What a piece becomes once all of it is through. */
function passed(stream: Inflate | Deflate, piece: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer) => chunks.push(chunk);
    stream.on("data", collect);
    stream.once("error", reject);
    stream.write(piece);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      stream.off("data", collect);
      stream.off("error", reject);
      resolve(Buffer.concat(chunks));
    });
  });
}
