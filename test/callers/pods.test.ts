/** How well calls to the addresses of pods are read from objects: scrapes of metrics and probes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Confidence } from "../../src/mesh/callers/call.ts";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { calledPort } from "../../src/mesh/callers/target.ts";
import { meshFrom } from "../mesh/snapshot.ts";

interface Labelled {
  readonly about: string;
  readonly pod?: { readonly labels?: object; readonly annotations?: object };
  readonly container?: object;
  readonly more?: readonly object[];
  /** `caller -> port`. */
  readonly calls: readonly string[];
}

const CASES: readonly Labelled[] = parse(readFileSync(new URL("pods.yaml", import.meta.url), "utf8"));

const SHOP = { namespace: "shop" };

function world({ pod = {}, container = {}, more = [] }: Labelled): readonly object[] {
  const ports = [
    { name: "http", containerPort: 8080 },
    { name: "metrics", containerPort: 9102 },
  ];
  const metadata = { ...pod, labels: { app: "web", ...pod.labels } };
  const template = { metadata, spec: { containers: [{ name: "web", image: "example/web", ports, ...container }] } };
  const servicePorts = [
    { name: "http", port: 80, targetPort: "http" },
    { name: "metrics", port: 9100, targetPort: "metrics" },
  ];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "istio-injection": "enabled" } } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", ...SHOP }, spec: { template } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", ...SHOP, labels: { app: "web", monitored: "yes" } },
      spec: { selector: { app: "web" }, ports: servicePorts },
    },
    ...more,
  ];
}

/** Each call that is found, and how surely. */
function found(each: Labelled): ReadonlyMap<string, Confidence> {
  const mesh = meshFrom(
    world(each)
      .map((object) => JSON.stringify(object))
      .join("\n---\n"),
  );
  return new Map(
    callIndex(mesh).calls.map(({ caller, target, evidence: [best] }) => [
      `${caller.name} -> ${calledPort(target)}`,
      best?.confidence ?? "guess",
    ]),
  );
}

describe("callers of pods", () => {
  it("are labelled, half of the cases being look-alikes", () => {
    const lookAlikes = CASES.filter(({ calls }) => calls.length === 0);
    assert.ok(lookAlikes.length >= CASES.length / 2, `${lookAlikes.length} of ${CASES.length} look alike`);
  });

  for (const each of CASES) {
    it(`${each.about}: ${each.calls.length === 0 ? "nobody calls" : each.calls.join(", ")}`, () => {
      assert.deepEqual([...found(each).keys()].toSorted(), each.calls.toSorted());
    });
  }

  it("are certain where objects say all of it, and no more than likely where a Prometheus is presumed", () => {
    const told = CASES.flatMap((each) => [...found(each)]);
    for (const [call, confidence] of told) {
      const isSaid = call.startsWith("kubelet") || /^(Prometheus \w+\/|prometheus-main)/.test(call);
      assert.equal(confidence === "certain", isSaid, call);
    }
    console.log(`      recall ${told.length} of ${CASES.flatMap(({ calls }) => calls).length} calls`);
  });
});
