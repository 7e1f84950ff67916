/** The worker's side of the channel: listens to the thread that started it. */
import { parentPort } from "node:worker_threads";
import { type Asks, type Channel, type Listeners, openChannel, type Tells } from "./channel.ts";

export function serve<OutTells extends Tells, OutAsks extends Asks, InTells extends Tells, InAsks extends Asks>(
  listeners: Listeners<InTells, InAsks>,
): Channel<OutTells, OutAsks> {
  if (parentPort === null) throw new Error("this file runs as a worker thread only");
  return openChannel<OutTells, OutAsks, InTells, InAsks>(parentPort, listeners);
}
