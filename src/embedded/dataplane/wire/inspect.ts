/** Looks at the first bytes of a connection and puts them back: the listener filters of Envoy. */
import type { Duplex } from "node:stream";

/** What plaintext turns out to be. */
export type Content = "http/1.1" | "h2c" | "other";

/**
 * Reads until `look` decides, and puts everything back. `closed` where the connection ended before. A caller that is silent
 * is waited for without a timer, as `listener_filters_timeout: 0s` says.
 */
export function peek<T>(stream: Duplex, look: (bytes: Buffer) => T | undefined, done: (found: T | "closed") => void) {
  const chunks: Buffer[] = [];
  const finish = (found: T | "closed") => {
    stream.off("readable", read).off("end", closed).off("close", closed).off("error", closed);
    if (chunks.length > 0 && !stream.destroyed && !stream.readableEnded) stream.unshift(Buffer.concat(chunks));
    done(found);
  };
  const closed = () => finish("closed");
  const read = () => {
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
      chunks.push(chunk);
      const found = look(chunks.length > 1 ? Buffer.concat(chunks) : chunk);
      if (found !== undefined) return finish(found);
    }
  };
  stream.on("readable", read).on("end", closed).on("close", closed).on("error", closed);
}

const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) /;
const METHOD_BEGINS =
  /^(?:G(?:E(?:T)?)?|H(?:E(?:A(?:D)?)?)?|P(?:O(?:S(?:T)?)?|U(?:T)?|A(?:T(?:C(?:H)?)?)?|R(?:I)?)?|D(?:E(?:L(?:E(?:T(?:E)?)?)?)?)?|C(?:O(?:N(?:N(?:E(?:C(?:T)?)?)?)?)?)?|O(?:P(?:T(?:I(?:O(?:N(?:S)?)?)?)?)?)?|T(?:R(?:A(?:C(?:E)?)?)?)?)$/;
const LONGEST_LINE = 64 * 1024;

/**
 * HTTP shows by its request line, waited for to its end; what cannot begin one is something else at once.
 * Istio: the listener filter envoy.filters.listener.http_inspector.
 */
export function readContent(bytes: Buffer): Content | undefined {
  const start = bytes.toString("latin1", 0, 8);
  if (!METHODS.test(start)) return METHOD_BEGINS.test(start) ? undefined : "other";
  const end = bytes.indexOf("\n");
  if (end < 0) return bytes.length > LONGEST_LINE ? "other" : undefined;
  const line = bytes.toString("latin1", 0, end).replace(/\r$/, "");
  if (line === "PRI * HTTP/2.0") return "h2c";
  return / HTTP\/1\.[01]$/.test(line) ? "http/1.1" : "other";
}

/** HTTP/2 shows by its preface where HTTP is expected anyway. */
export function readVersion(bytes: Buffer): "http/1.1" | "h2c" | undefined {
  const preface = "PRI * HTTP/2.0";
  const start = bytes.toString("latin1", 0, preface.length);
  if (!preface.startsWith(start)) return "http/1.1";
  return start.length === preface.length ? "h2c" : undefined;
}
