import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { NAKED } from "./pods.ts";
import { type Scene, startScene, VIP } from "./scene.ts";

describe("a proxy's statistics and logs (observations, section 6)", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.pods.close());

  it("counts as Envoy does: three naked and three meshed requests, then one refusal", async () => {
    scene.httpbin.configure({ statsPrefixes: ["tls_inspector", "listener.0.0.0.0_15006"] });
    for (let call = 0; call < 3; call++) await scene.pods.get(NAKED, VIP);
    for (let call = 0; call < 3; call++) await scene.meshed();
    const lines = () => scene.httpbin.proxy.stats().split("\n");
    const shown = ["downstream_cx_total", "no_filter_chain_match", "ssl.handshake"].map(
      (name) => `listener.0.0.0.0_15006.${name}`,
    );
    const values = () =>
      [...shown, "tls_inspector.tls_found", "tls_inspector.tls_not_found"].map((name) =>
        Number(
          lines()
            .find((line) => line.startsWith(`${name}: `))
            ?.split(": ")[1],
        ),
      );
    assert.deepEqual(values(), [4, 0, 1, 1, 3]);
    scene.mode("mtls-only");
    await assert.rejects(scene.pods.get(NAKED, VIP));
    assert.deepEqual(values(), [4, 1, 1, 1, 4]);
  });

  it("shows none of them without the annotation", async () => {
    await scene.meshed();
    assert.equal(scene.httpbin.proxy.stats(), "");
  });

  it("tells plaintext from mTLS in the access log by the server name", async () => {
    await scene.pods.get(NAKED, VIP, { "user-agent": "curl/8" });
    await scene.meshed("/path?q=1");
    await wait(10);
    const id = "[0-9a-f-]{36}";
    assert.match(
      scene.httpbin.log[0] ?? "",
      new RegExp(
        `^\\[.*\\] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 \\d+ \\d+ \\d+ "-" "curl/8" "${id}" "app" "10.66.1.21:80" inbound\\|80\\|\\| 127.0.0.6:\\d+ 10.66.1.21:80 10.66.1.19:\\d+ - default$`,
      ),
    );
    assert.match(
      scene.httpbin.log[1] ?? "",
      /"GET \/path\?q=1 HTTP\/1.1" 200 .* inbound\|80\|\| 127.0.0.6:\d+ 10.66.1.21:80 10.66.1.20:\d+ outbound_.8000_._.httpbin.default.svc.cluster.local default$/,
    );
    assert.match(
      scene.sleep.log[0] ?? "",
      /"httpbin:8000" "10.66.1.21:80" outbound\|8000\|\|httpbin.default.svc.cluster.local 10.66.1.20:\d+ 10.67.0.8:8000 10.66.1.20:\d+ - default$/,
    );
  });

  it("counts requests by who called whom, and how", async () => {
    await scene.pods.get(NAKED, VIP);
    await scene.meshed();
    await wait(10);
    const server = scene.httpbin.proxy.prometheus();
    assert.match(
      server,
      /istio_requests_total\{reporter="destination",source_workload="unknown".*source_principal="unknown".*destination_workload="httpbin".*destination_service="httpbin.default.svc.cluster.local".*response_code="200".*connection_security_policy="none"\} 1/,
    );
    assert.match(
      server,
      /source_workload="sleep".*source_principal="spiffe:\/\/cluster.local\/ns\/default\/sa\/sleep".*destination_principal="spiffe:\/\/cluster.local\/ns\/default\/sa\/httpbin".*connection_security_policy="mutual_tls"\} 1/,
    );
    assert.match(
      scene.sleep.proxy.prometheus(),
      /reporter="source",source_workload="sleep".*destination_workload="httpbin".*destination_service_name="httpbin".*response_flags="-",connection_security_policy="unknown"\} 1/,
    );
  });
});
