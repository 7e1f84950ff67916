/** The connection behind a channel: the entry of the worker thread. One connection at a time. */
import type { ClusterAsks, ConnectTo, FromCluster, FromClusterAsks } from "../protocol/cluster.ts";
import { serve } from "../workers/serve.ts";
import { Connection } from "./connection.ts";
import { contextsOf, kubeconfigFiles, readKubeconfig } from "./kubeconfig/kubeconfig.ts";

let current: Connection | undefined;
let last = 0;

const channel = serve<FromCluster, FromClusterAsks, Record<string, never>, ClusterAsks>({
  told: {},
  asked: {
    contexts: ({ files }) => contextsOf(readKubeconfig(files ?? kubeconfigFiles())),
    async connect(to) {
      await disconnect();
      return connect(to);
    },
    retry() {
      current?.retry();
      return undefined;
    },
    disconnect,
  },
  failed,
});

function connect(to: ConnectTo): ClusterAsks["connect"]["reply"] {
  last += 1;
  const connection = last;
  current = new Connection({
    to,
    consent: (program) => channel.ask("consent", program),
    state: (state) => channel.tell("connection", { connection, state }),
    changes: (kinds) => channel.tell("changes", { connection, kinds }),
    defect: failed,
  });
  return { connection, target: current.target };
}

async function disconnect(): Promise<undefined> {
  const ending = current;
  current = undefined;
  await ending?.close();
}

function failed({ message, stack }: Error): void {
  channel.tell("failure", { says: message, stack: stack ?? "" });
}
