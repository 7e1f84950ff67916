/** A gateway with two ports and a client with a sidecar, and how the call of the client arrives. */
import { callIndex } from "../../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../../src/mesh/verdict/arrivals.ts";
import type { Verdict } from "../../../src/mesh/verdict/verdict.ts";
import { meshFrom } from "../snapshot.ts";

export const PROXY = "{name: istio-proxy, args: [proxy, router]}";

/** A gateway with two ports, and a client with a sidecar that calls one of them. */
export function edge(calls: string, ...more: readonly string[]): string {
  return `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: egress, namespace: shop, labels: {istio: egress}}
spec: {containers: [${PROXY}]}
status: {phase: Running, podIP: 10.1.0.1}
---
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: shop}
spec:
  selector: {istio: egress}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: tls, port: 443, targetPort: 8443}, {name: tcp-status, port: 15021}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client, security.istio.io/tlsMode: istio}}
spec:
  serviceAccountName: client
  containers: [{name: app, env: [{name: URL, value: "${calls}"}]}, {name: istio-proxy, args: [proxy, sidecar]}]
status: {phase: Running, podIP: 10.1.0.2}
${more.join("")}`;
}

export function object(kind: string, name: string, spec: string, api = "networking.istio.io/v1", meta = ""): string {
  return `---\napiVersion: ${api}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: shop${meta}}\nspec: ${spec}\n`;
}

/** How the call of the client arrives. */
export function told(yaml: string): readonly string[] {
  const mesh = meshFrom(yaml);
  return callIndex(mesh)
    .calls.filter(({ caller }) => caller.type === "workload")
    .flatMap((call) => arrivalsOf(mesh, call))
    .map(({ verdict }) => textOf(verdict));
}

function textOf(verdict: Verdict): string {
  switch (verdict.outcome) {
    case "works":
      return `works: ${verdict.wire}`;
    case "breaks":
      return `breaks: ${verdict.reason}`;
    case "unknown":
      return `unknown: ${verdict.missing.map(({ says }) => says).join("; ")}`;
  }
}
