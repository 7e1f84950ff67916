import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connect as dialTls } from "node:tls";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "mocha";
import { readClientHello } from "../../../src/embedded/dataplane/wire/client-hello.ts";
import { NAKED } from "./pods.ts";
import { POD, type Scene, SLEEP, startScene, VIP } from "./scene.ts";

describe("a proxy among hostile peers", () => {
  let scene: Scene;
  const thrown: unknown[] = [];
  const note = (error: unknown) => thrown.push(error);
  beforeEach(async () => {
    scene = await startScene();
    thrown.length = 0;
    process.on("uncaughtExceptionMonitor", note);
  });
  afterEach(async () => {
    process.off("uncaughtExceptionMonitor", note);
    await scene.pods.close();
    assert.deepEqual(thrown, []);
  });

  const ended = (socket: Socket) =>
    new Promise<void>((resolve) => void socket.on("error", () => {}).once("close", resolve));
  const stillServes = async () => {
    assert.equal((await scene.pods.get(NAKED, VIP)).status, 200);
    assert.equal((await scene.meshed()).status, 200);
  };

  it("outlives garbage on every listener, in every mode", async () => {
    const garbage = fc.sample(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from([0x16, 3, 1, 0, bytes.length, ...bytes])),
        fc
          .uint8Array({ maxLength: 60 })
          .map((bytes) => Uint8Array.from([...Buffer.from("GET / HTTP/1.1\r\n"), ...bytes])),
        fc
          .uint8Array({ maxLength: 60 })
          .map((bytes) => Uint8Array.from([...Buffer.from("PRI * HTTP/2.0\r\n\r\n"), ...bytes])),
      ),
      { numRuns: 60, seed: 5 },
    );
    for (const tls of ["both", "mtls-only", "plaintext-only"] as const) {
      scene.mode(tls);
      const sockets = garbage.flatMap((bytes) =>
        [
          scene.pods.network.dial(NAKED, POD).on("error", () => {}),
          scene.pods.network.dial(SLEEP, VIP).on("error", () => {}),
        ].map((socket) => socket.end(bytes)),
      );
      const over = Promise.all(sockets.map(ended));
      await Promise.race([over, wait(300)]);
      for (const socket of sockets) socket.destroy();
    }
    scene.mode("both");
    await stillServes();
  });

  it("outlives callers that vanish at every step of a handshake and of a request", async () => {
    for (let step = 0; step < 30; step++) {
      const raw = scene.pods.network.dial(NAKED, POD).on("error", () => {});
      const tls = dialTls({ socket: raw, rejectUnauthorized: false, ALPNProtocols: ["istio"] }).on("error", () => {});
      tls.write("GET / HTTP/1.1\r\n");
      const plain = scene.pods.network.dial(SLEEP, VIP).on("error", () => {});
      plain.write("POST / HTTP/1.1\r\nhost: httpbin\r\ncontent-length: 100\r\n\r\nten bytes.");
      await wait(step / 5);
      if (step % 2 === 0) raw.resetAndDestroy();
      else raw.destroy();
      if (step % 3 === 0) plain.resetAndDestroy();
      else plain.destroy();
    }
    await stillServes();
  });

  it("waits for a caller that sends a header a byte at a time, and then serves it", async () => {
    const socket = scene.pods.network.dial(NAKED, POD);
    for (const byte of "GET /slow HTTP/1.1\r\nhost: app\r\n\r\n") {
      socket.write(byte);
      await wait(1);
    }
    assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1.1 200/);
    socket.destroy();
  });

  it("answers 400 to headers without end", async () => {
    const socket = scene.pods.network.dial(NAKED, POD);
    socket.write(`GET / HTTP/1.1\r\nhost: app\r\nx: ${"y".repeat(100_000)}\r\n\r\n`);
    assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1.1 4\d\d/);
    socket.destroy();
  });

  it("serves several requests that come in one packet, in their order", async () => {
    const socket = scene.pods.network.dial(SLEEP, VIP);
    socket.write(
      "GET /1 HTTP/1.1\r\nhost: httpbin\r\n\r\nGET /2 HTTP/1.1\r\nhost: httpbin\r\nconnection: close\r\n\r\n",
    );
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    assert.deepEqual(
      [...answer.matchAll(/"url":"(\/\d)"/g)].map(([, url]) => url),
      ["/1", "/2"],
    );
  });

  it("resets its caller when the application breaks off in an answer", async () => {
    await scene.pods.serveTcp({ ip: POD.ip, port: 81 }, ({ socket }) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
        setTimeout(() => socket.destroy(), 20);
      });
    });
    await assert.rejects(scene.pods.get(NAKED, { ip: POD.ip, port: 81 }));
    await stillServes();
  });

  it("does not start before it is configured: what it captures is refused", async () => {
    const { startProxy } = await import("../../../src/embedded/dataplane/start.ts");
    const ip = "10.66.1.77";
    const proxy = await startProxy(scene.pods.network, {
      ip,
      capturesInbound: (port) => port < 15000,
      capturesOutbound: () => true,
      log: () => {},
    });
    await scene.pods.serve({ ip, port: 80 });
    await assert.rejects(scene.pods.get(NAKED, { ip, port: 80 }), { code: "ECONNREFUSED" });
    await assert.rejects(scene.pods.get(ip, VIP), { code: "ECONNREFUSED" });
    await proxy.close();
  });

  it("leaves nothing open after close, whatever was going on", async () => {
    const open = () => process.getActiveResourcesInfo().filter((name) => /^TCP|Timeout|TLS/.test(name)).length;
    await scene.pods.close();
    await wait(20);
    const before = open();
    scene = await startScene();
    await stillServes();
    const sockets = [VIP, POD].flatMap((to) => [
      scene.pods.network.dial(NAKED, to),
      scene.pods.network.dial(SLEEP, to),
    ]);
    for (const socket of sockets) socket.on("error", () => {}).write("GET / HTTP/1.1\r\nhost: httpbin\r\n\r\n");
    await Promise.all(sockets.map((socket) => once(socket, "data")));
    scene.mode("mtls-only");
    await scene.pods.close();
    await wait(20);
    assert.equal(open(), before);
  });
});

describe("the reader of ClientHellos", () => {
  it("never throws, and never takes other bytes for TLS", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const read = readClientHello(Buffer.from(bytes));
        return bytes[0] === 0x16 || read === (bytes.length < 5 ? undefined : "not-tls");
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 600 }), (body) => {
        const header = [0x16, 3, 1, body.length >> 8, body.length & 255];
        readClientHello(Buffer.from([...header, 1, 0, body.length >> 8, body.length & 255, ...body]));
        readClientHello(Buffer.from([...header, ...body]));
      }),
    );
  });

  it("reads a hello in whatever pieces it comes", async () => {
    const { createNetwork } = await import("../../../src/embedded/network/virtual.ts");
    const network = createNetwork();
    const caught = new Promise<Buffer>((resolve) => {
      void network.listen(POD, ({ socket }) => socket.once("data", resolve));
    });
    await wait(5);
    const raw = network.dial(NAKED, POD);
    dialTls({ socket: raw, servername: "a.example.com", ALPNProtocols: ["istio", "h2"] }).on("error", () => {});
    const hello = await caught;
    for (let length = 0; length < hello.length; length++)
      assert.equal(readClientHello(hello.subarray(0, length)), undefined);
    assert.deepEqual(readClientHello(hello), { serverName: "a.example.com", alpn: ["istio", "h2"] });
    await network.close();
  });
});
