/** Facts of Istio's own tests for what the vectors do not ask: `data/transcribed.json`, every case of every group. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serviceMode } from "../../src/mesh/client/cluster.ts";
import { injectRequired } from "../../src/mesh/membership/injector.ts";
import { registryServices } from "../../src/mesh/registry/service.ts";
import { accepts } from "../../src/mesh/server/accepts.ts";
import { modeOf } from "../../src/mesh/server/mode.ts";
import { portFamily } from "../../src/mesh/server/ports.ts";
import { callingPod } from "../../src/mesh/verdict/callers/calling-pods.ts";
import { type OutcomeCode, outcomes } from "../../src/mesh/verdict/outcome.ts";
import { meshFrom, policy, workloadNamed } from "../mesh/snapshot.ts";

const facts = JSON.parse(readFileSync(join(import.meta.dirname, "data/transcribed.json"), "utf8"));

interface Case {
  readonly [field: string]: unknown;
}

function cases<C extends Case>(group: string): readonly C[] {
  const found: readonly C[] = facts[group].cases;
  assert.ok(found.length > 0, `no cases in ${group}`);
  return found;
}

type Labels = Readonly<Record<string, string>>;

describe("transcribed: injection is required", () => {
  type Selector = { readonly equals?: readonly string[]; readonly exists?: string };
  const selector = ({ equals, exists }: Selector) => ({
    matchLabels: equals === undefined ? {} : { [equals[0] ?? ""]: equals[1] ?? "" },
    matchExpressions: exists === undefined ? [] : [{ key: exists, operator: "Exists", values: [] }],
  });
  type Injection = Case & {
    readonly name: string;
    readonly policy: string;
    readonly never: readonly Selector[];
    readonly always: readonly Selector[];
    readonly hostNetwork: boolean;
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly want: boolean;
  };
  for (const each of cases<Injection>("injectRequired")) {
    it(each.name, () => {
      for (const one of [...each.never, ...each.always]) {
        assert.deepEqual(
          Object.keys(one).filter((key) => key !== "equals" && key !== "exists"),
          [],
        );
      }
      const config = {
        policy: each.policy,
        neverInject: each.never.map(selector),
        alwaysInject: each.always.map(selector),
        rewritesProbes: true,
      };
      const { labels, annotations, hostNetwork } = each;
      const decision = injectRequired(config, { namespace: "default", labels, annotations, hostNetwork });
      assert.equal(decision.injects, each.want);
    });
  }
});

describe("transcribed: ambient captures the pod", () => {
  type Enrolment = Case & {
    readonly name: string;
    readonly nsLabels: Labels;
    readonly podLabels: Labels;
    readonly sidecarStatusAnnotation: boolean;
    readonly hostNetwork: boolean;
    readonly want: boolean;
  };
  for (const each of cases<Enrolment>("ambientEnrolment")) {
    it(each.name, () => {
      const annotations = each.sidecarStatusAnnotation ? { "sidecar.istio.io/status": "{}" } : {};
      const mesh = meshFrom(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: ${JSON.stringify(each.nsLabels)}}
---
apiVersion: v1
kind: Pod
metadata: ${JSON.stringify({ name: "web", namespace: "shop", labels: each.podLabels, annotations })}
spec: {hostNetwork: ${each.hostNetwork}, containers: [{name: app}]}
`);
      const { afterRestart } = workloadNamed(mesh, "web");
      assert.equal(afterRestart.known && afterRestart.proxy === "ztunnel", each.want);
    });
  }
});

const POD = (name: string, sidecar: boolean, ip: string) => `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}${sidecar ? ", security.istio.io/tlsMode: istio" : ""}}}
spec: {containers: [{name: app, ports: [{containerPort: 8080}]}${sidecar ? ", {name: istio-proxy, args: [proxy, sidecar]}" : ""}]}
status: {phase: Running, podIP: ${ip}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {clusterIP: 10.96.0.${sidecar ? 1 : 2}, selector: {app: ${name}}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;

describe("transcribed: who reaches whom", () => {
  type Reachability = Case & {
    readonly pa: string;
    readonly dr: string;
    readonly success: string;
    readonly mtls: string;
  };
  const worlds = [
    { client: true, server: true },
    { client: true, server: false },
    { client: false, server: true },
  ];
  for (const { pa, dr, success, mtls } of cases<Reachability>("reachability")) {
    for (const { client, server } of worlds) {
      it(`${pa}, DestinationRule ${dr}: ${who(client)} calls ${who(server)}`, () => {
        const mesh = meshFrom(
          POD("server", server, "10.1.0.2") + POD("client", client, "10.1.0.3") + policyOf(pa) + ruleOf(dr),
        );
        const [replica] = workloadNamed(mesh, "client").replicas;
        assert.ok(replica !== undefined);
        const pod = callingPod(replica);
        assert.ok(!("missing" in pod));
        const [outcome] = outcomes(mesh, pod, { host: "server.shop.svc.cluster.local", port: 80 }, "http");
        const code: OutcomeCode = outcome?.code ?? "no-endpoints";
        assert.equal(code.startsWith("ok-"), holds(success, client, server), code);
        if (code.startsWith("ok-")) assert.equal(code === "ok-mtls", holds(mtls, client, server), code);
      });
    }
  }

  function who(sidecar: boolean): string {
    return sidecar ? "a pod with a sidecar" : "a pod without";
  }

  /** A conjunction of `cs` and `ss`, or a constant. */
  function holds(expression: string, client: boolean, server: boolean): boolean {
    const values: Readonly<Record<string, boolean>> = { cs: client, ss: server, true: true, false: false };
    return expression.split("&&").every((word) => {
      const value = values[word.trim()];
      assert.ok(value !== undefined, expression);
      return value;
    });
  }

  function policyOf(pa: string): string {
    if (pa === "none") return "";
    const [scope, mode, ...ports] = pa.split(" ");
    const exceptions = ports.length > 0 ? ", portLevelMtls: {8080: {mode: DISABLE}}" : "";
    if (scope === "mesh") return policy("default", `{mtls: {mode: ${mode}}}`, "namespace: istio-system");
    return policy("server", `{selector: {matchLabels: {app: server}}, mtls: {mode: ${mode}}${exceptions}}`);
  }

  function ruleOf(dr: string): string {
    if (dr === "none") return "";
    const [host, ...rest] = dr.split(" ");
    const policyText = rest[0] === "lb" ? "{loadBalancer: {simple: PASSTHROUGH}}" : `{tls: {mode: ${rest[0]}}}`;
    return `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule, namespace: istio-system}
spec: {host: ${host === "host" ? "server.shop.svc.cluster.local" : "'*'"}, trafficPolicy: ${policyText}}
`;
  }
});

describe("transcribed: ports that no Service knows", () => {
  type Ports = Case & {
    readonly mode: string;
    readonly port: Readonly<Record<string, string>>;
    /** By port: is plaintext accepted, is mutual TLS. */
    readonly want: Readonly<Record<string, readonly [plaintext: boolean, mtls: boolean]>>;
  };
  const numbers: Readonly<Record<string, number>> = { "tcp-workload-only": 9000, "http-workload-only": 9001 };
  for (const { mode, port, want } of cases<Ports>("passthroughPorts")) {
    it(`${mode} with ${JSON.stringify(port)}`, () => {
      const entries = Object.entries(port).map(([name, each]) => `${numbers[name]}: {mode: ${each}}`);
      const levels = entries.length > 0 ? `, portLevelMtls: {${entries.join(", ")}}` : "";
      const mesh = meshFrom(
        POD("server", true, "10.1.0.2") +
          policy("server", `{selector: {matchLabels: {app: server}}, mtls: {mode: ${mode}}${levels}}`),
      );
      const [replica] = workloadNamed(mesh, "server").replicas;
      assert.ok(replica !== undefined);
      for (const [name, [plaintext, mtls]] of Object.entries(want)) {
        const number = numbers[name] ?? 0;
        const answer = modeOf(mesh, replica, number);
        assert.ok(answer.known);
        const family = portFamily(mesh, replica, number);
        assert.equal(accepts(answer.mode, family, "plaintext-tcp") === "ok", plaintext, `${name} plaintext`);
        assert.equal(accepts(answer.mode, family, "istio-mtls-tcp") === "ok", mtls, `${name} mutual TLS`);
      }
    });
  }
});

describe("transcribed: the mode of a whole service", () => {
  type ServiceMode = Case & {
    readonly ns: "whole" | "partial";
    readonly headless: boolean;
    readonly endpointsTls: readonly string[];
    readonly external: boolean;
    readonly want: string;
  };
  /** Namespace `whole` is STRICT, `partial` has only a workload in DISABLE. */
  const policies =
    policy("default", "{mtls: {mode: STRICT}}", "namespace: whole") +
    policy("web", "{selector: {matchLabels: {app: web}}, mtls: {mode: DISABLE}}", "namespace: partial");
  for (const { ns, headless, endpointsTls, external, want } of cases<ServiceMode>("serviceMode")) {
    const what = `${external ? "external " : ""}${headless ? "headless " : ""}in ${ns}, endpoints ${JSON.stringify(endpointsTls)}`;
    it(`${what}: ${want}`, () => {
      const mesh = meshFrom(policies + (external ? EXTERNAL(ns) : SERVICE(ns, headless, endpointsTls)));
      const [service] = registryServices(mesh);
      const port = service?.ports[0];
      assert.ok(service !== undefined && port !== undefined);
      assert.equal(service.external, want === "UNKNOWN");
      if (service.external) return;
      const answer = serviceMode(mesh, { service, port, endpoints: [] });
      assert.ok(answer.known);
      const mode = answer.mode === "headless-mixed" ? "DISABLE" : answer.mode === "UNSET" ? "PERMISSIVE" : answer.mode;
      assert.equal(mode, want);
    });
  }

  const EXTERNAL = (ns: string) => `
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: web, namespace: ${ns}}
spec: {hosts: [web.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
`;
  const SERVICE = (ns: string, headless: boolean, endpoints: readonly string[]) => `
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ${ns}}
spec: {clusterIP: ${headless ? "None" : "10.96.0.1"}, selector: {app: web}, ports: [{name: http, port: 80}]}
${endpoints.map((tlsMode, index) => ENDPOINT(ns, index, tlsMode)).join("")}`;
  const ENDPOINT = (ns: string, index: number, tlsMode: string) => `
---
apiVersion: v1
kind: Pod
metadata: {name: web-${index}, namespace: ${ns}, labels: {app: web, security.istio.io/tlsMode: ${tlsMode}}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.1.0.${index + 2}}
`;
});
