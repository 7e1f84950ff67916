import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Accepted, Network } from "../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../src/embedded/network/virtual.ts";

const CLIENT = "10.66.1.1";
const SERVER = "10.66.1.2";
const at = (port: number, ip = SERVER) => ({ ip, port });

describe("the network", () => {
  let network: Network;
  beforeEach(() => {
    network = createNetwork();
  });
  afterEach(() => network.close());

  const codeOf = async (socket: Socket) => {
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    return `${error.code} ${error.message}`;
  };
  const says = (word: string) => (connection: Accepted) => {
    connection.socket.end(`${word} ${connection.from.ip} ${connection.to.ip}:${connection.to.port}`);
  };
  const heard = (socket: Socket) => text(socket);

  it("leads a dialled address to its listener, which learns who dialled and what", async () => {
    await network.listen(at(80), says("app"));
    assert.equal(await heard(network.dial(CLIENT, at(80))), `app ${CLIENT} ${SERVER}:80`);
  });

  it("remembers a hundred callers at once, each for itself", async () => {
    await network.listen(at(80), says("app"));
    const callers = Array.from({ length: 100 }, (_, index) => `10.66.2.${index}`);
    const answers = await Promise.all(callers.map((ip) => heard(network.dial(ip, at(80)))));
    assert.deepEqual(
      answers,
      callers.map((ip) => `app ${ip} ${SERVER}:80`),
    );
  });

  it("refuses a port without a listener, also to an HTTP client that writes at once", async () => {
    network.assign(SERVER);
    assert.equal(await codeOf(network.dial(CLIENT, at(81))), `ECONNREFUSED connect ECONNREFUSED ${SERVER}:81`);
    const asked = request({ createConnection: () => network.dial(CLIENT, at(81)) });
    const failed = once(asked, "error");
    asked.end();
    assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, "ECONNREFUSED");
  });

  it("does not reach an address that nobody has, or has any more", async () => {
    assert.match(await codeOf(network.dial(CLIENT, at(80, "10.66.9.9"))), /^EHOSTUNREACH/);
    await network.listen(at(80), says("app"));
    network.release(SERVER);
    assert.match(await codeOf(network.dial(CLIENT, at(80))), /^EHOSTUNREACH/);
  });

  it("says EADDRINUSE where a port is taken, and gives it again after close", async () => {
    const first = await network.listen(at(80), says("first"));
    await assert.rejects(network.listen(at(80), says("second")), { code: "EADDRINUSE" });
    await first.close();
    await network.listen(at(80), says("second"));
    assert.match(await heard(network.dial(CLIENT, at(80))), /^second/);
  });

  it("takes the endpoints of a Service in turn, and refuses where there are none", async () => {
    const service = at(8000, "10.67.0.1");
    await network.listen(at(80), says("a"));
    await network.listen(at(80, "10.66.1.3"), says("b"));
    network.route(service, [at(80), at(80, "10.66.1.3")]);
    const answers = [];
    for (let turn = 0; turn < 3; turn++) answers.push(await heard(network.dial(CLIENT, service)));
    assert.deepEqual(
      answers.map((answer) => answer[0]),
      ["a", "b", "a"],
    );
    network.route(service, []);
    assert.match(await codeOf(network.dial(CLIENT, service)), /^ECONNREFUSED connect ECONNREFUSED 10.67.0.1:8000/);
    network.route(service, undefined);
    assert.match(await codeOf(network.dial(CLIENT, service)), /^EHOSTUNREACH/);
  });

  describe("of a pod with a sidecar", () => {
    const service = at(8000, "10.67.0.1");
    beforeEach(async () => {
      await network.listen(at(80), says("app"));
      await network.listen(at(81), says("app"));
      await network.capture(SERVER, (port) => port !== 81, says("inbound"));
      await network.captureOutbound(SERVER, ({ port }) => port !== 9, says("outbound"));
      await network.listen(at(9, CLIENT), says("other"));
      await network.listen(at(8, CLIENT), says("other"));
      network.route(service, [at(80)]);
    });
    const table: readonly [string, string, { ip: string; port: number }, object, RegExp][] = [
      ["what arrives is captured", CLIENT, at(80), {}, /^inbound .*:80$/],
      ["… also on a port without a listener", CLIENT, at(7), {}, /^inbound .*:7$/],
      ["an excluded port is not captured", CLIENT, at(81), {}, /^app/],
      ["a Service leads to the capture of its endpoint", CLIENT, service, {}, /^inbound 10.66.1.1 10.66.1.2:80$/],
      ["what leaves is captured as dialled", SERVER, service, {}, /^outbound 10.66.1.2 10.67.0.1:8000$/],
      ["an excluded destination is not", SERVER, at(9, CLIENT), {}, /^other/],
      ["the sidecar itself is not captured on its way out", SERVER, at(8, CLIENT), { proxy: true }, /^other/],
      ["the sidecar that calls its own pod comes in by the sidecar", SERVER, service, { proxy: true }, /^inbound/],
      ["the sidecar reaches its application", SERVER, at(80), { direct: true }, /^app/],
      ["localhost passes by the sidecar", SERVER, at(80, "127.0.0.1"), {}, /^app/],
      ["the pod's own address passes by the sidecar", SERVER, at(80), {}, /^app/],
    ];
    for (const [claim, from, to, options, answer] of table) {
      it(claim, async () => assert.match(await heard(network.dial(from, to, options)), answer));
    }
  });

  it("carries a reset as a reset", async () => {
    await network.listen(at(80), ({ socket }) => socket.once("data", () => socket.resetAndDestroy()));
    const socket = network.dial(CLIENT, at(80));
    socket.write("hello");
    assert.match(await codeOf(socket), /^ECONNRESET/);
  });

  it("keeps one side open when the other ends", async () => {
    await network.listen(at(80), async ({ socket }) => {
      const request = await text(socket);
      socket.end(`late answer to ${request}`);
    });
    const socket = network.dial(CLIENT, at(80));
    socket.end("question");
    assert.equal(await heard(socket), "late answer to question");
  });

  it("holds back a sender whose reader does not read", async () => {
    let reader: Socket | undefined;
    await network.listen(at(80), ({ socket }) => {
      reader = socket.pause();
    });
    const socket = network.dial(CLIENT, at(80));
    await once(socket, "connect");
    const megabyte = Buffer.alloc(1 << 20);
    let sent = 0;
    while (sent < 64 && socket.write(megabyte)) sent++;
    for (let more = 0; more < 63; more++) socket.write(megabyte);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(socket.writableLength > 32 << 20, "most of it waits at the sender");
    reader?.resume();
    await once(socket, "drain");
    socket.destroy();
  });

  it("serves node:http on its sockets, and names the caller outside the cluster by the node's address", async () => {
    const http: Server = createServer((_, response) => response.end("page"));
    let caller = "";
    const listener = await network.listen(at(80), ({ socket, from }) => {
      caller = from.ip;
      http.emit("connection", socket);
    });
    const answer = await fetch(`http://127.0.0.1:${listener.port}`, { headers: { connection: "close" } });
    assert.equal(await answer.text(), "page");
    assert.equal(caller, "10.66.0.1");
  });

  it("opens a port of the machine that leads to a Service, as a load balancer does", async () => {
    const service = at(80, "10.67.0.1");
    const open = await network.expose("127.0.0.1", 0, service);
    await assert.rejects(heard(connect(open.port, "127.0.0.1")), { code: "ECONNRESET" });
    network.route(service, [at(8080)]);
    await network.listen(at(8080), says("gateway"));
    assert.equal(await heard(connect(open.port, "127.0.0.1")), `gateway 10.66.0.1 ${SERVER}:8080`);
    await open.close();
    assert.match(await codeOf(connect(open.port, "127.0.0.1")), /^ECONNREFUSED/);
  });

  it("resets an outsider at a capture: what it dialled is not known", async () => {
    const capture = await network.capture(SERVER, () => true, says("inbound"));
    const socket = connect(capture.port, "127.0.0.1");
    const ended = await Promise.race([codeOf(socket), once(socket, "end").then(() => "end")]);
    assert.match(ended, /^ECONNRESET/);
  });

  it("leaves nothing open after close, and ends connections with it", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
    const other = createNetwork();
    await other.listen(at(80), () => {});
    await other.capture(SERVER, () => false, says("inbound"));
    const socket = other.dial(CLIENT, at(80));
    await once(socket, "connect");
    const ended = once(socket, "close");
    await other.close();
    await ended;
    await new Promise((resolve) => setImmediate(resolve));
    const after = process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
    assert.equal(after, before);
  });
});
