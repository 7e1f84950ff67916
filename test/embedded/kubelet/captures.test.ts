import assert from "node:assert/strict";
import { capturesOf } from "../../../src/embedded/kubelet/pod/captures.ts";
import type { Pod } from "../../../src/embedded/kubelet/pod/spec.ts";

type Annotations = Readonly<Record<string, string>>;

function captures(annotations: Annotations) {
  const prefixed = Object.entries(annotations).map(([name, value]) => [
    name.includes("/") ? name : `traffic.sidecar.istio.io/${name}`,
    value,
  ]);
  const metadata = {
    name: "p",
    uid: "1",
    resourceVersion: "1",
    creationTimestamp: "",
    annotations: Object.fromEntries(prefixed),
  };
  return capturesOf({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [] } } as Pod);
}

describe("what iptables redirects to a proxy", () => {
  const inbound: readonly (readonly [Annotations, port: number, captured: boolean])[] = [
    [{}, 80, true],
    [{}, 15020, false],
    [{}, 15021, false],
    [{}, 15090, false],
    [{ excludeInboundPorts: "80, 81" }, 81, false],
    [{ excludeInboundPorts: "80" }, 82, true],
    [{ includeInboundPorts: "80" }, 80, true],
    [{ includeInboundPorts: "80" }, 81, false],
    [{ includeInboundPorts: "" }, 80, false],
    [{ includeInboundPorts: "80", excludeInboundPorts: "80" }, 80, true],
    [{ "sidecar.istio.io/interceptionMode": "NONE" }, 80, false],
  ];
  for (const [annotations, port, captured] of inbound) {
    it(`port ${port} ${captured ? "is" : "is not"} taken with ${JSON.stringify(annotations)}`, () =>
      assert.equal(captures(annotations).inbound(port), captured));
  }

  const outbound: readonly (readonly [Annotations, ip: string, port: number, captured: boolean])[] = [
    [{}, "10.96.0.1", 80, true],
    [{ excludeOutboundPorts: "80" }, "10.96.0.1", 80, false],
    [{ excludeOutboundIPRanges: "10.96.0.0/16" }, "10.96.0.1", 80, false],
    [{ excludeOutboundIPRanges: "10.96.0.0/16" }, "10.97.0.1", 80, true],
    [{ includeOutboundIPRanges: "10.96.0.0/16" }, "10.97.0.1", 80, false],
    [{ includeOutboundIPRanges: "10.96.0.0/16" }, "10.96.0.1", 80, true],
    [{ includeOutboundIPRanges: "" }, "10.96.0.1", 80, false],
    [{ includeOutboundIPRanges: "", includeOutboundPorts: "80" }, "10.96.0.1", 80, true],
    [{ "sidecar.istio.io/interceptionMode": "NONE" }, "10.96.0.1", 80, false],
  ];
  for (const [annotations, ip, port, captured] of outbound) {
    it(`${ip}:${port} ${captured ? "is" : "is not"} taken with ${JSON.stringify(annotations)}`, () =>
      assert.equal(captures(annotations).outbound(ip, port), captured));
  }
});
