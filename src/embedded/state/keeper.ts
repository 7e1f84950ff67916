/** Writes the state to disk a moment after it changed, and once more at the end. */
import type { Store } from "../api/store/store.ts";
import { type State, writeState } from "./state.ts";

const DELAY_MS = 500;

export interface Keeper {
  close(): Promise<void>;
}

export function keepState(
  folder: string,
  store: Store,
  addresses: () => Omit<State, "dump">,
  failed: (error: Error) => void,
): Keeper {
  let written = "";
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    const revision = store.revision();
    if (revision === written) return;
    written = revision;
    writing = writing.then(() => writeState(folder, { ...addresses(), dump: store.dump() })).catch(failed);
  };
  const timer = setInterval(write, DELAY_MS).unref();
  return {
    async close() {
      clearInterval(timer);
      write();
      await writing;
    },
  };
}
