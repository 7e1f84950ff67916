/** MTLS026: a probe that the kubelet sends in clear, since rewriting is switched off, to a port that refuses it. */

import type { PortModeAnswer } from "../../answer.ts";
import { capturesInbound } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import type { Probe } from "../../resources/pod.ts";
import { accepts, type Sent } from "../../server/accepts.ts";
import { modeOf } from "../../server/mode.ts";
import { portFamily } from "../../server/ports.ts";
import { untoldAtServer } from "../../verdict/unevaluated.ts";
import type { Replica, Workload } from "../../workload.ts";
import { type Check, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { probedPort } from "../probed-port.ts";

export interface ProbeNotRewritten extends Marked {
  readonly code: "MTLS026";
  readonly workload: Workload;
  readonly probe: Probe;
  readonly port: number;
  readonly mode: PortModeAnswer;
}

export const REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers";

export const probeNotRewritten: Check<ProbeNotRewritten> = {
  code: "MTLS026",
  says: "A probe reaches a port that refuses it, since the annotation for rewriting probes is false.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => findings(context.mesh, workload)),
};

/** With rewriting, Istio's default, the kubelet asks the agent in the pod instead, which no mode touches. */
function findings(mesh: Mesh, workload: Planned): readonly ProbeNotRewritten[] {
  if (!isFalse(workload.template.annotations[REWRITE])) return [];
  const replica = workload.replicas.find(
    (each) =>
      each.membership.known &&
      each.membership.proxy === "sidecar" &&
      untoldAtServer(mesh, { workload, replica: each }).length === 0,
  );
  if (replica === undefined) return [];
  return workload.template.spec.containers.flatMap((container) =>
    container.probes.flatMap((probe): readonly ProbeNotRewritten[] => {
      const port = probedPort(container, probe);
      const mode = port === undefined ? undefined : refusingMode(mesh, replica, probe, port);
      if (port === undefined || mode === undefined) return [];
      const at = { object: workload.object, pointer: probe.at };
      return [{ code: "MTLS026", at, part: "key", workload, probe, port, mode }];
    }),
  );
}

/** As Go reads it: anything else is no answer, and the default stands. Istio: pkg/kube/inject/app_probe.go ShouldRewriteAppHTTPProbers. */
function isFalse(text: string | undefined): boolean {
  return text !== undefined && ["0", "f", "F", "false", "False", "FALSE"].includes(text);
}

function refusingMode(mesh: Mesh, replica: Replica, probe: Probe, port: number): PortModeAnswer | undefined {
  const sent = sentBy(probe);
  const mode = modeOf(mesh, replica, port);
  if (sent === undefined || !mode.known || !capturesInbound(replica.annotations, port)) return undefined;
  const acceptance = accepts(mode.mode, portFamily(mesh, replica, port), sent);
  return acceptance === "ok" || acceptance === "raw" ? undefined : mode;
}

/** A command asks nothing of the network. A TCP probe is content with a connection, which the sidecar always opens. */
function sentBy({ handler, scheme }: Probe): Sent | undefined {
  switch (handler) {
    case "exec":
    case "tcp":
      return undefined;
    case "grpc":
      return "plaintext-http";
    case "http":
      return scheme === "HTTPS" ? "app-tls" : "plaintext-http";
  }
}
