/** Which ports of the machine the mesh takes: those that VS Code is told to keep quiet about. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { listenAt, PORTS } from "../../../src/embedded/network/ports.ts";

describe("ports of the machine", () => {
  const servers: Server[] = [];
  const server = () => {
    const made = createServer();
    servers.push(made);
    return made;
  };
  afterEach(() => Promise.all(servers.splice(0).map((each) => once(each.close(), "close"))));

  it("are of the range for which package.json has VS Code forward none", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8");
    const { contributes } = JSON.parse(text);
    const attributes = contributes.configurationDefaults["remote.portsAttributes"];
    assert.deepEqual(Object.keys(attributes), [`${PORTS.lasting[0]}-${PORTS.passing[1]}`]);
    assert.ok(PORTS.lasting[1] < PORTS.passing[0], "what lasts is not taken by what passes");
    for (const use of ["lasting", "passing"] as const) {
      const [first, last] = PORTS[use];
      const taken = await listenAt(server(), "127.0.0.1", use);
      assert.ok(taken >= first && taken <= last, `${use} ${taken}`);
    }
  });

  it("that somebody else has are passed over, without a trace", async () => {
    const from = await listenAt(server(), "127.0.0.1", "passing");
    const [first, last] = PORTS.passing;
    const others = Array.from({ length: 15 }, (_, index) =>
      from + 1 + index > last ? first + index : from + 1 + index,
    );
    for (const port of others) await listenAt(server(), "127.0.0.1", "passing", port).catch(() => undefined);
    const late = server();
    const taken = await listenAt(late, "127.0.0.1", "passing");
    assert.ok(!others.includes(taken) && taken >= first && taken <= last, String(taken));
    assert.deepEqual([late.listenerCount("listening"), late.listenerCount("error")], [0, 1]);
  });

  it("that are named are taken, or it is rejected", async () => {
    const taken = await listenAt(server(), "127.0.0.1", "lasting");
    await assert.rejects(listenAt(server(), "127.0.0.1", "lasting", taken), { code: "EADDRINUSE" });
  });
});
