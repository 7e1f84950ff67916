/**
 * Requests to one cluster as one user over one pool of connections. A 401 renews the credentials once; a failure looks
 * whether the kubeconfig leads elsewhere by now, as that of an embedded mesh does after a restart.
 */
import type { Dispatcher } from "undici";
import type { FailureCode } from "../../protocol/cluster.ts";
import type { Access } from "../kubeconfig/access.ts";
import type { Timings } from "../timings.ts";
import { ApiFailure, failureOf, refusal } from "./failure.ts";
import type { Consent } from "./program.ts";
import { dispatcherFor, openSession, type Session } from "./session.ts";

export interface Api {
  /** The JSON of a whole answer. */
  read(path: string, signal: AbortSignal): Promise<unknown>;
  /** The answer as it comes. Bytes that stay away for too long end it. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /** Credentials and connections are made anew with the next request. */
  renew(): void;
  close(): Promise<void>;
}

export interface ApiOptions {
  readonly consent: Consent;
  readonly timings: Timings;
  readonly proxy?: string;
  /** What the kubeconfig says now. Throws where it leads nowhere. */
  access(): Access;
  /** The kubeconfig leads to another server, or as another user. */
  moved(access: Access): void;
}

/** A page of 500 of the largest objects is smaller. */
const LARGEST = 256_000_000;
/** A 401 to credentials that never worked asks for new ones no more often than this. */
const PATIENCE = 30_000;
const LOOK_EVERY = 500;
/** The server that answers so, or not at all, can be the wrong one by now. */
const ELSEWHERE: ReadonlySet<FailureCode> = new Set(["unreachable", "silent", "unauthorized"]);

export function createApi(options: ApiOptions): Api {
  return new PooledApi(options);
}

class PooledApi implements Api {
  readonly #options: ApiOptions;
  readonly #closed = new AbortController();
  #access: Access;
  #session: Promise<Session> | undefined;
  /** Whether the credentials of the session were ever accepted. */
  #worked = false;
  #failed: { readonly error: unknown; readonly until: number } | undefined;
  #looked = -Infinity;
  #pool: { readonly key: string; readonly dispatcher: Dispatcher } | undefined;
  /** Of older sessions, until their last request has ended. */
  readonly #retired = new Set<Dispatcher>();

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#access = options.access();
  }

  async read(path: string, signal: AbortSignal): Promise<unknown> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timings.page)]);
    const body = await this.#send(path, limited, this.#options.timings.answer);
    return this.#guarded(path, async () => parse(path, await wholeOf(path, body)));
  }

  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.#send(path, signal, this.#options.timings.silence);
  }

  renew(): void {
    this.#session = undefined;
    this.#failed = undefined;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const dispatchers = [...this.#retired, ...(this.#pool === undefined ? [] : [this.#pool.dispatcher])];
    this.#pool = undefined;
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  /** The body of an answer of 200. */
  async #send(path: string, signal: AbortSignal, silence: number): Promise<Dispatcher.ResponseData["body"]> {
    return this.#guarded(path, async () => {
      const first = await this.#current();
      const answer = await this.#request(first, path, signal, silence);
      if (answer.statusCode !== 401) {
        this.#worked = true;
        return bodyOf(path, answer);
      }
      const session = await this.#renewed(first);
      if (session === first) return bodyOf(path, answer);
      await answer.body.dump();
      const again = await this.#request(session, path, signal, silence);
      if (again.statusCode !== 401) this.#worked = true;
      return bodyOf(path, again);
    });
  }

  #request(session: Session, path: string, signal: AbortSignal, silence: number) {
    signal.throwIfAborted();
    return this.#dispatcherOf(session).request({
      origin: session.origin,
      path: session.base + path,
      method: "GET",
      headers: { ...session.headers, accept: "application/json" },
      signal: AbortSignal.any([signal, this.#closed.signal]),
      bodyTimeout: silence,
    });
  }

  async #guarded<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      const failure = failureOf(`GET ${path.split("?", 1)[0]}`, error);
      if (ELSEWHERE.has(failure.code)) this.#lookAgain();
      throw failure;
    }
  }

  async #current(): Promise<Session> {
    const session = await this.#opened();
    if (Date.now() < session.renewAt) return session;
    return this.#renewed(session, "expired");
  }

  /** One opening for all that wait for it; one that failed counts for a while, so that no program runs for each of them. */
  #opened(): Promise<Session> {
    if (this.#session !== undefined) return this.#session;
    if (this.#failed !== undefined && performance.now() < this.#failed.until) return Promise.reject(this.#failed.error);
    const { consent, proxy, timings } = this.#options;
    const options = { consent, signal: this.#closed.signal, ...(proxy !== undefined && { proxy }) };
    const session = openSession(this.#access, options);
    this.#session = session;
    this.#worked = false;
    session.catch((error) => {
      if (this.#session !== session) return;
      this.#session = undefined;
      this.#failed = { error, until: performance.now() + timings.longestWait };
    });
    return session;
  }

  /** Another session than the one that is no good, or the same where another was just tried. */
  async #renewed(session: Session, why: "expired" | "refused" = "refused"): Promise<Session> {
    const current = await this.#opened();
    if (current !== session) return current;
    const hopeless = why === "refused" && !this.#worked && Date.now() - session.opened < PATIENCE;
    if (hopeless) return session;
    this.#lookAgain();
    this.#session = undefined;
    return this.#opened();
  }

  #dispatcherOf(session: Session): Dispatcher {
    const { key } = session;
    if (this.#pool?.key === key) return this.#pool.dispatcher;
    this.#closed.signal.throwIfAborted();
    if (this.#pool !== undefined) this.#retire(this.#pool.dispatcher);
    const dispatcher = dispatcherFor(session, this.#options.timings);
    this.#pool = { key, dispatcher };
    return dispatcher;
  }

  #retire(dispatcher: Dispatcher): void {
    this.#retired.add(dispatcher);
    const gone = () => this.#retired.delete(dispatcher);
    dispatcher.close().then(gone, gone);
  }

  /** What fails at once for many requests is one reason to look. */
  #lookAgain(): void {
    const now = performance.now();
    if (now - this.#looked < LOOK_EVERY) return;
    this.#looked = now;
    const access = this.#accessNow();
    if (access === undefined || JSON.stringify(access) === JSON.stringify(this.#access)) return;
    const isElsewhere =
      access.cluster.server !== this.#access.cluster.server || access.user.name !== this.#access.user.name;
    this.#access = access;
    this.renew();
    if (isElsewhere) this.#options.moved(access);
  }

  /** A file that is being written, or that lost the context: what was known still counts. */
  #accessNow(): Access | undefined {
    try {
      return this.#options.access();
    } catch {
      return undefined;
    }
  }
}

async function bodyOf(path: string, { statusCode, headers, body }: Dispatcher.ResponseData) {
  if (statusCode === 200) return body;
  const [after] = [headers["retry-after"]].flat();
  const text = await wholeOf(path, body);
  throw refusal(`GET ${path.split("?", 1)[0]}`, statusCode, jsonOr(text), after);
}

async function wholeOf(path: string, body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > LARGEST) throw new ApiFailure("too-large", `GET ${path}: the answer is larger than ${LARGEST} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFailure("malformed", `GET ${path.split("?", 1)[0]}: the answer is no JSON.`);
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}
