/** The embedded mesh behind a channel: the entry of the worker thread. */
import "../workers/older-node.ts";
import type { EmbeddedAccess, EmbeddedAsks, FromEmbedded, StartEmbedded } from "../protocol/embedded.ts";
import { serve } from "../workers/serve.ts";
import { type RunningMesh, startMesh } from "./mesh.ts";
import { removeState } from "./state/state.ts";

let running: { readonly mesh: RunningMesh; readonly options: StartEmbedded } | undefined;

const channel = serve<FromEmbedded, Record<string, never>, Record<string, never>, EmbeddedAsks>({
  told: {},
  asked: {
    start(options) {
      if (running !== undefined) throw new Error("The embedded mesh runs already: stop it first, or reset it.");
      return start(options);
    },
    stop,
    async reset() {
      const options = running?.options;
      if (options === undefined) throw new Error("The embedded mesh does not run: start it first.");
      const { addresses } = running?.mesh ?? {};
      await stop();
      if (options.folder !== undefined) await removeState(options.folder);
      return start(options, addresses?.());
    },
  },
  failed,
});

async function start(
  options: StartEmbedded,
  addresses?: ReturnType<RunningMesh["addresses"]>,
): Promise<EmbeddedAccess> {
  const mesh = await startMesh({
    ...options,
    ...(addresses === undefined ? {} : { addresses }),
    gatewayIs: (address) => channel.tell("gateway", { address }),
    failed,
  });
  running = { mesh, options };
  return mesh.access();
}

async function stop(): Promise<undefined> {
  const { mesh } = running ?? {};
  running = undefined;
  await mesh?.close();
}

function failed({ message, stack }: Error): void {
  channel.tell("failure", { says: message, stack: stack ?? "" });
}
