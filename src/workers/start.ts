/**
 * Starts a worker thread from a file and speaks to it. A thread ends with its process, or when it is disposed; either
 * way, and when it crashes, what was asked of it is rejected with the reason.
 */
import { Worker } from "node:worker_threads";
import { type Asks, type Channel, type Listeners, openChannel, type Tells } from "./channel.ts";

export interface RunningWorker<Told extends Tells, Asked extends Asks> extends Channel<Told, Asked> {
  /** Settles when the thread is gone: with the error that ended it, or with undefined when it was disposed. */
  readonly ended: Promise<Error | undefined>;
}

export function startWorker<OutTells extends Tells, OutAsks extends Asks, InTells extends Tells, InAsks extends Asks>(
  name: string,
  file: string | URL,
  listeners: Listeners<InTells, InAsks>,
): RunningWorker<OutTells, OutAsks> {
  const worker = new Worker(file, { name });
  const channel = openChannel<OutTells, OutAsks, InTells, InAsks>(worker, listeners);
  let crash: Error | undefined;
  let wanted = true;
  worker.on("error", (error) => {
    crash = error instanceof Error ? error : new Error(String(error));
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    worker.on("exit", (code) => {
      const error = wanted ? (crash ?? new Error(`ended with code ${code}`)) : undefined;
      channel.dispose(error === undefined ? `${name} was stopped` : `${name} ended: ${error.message}`);
      resolve(error);
    });
  });
  return {
    ended,
    tell: channel.tell,
    ask: channel.ask,
    dispose(reason) {
      wanted = false;
      channel.dispose(reason);
      void worker.terminate();
    },
  };
}
