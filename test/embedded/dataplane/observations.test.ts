import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { AuthorizationRules, InboundTls } from "../../../src/embedded/dataplane/config.ts";
import { DRAIN } from "../../../src/embedded/dataplane/inbound/drain.ts";
import { NAKED, type Pod, type Pods } from "./pods.ts";
import { HTTPBIN, POD, type Scene, SLEEP, startScene, VIP, viaMtls, workload } from "./scene.ts";

const TERMINATED = "upstream connect error or disconnect/reset before headers. reset reason: connection termination";
const FAILED =
  "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure";

describe("what the real mesh shows", () => {
  let scene: Scene;
  let pods: Pods;
  let sleep: Pod;
  let httpbin: Pod;
  const mode: Scene["mode"] = (...how) => scene.mode(...how);
  const calls: Scene["calls"] = (outbound) => scene.calls(outbound);
  const meshed = () => scene.meshed();
  const start = async (excluded: readonly number[] = []) => {
    scene = await startScene(excluded);
    ({ pods, sleep, httpbin } = scene);
  };
  const seenByApp = (body: string) => (JSON.parse(body).headers["x-forwarded-client-cert"] ? "mTLS" : "plain");

  beforeEach(() => start());
  afterEach(() => pods.close());

  describe("to a naked caller under STRICT (section 1)", () => {
    beforeEach(() => mode("mtls-only"));

    it("lets the connect succeed, and keeps a silent connection open", async () => {
      const socket = pods.network.dial(NAKED, VIP);
      await once(socket, "connect");
      await wait(100);
      assert.equal(socket.destroyed, false);
      socket.destroy();
    });

    it("says nothing to four bytes, and resets at the fifth", async () => {
      const socket = pods.network.dial(NAKED, VIP);
      const errors: unknown[] = [];
      socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code));
      await once(socket, "connect");
      for (const byte of "GET ") {
        socket.write(byte);
        await wait(10);
      }
      assert.deepEqual(errors, []);
      socket.write("/");
      await new Promise((resolve) => socket.once("close", resolve));
      assert.deepEqual(errors, ["ECONNRESET"]);
    });

    it("has Node see ECONNRESET, never an end", async () => {
      for (let call = 0; call < 20; call++) await assert.rejects(pods.get(NAKED, VIP), { code: "ECONNRESET" });
    });
  });

  const withCurl = spawnSync("curl", ["--version"]).status === 0 ? it : () => {};
  withCurl("has curl say what it says of a real mesh", async () => {
    mode("mtls-only");
    const open = await pods.network.expose("127.0.0.1", 0, VIP);
    const curl = spawn("curl", ["-sS", "--noproxy", "*", `http://127.0.0.1:${open.port}/headers`]);
    const [said, [code]] = await Promise.all([text(curl.stderr), once(curl, "exit")]);
    assert.equal(said, "curl: (56) Recv failure: Connection reset by peer\n");
    assert.equal(code, 56);
  });

  describe("when the mode becomes STRICT (section 2)", () => {
    const real = { ...DRAIN };
    beforeEach(() => Object.assign(DRAIN, { served: 150, closing: 100, chain: 400 }));
    afterEach(() => void Object.assign(DRAIN, real));

    /** Requests of one kept connection, as a caller that ignores what the answers ask for. */
    async function kept(): Promise<{ socket: Socket; ask: () => Promise<string> }> {
      const socket = pods.network.dial(NAKED, VIP);
      await once(socket, "connect");
      const ask = async () => {
        socket.write("GET / HTTP/1.1\r\nhost: app\r\n\r\n");
        return once(socket, "data").then(
          ([data]) => String(data),
          ({ code }) => String(code),
        );
      };
      return { socket, ask };
    }

    it("asks a kept connection to leave, serves it on, and ends it for one that listens", async () => {
      const { socket, ask } = await kept();
      assert.doesNotMatch(await ask(), /connection: close/i);
      mode("mtls-only");
      const first = await ask();
      assert.match(first, /^HTTP\/1.1 200/);
      assert.match(first, /connection: close/i);
      assert.match(await ask(), /^HTTP\/1.1 200/);
      await once(socket, "end");
    });

    it("resets a caller that asks after the drain", async () => {
      const { ask } = await kept();
      await ask();
      mode("mtls-only");
      await ask();
      await wait(DRAIN.served + 20);
      assert.equal(await ask(), "ECONNRESET");
    });

    it("resets every new connection at once", async () => {
      const { ask, socket } = await kept();
      await ask();
      mode("mtls-only");
      await assert.rejects(pods.get(NAKED, VIP), { code: "ECONNRESET" });
      socket.destroy();
    });

    it("keeps a connection silent from before, until its chain has drained", async () => {
      const { socket, ask } = await kept();
      await ask();
      mode("mtls-only");
      await wait(DRAIN.served + DRAIN.closing + 50);
      assert.equal(socket.destroyed, false);
      await once(socket, "end");
    });

    it("shows meshed callers no failure, on fresh connections and kept ones", async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      agent.createConnection = () => pods.network.dial(SLEEP, VIP);
      const askKept = async () => {
        const asked = get({ agent, headers: { host: HTTPBIN } });
        const [answer] = (await once(asked, "response")) as [IncomingMessage];
        await text(answer);
        return answer.statusCode;
      };
      for (let turn = 0; turn < 60; turn++) {
        if (turn % 20 === 10) mode(turn % 40 === 10 ? "mtls-only" : "both");
        assert.equal((await meshed()).status, 200);
        assert.equal(await askKept(), 200);
        await wait(5);
      }
      agent.destroy();
    });
  });

  describe("by mode (section 5)", () => {
    const plainEndpoint = [{ ...POD, workload }];
    it("DISABLE: both are served in plaintext, since the client follows", async () => {
      mode("plaintext-only");
      calls(viaMtls(plainEndpoint));
      assert.equal(seenByApp((await meshed()).body), "plain");
      assert.equal(seenByApp((await pods.get(NAKED, VIP)).body), "plain");
    });

    it("STRICT with the caller's DestinationRule DISABLE: 503, connection termination", async () => {
      mode("mtls-only");
      calls({ ...viaMtls(), tls: { mode: "none" } });
      const answer = await meshed();
      assert.equal(answer.status, 503);
      assert.equal(answer.body, TERMINATED);
      assert.match(
        sleep.log.at(-1) ?? "",
        /" 503 UC upstream_reset_before_response_started\{connection_termination\} - "-" 0 95 /,
      );
    });

    it("PERMISSIVE: plaintext of a sidecar names its workload but no principal", async () => {
      calls({ ...viaMtls(), tls: { mode: "none" } });
      assert.equal(seenByApp((await meshed()).body), "plain");
      assert.match(
        httpbin.proxy.prometheus(),
        /source_workload="sleep".*source_principal="unknown".*connection_security_policy="none"/,
      );
    });
  });

  describe("where the policy does not see the traffic (section 10)", () => {
    it("an excluded port: naked callers reach it, meshed ones fail by their own mTLS", async () => {
      await pods.close();
      await start([80]);
      mode("mtls-only");
      assert.equal((await pods.get(NAKED, VIP)).status, 200);
      const answer = await meshed();
      assert.equal(answer.status, 503);
      assert.equal(answer.body, FAILED);
      assert.match(
        sleep.log.at(-1) ?? "",
        / 503 UF,URX upstream_reset_before_response_started\{remote_connection_failure\|TLS_error/,
      );
      calls({ ...viaMtls(), tls: { mode: "none" } });
      assert.equal(seenByApp((await meshed()).body), "plain");
    });

    it("the pod's own address leaves by PassthroughCluster, in plaintext", async () => {
      const direct = () => pods.get(SLEEP, POD, { host: `${POD.ip}:80` });
      assert.equal(seenByApp((await direct()).body), "plain");
      mode("mtls-only");
      await assert.rejects(direct(), { code: "ECONNRESET" });
      sleep.configure({ outbound: { ...sleep.config.outbound, http: { 80: [] } } });
      assert.equal((await direct()).body, TERMINATED);
      assert.match(sleep.log.at(-1) ?? "", /PassthroughCluster .* - allow_any$/);
    });

    const principal = "cluster.local/ns/default/sa/sleep";
    const allow: AuthorizationRules = {
      name: "sleep-only",
      namespace: "default",
      action: "ALLOW",
      rules: [{ from: [[{ key: "source.principal", values: [principal], notValues: [] }]], to: [], when: [] }],
    };
    const cases: readonly [InboundTls, "istio" | undefined, string, string][] = [
      ["mtls-only", "istio", "ECONNRESET", "200"],
      ["both", "istio", "403 RBAC: access denied", "200"],
      ["plaintext-only", undefined, "403 RBAC: access denied", "403 RBAC: access denied"],
    ];
    for (const [tls, tlsMode, naked, inMesh] of cases) {
      it(`ALLOW by principal, ${tls}: ${naked} for the naked caller, ${inMesh} for the meshed one`, async () => {
        mode(tls, [allow]);
        calls(viaMtls([{ ...POD, workload, ...(tlsMode ? { tlsMode } : {}) }]));
        const said = (asked: Promise<{ status: number; body: string }>) =>
          asked.then(
            ({ status, body }) => (status === 200 ? "200" : `${status} ${body}`),
            ({ code }) => code,
          );
        assert.equal(await said(pods.get(NAKED, VIP)), naked);
        assert.equal(await said(meshed()), inMesh);
      });
    }
  });
});
