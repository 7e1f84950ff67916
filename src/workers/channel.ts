/**
 * Tells and asks over a message port, once for all workers. Every ask is answered or rejected: a throw crosses as text,
 * and `dispose` rejects what is pending. An answer that nobody waits for any more is dropped.
 */

/** Bodies of tells by name. */
export type Tells = Readonly<Record<string, unknown>>;
/** Bodies and replies of asks by name. */
export type Asks = Readonly<Record<string, { readonly ask: unknown; readonly reply: unknown }>>;

/** What one side does with what comes in. The compiler finds a name that nobody listens to. */
export interface Listeners<Told extends Tells, Asked extends Asks> {
  readonly told: { readonly [Name in keyof Told]: (body: Told[Name]) => void };
  readonly asked: {
    readonly [Name in keyof Asked]: (body: Asked[Name]["ask"]) => Asked[Name]["reply"] | Promise<Asked[Name]["reply"]>;
  };
  /** A listener to a tell threw. Nobody waits for an answer, so this is the only place that hears of it. */
  failed(error: Error): void;
}

export interface Channel<Told extends Tells, Asked extends Asks> {
  tell<Name extends keyof Told>(name: Name, body: Told[Name]): void;
  /** An aborted ask rejects at once; its answer is dropped when it comes. */
  ask<Name extends keyof Asked>(
    name: Name,
    body: Asked[Name]["ask"],
    signal?: AbortSignal,
  ): Promise<Asked[Name]["reply"]>;
  dispose(reason: string): void;
}

/** A Worker, a MessagePort or `parentPort`. */
export interface Port {
  postMessage(frame: unknown): void;
  on(event: "message", listener: (frame: Frame) => void): unknown;
  off(event: "message", listener: (frame: Frame) => void): unknown;
}

export type Frame =
  | { readonly type: "tell"; readonly name: string; readonly body: unknown }
  | { readonly type: "ask"; readonly id: number; readonly name: string; readonly body: unknown }
  | { readonly type: "answer"; readonly id: number; readonly body: unknown }
  | { readonly type: "failure"; readonly id: number; readonly says: string; readonly stack: string };

export function openChannel<OutTells extends Tells, OutAsks extends Asks, InTells extends Tells, InAsks extends Asks>(
  port: Port,
  listeners: Listeners<InTells, InAsks>,
): Channel<OutTells, OutAsks> {
  const pending = new Pending();

  const hear = (frame: Frame): void => {
    if (frame.type === "tell") hearTell(frame.name, frame.body, listeners);
    else if (frame.type === "ask") void answer(port, frame.id, frame.name, frame.body, listeners);
    else if (frame.type === "answer") pending.take(frame.id)?.resolve(frame.body);
    else pending.take(frame.id)?.reject(crossed(frame.says, frame.stack));
  };
  port.on("message", hear);

  return {
    tell(name, body) {
      if (pending.closed === undefined) port.postMessage({ type: "tell", name: String(name), body } satisfies Frame);
    },
    ask(name, body, signal) {
      return new Promise((resolve, reject) => {
        const id = pending.add({ resolve: (reply) => resolve(reply as never), reject }, signal);
        if (id !== undefined) port.postMessage({ type: "ask", id, name: String(name), body } satisfies Frame);
      });
    },
    dispose(reason) {
      port.off("message", hear);
      pending.close(reason);
    },
  };
}

/** The same listeners where names are only strings: what comes over the port has the type that the other side gave it. */
interface ByName {
  readonly told: Readonly<Record<string, (body: never) => void>>;
  readonly asked: Readonly<Record<string, (body: never) => unknown>>;
  failed(error: Error): void;
}

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** The asks that wait for an answer. */
class Pending {
  closed: string | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** The id to ask with; undefined when the ask was rejected at once. */
  add(waiting: Waiting, signal: AbortSignal | undefined): number | undefined {
    if (this.closed !== undefined || signal?.aborted === true) {
      waiting.reject(new Error(this.closed ?? "cancelled"));
      return undefined;
    }
    this.#last += 1;
    const id = this.#last;
    this.#waiting.set(id, waiting);
    signal?.addEventListener("abort", () => this.take(id)?.reject(new Error("cancelled")), { once: true });
    return id;
  }

  take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  close(reason: string): void {
    this.closed ??= reason;
    for (const id of [...this.#waiting.keys()]) this.take(id)?.reject(new Error(reason));
  }
}

function hearTell(name: string, body: unknown, listeners: ByName): void {
  try {
    listeners.told[name]?.(body as never);
  } catch (error) {
    listeners.failed(asError(error));
  }
}

async function answer(port: Port, id: number, name: string, body: unknown, listeners: ByName): Promise<void> {
  try {
    const listener = listeners.asked[name];
    if (listener === undefined) throw new Error(`nobody answers "${name}"`);
    port.postMessage({ type: "answer", id, body: await listener(body as never) } satisfies Frame);
  } catch (error) {
    const { message, stack } = asError(error);
    port.postMessage({ type: "failure", id, says: message, stack: stack ?? "" } satisfies Frame);
  }
}

function crossed(says: string, stack: string): Error {
  const error = new Error(says);
  error.stack = stack;
  return error;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
