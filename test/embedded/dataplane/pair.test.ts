import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { InboundTls } from "../../../src/embedded/dataplane/config.ts";
import { cluster, inbound, NAKED, type Pod, Pods, virtualHost } from "./pods.ts";

const HTTPBIN = "httpbin.default.svc.cluster.local";
const VIP = { ip: "10.67.0.8", port: 8000 };
const POD = { ip: "10.66.1.21", port: 80 };
const workload = { namespace: "default", name: "httpbin", account: "httpbin", app: "httpbin", version: "v1" };

describe("two sidecars", () => {
  let pods: Pods;
  let httpbin: Pod;
  let sleep: Pod;

  const mode = (tls: InboundTls) =>
    httpbin.configure(
      inbound([{ port: 80, family: "http", tls, service: HTTPBIN, servicePort: 8000 }], { passthrough: tls }),
    );

  beforeEach(async () => {
    pods = new Pods();
    await pods.serve(POD);
    httpbin = await pods.withProxy("httpbin", POD.ip);
    mode("both");
    const outbound = cluster(HTTPBIN, 8000, [{ ...POD, tlsMode: "istio", workload }]);
    sleep = await pods.withProxy("sleep", "10.66.1.20", {
      outbound: {
        clusters: { [outbound.name]: outbound },
        http: { 8000: [virtualHost(HTTPBIN, outbound.name)] },
        tcp: {},
        otherwise: "passthrough",
      },
    });
    pods.network.route(VIP, [POD]);
  });
  afterEach(() => pods.close());

  it("speak mutual TLS, and the application learns who called", async () => {
    const answer = await pods.get(sleep.ip, VIP, { host: "httpbin:8000" });
    assert.equal(answer.status, 200);
    const { headers } = JSON.parse(answer.body);
    assert.match(
      headers["x-forwarded-client-cert"],
      /^By=spiffe:\/\/cluster.local\/ns\/default\/sa\/httpbin;Hash=[0-9a-f]{64};Subject="";URI=spiffe:\/\/cluster.local\/ns\/default\/sa\/sleep$/,
    );
    assert.equal(headers["x-envoy-attempt-count"], "1");
    assert.equal(headers["x-forwarded-proto"], "http");
    assert.match(headers["x-request-id"], /^[0-9a-f-]{36}$/);
    assert.equal(headers["x-envoy-peer-metadata"], undefined);
    assert.equal(answer.headers.server, "envoy");
    assert.equal(answer.headers["x-envoy-decorator-operation"], undefined);
  });

  it("answer a naked caller in plaintext, without a certificate's header", async () => {
    const answer = await pods.get(NAKED, VIP, { host: "httpbin:8000", "x-forwarded-client-cert": "By=me" });
    const { headers } = JSON.parse(answer.body);
    assert.equal(headers["x-forwarded-client-cert"], undefined);
    assert.equal(headers["x-envoy-attempt-count"], undefined);
    assert.equal(answer.headers.server, "istio-envoy");
    assert.match(String(answer.headers["x-envoy-upstream-service-time"]), /^\d+$/);
    assert.equal(answer.headers["x-envoy-decorator-operation"], `${HTTPBIN}:8000/*`);
  });

  it("under STRICT reset the naked caller and serve the meshed one", async () => {
    mode("mtls-only");
    await assert.rejects(pods.get(NAKED, VIP), { code: "ECONNRESET" });
    assert.equal((await pods.get(sleep.ip, VIP, { host: HTTPBIN })).status, 200);
    assert.match(
      httpbin.log[0] ?? "",
      /^\[.*Z\] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10\.66\.1\.21:80 10\.66\.1\.19:\d+ - -$/,
    );
  });
});
