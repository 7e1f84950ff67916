/** Calls in protocols where the server speaks first. Which ports a sidecar inspects is in the vectors. */
import assert from "node:assert/strict";
import { callIndex } from "../../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../../src/mesh/verdict/arrivals.ts";
import { meshFrom, policy } from "../snapshot.ts";

const SIDECAR = "{name: istio-proxy, args: [proxy, sidecar]}";

function pod(name: string, labels: string, ip: string, ...containers: readonly string[]): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}${labels}}}
spec: {containers: [${containers.join(", ")}]}
status: {phase: Running, podIP: ${ip}}
`;
}

interface Shop {
  readonly port: string;
  readonly call: string;
  readonly caller: "sidecar" | "none";
  readonly more?: string;
}

/** How the call of the client arrives at a database with a sidecar. */
function told({ port, call, caller, more = "" }: Shop): readonly string[] {
  const label = ", security.istio.io/tlsMode: istio";
  const app = `{name: app, env: [{name: DB, value: "${call}"}]}`;
  const mesh = meshFrom(
    pod("db", label, "10.1.0.1", "{name: app}", SIDECAR) +
      (caller === "sidecar" ? pod("client", label, "10.1.0.2", app, SIDECAR) : pod("client", "", "10.1.0.2", app)) +
      `
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [${port}]}
` +
      more,
  );
  return callIndex(mesh)
    .calls.flatMap((each) => arrivalsOf(mesh, each))
    .map(({ verdict }) =>
      verdict.outcome === "breaks" ? verdict.reason : verdict.outcome === "works" ? verdict.wire : "unknown",
    );
}

const MYSQL = "{name: mysql, port: 3306}";
const CALL = "tcp://db:3306";
const DISABLE = policy("open", "{mtls: {mode: DISABLE}}");

describe("a server that speaks first", () => {
  const cases: readonly (readonly [what: string, shop: Shop, expected: string])[] = [
    ["hangs in plaintext under PERMISSIVE", { port: MYSQL, call: CALL, caller: "none" }, "server-speaks-first"],
    ["works in mutual TLS under PERMISSIVE", { port: MYSQL, call: CALL, caller: "sidecar" }, "mtls"],
    ["works in plaintext under DISABLE", { port: MYSQL, call: CALL, caller: "none", more: DISABLE }, "plaintext"],
    [
      "is refused under STRICT as any plaintext is",
      { port: MYSQL, call: CALL, caller: "none", more: policy("strict", "{mtls: {mode: STRICT}}") },
      "plaintext-to-strict",
    ],
    [
      "is told by the number of its port",
      { port: "{name: tcp-db, port: 3306}", call: CALL, caller: "none" },
      "server-speaks-first",
    ],
    [
      "is told by its appProtocol, at whatever port",
      { port: "{name: db, port: 4000, appProtocol: mysql}", call: "tcp://db:4000", caller: "none" },
      "server-speaks-first",
    ],
    [
      "hangs at the caller's own sidecar where the port does not say its protocol in Istio's words",
      { port: "{name: smtp-out, port: 587}", call: "tcp://db:587", caller: "sidecar" },
      "server-speaks-first",
    ],
    [
      "hangs at such a port even under DISABLE",
      { port: "{name: smtp-out, port: 587}", call: "tcp://db:587", caller: "none", more: DISABLE },
      "server-speaks-first",
    ],
    [
      "is none where the client speaks first",
      { port: "{name: redis, port: 6379}", call: "redis://db:6379", caller: "none" },
      "plaintext",
    ],
    [
      "works where the mesh gives up waiting",
      {
        port: MYSQL,
        call: CALL,
        caller: "none",
        more: "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: 'protocolDetectionTimeout: 5s'}\n",
      },
      "plaintext",
    ],
  ];
  for (const [what, shop, expected] of cases) {
    it(what, () => assert.deepEqual(told(shop), [expected]));
  }
});
