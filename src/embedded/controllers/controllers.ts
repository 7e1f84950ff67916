/** All controllers of the embedded mesh, started together and stopped together. */

import type { Network } from "../network/network.ts";
import type { Cluster } from "./cluster.ts";
import { cronJobs } from "./jobs/cron-jobs.ts";
import { jobs } from "./jobs/jobs.ts";
import { namespaceContents, type Roots } from "./namespaces/contents.ts";
import { claims } from "./pods/claims.ts";
import { scheduler } from "./pods/scheduler.ts";
import { runController } from "./reconciler.ts";
import { daemonSets } from "./replicas/daemon-sets.ts";
import { deployments } from "./replicas/deployments.ts";
import { replicaSets } from "./replicas/replica-sets.ts";
import { statefulSets } from "./replicas/stateful-sets.ts";
import { endpoints } from "./services/endpoints.ts";
import { kubeProxy } from "./services/kube-proxy.ts";
import { type Entrances, loadBalancers } from "./services/load-balancers.ts";

export interface Surroundings {
  readonly roots: Roots;
  readonly network: Pick<Network, "route">;
  readonly entrances: Entrances;
}

/** Runs until what it answers is called. */
export function startControllers(cluster: Cluster, { roots, network, entrances }: Surroundings): () => void {
  const controllers = [
    namespaceContents(cluster, roots),
    deployments(cluster),
    replicaSets(cluster),
    statefulSets(cluster),
    daemonSets(cluster),
    jobs(cluster),
    cronJobs(cluster),
    scheduler(cluster),
    claims(cluster),
    endpoints(cluster),
    kubeProxy(cluster, network),
    loadBalancers(cluster, entrances),
  ];
  const stops = controllers.map((controller) => runController(cluster, controller));
  return () => {
    for (const stop of stops) stop();
  };
}
