import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { type Authority, createAuthority } from "../../../src/embedded/certificates/authority.ts";
import { createIdentities } from "../../../src/embedded/certificates/identities.ts";
import type { Identity } from "../../../src/embedded/dataplane/config.ts";
import { inbound, NAKED, Pods } from "../dataplane/pods.ts";

const openssl = spawnSync("openssl", ["version"]).status === 0;

describe("the mesh's certificate authority", () => {
  let authority: Authority;
  let identity: Identity;
  before(async () => {
    authority = await createAuthority();
    identity = await authority.issue("default", "httpbin");
  });

  it("names the service account, and nothing else", () => {
    const certificate = new X509Certificate(identity.certificate);
    assert.equal(certificate.subjectAltName, "URI:spiffe://cluster.local/ns/default/sa/httpbin");
    assert.equal(certificate.subject, undefined);
    assert.equal(identity.spiffe, "spiffe://cluster.local/ns/default/sa/httpbin");
    assert.equal(certificate.ca, false);
  });

  it("is checked by its root, and by no other", async () => {
    const certificate = new X509Certificate(identity.certificate);
    const root = new X509Certificate(authority.root);
    const other = new X509Certificate((await createAuthority()).root);
    assert.ok(certificate.checkIssued(root) && certificate.verify(root.publicKey));
    assert.ok(!certificate.verify(other.publicKey));
  });

  it("issues for a day, from two minutes ago", () => {
    const { validFromDate, validToDate } = new X509Certificate(identity.certificate);
    assert.ok(Math.abs(validToDate.getTime() - Date.now() - 86_400_000) < 10_000);
    assert.ok(Math.abs(Date.now() - validFromDate.getTime() - 120_000) < 10_000);
    assert.ok(Math.abs(identity.expires - validToDate.getTime()) < 1000);
  });

  it("gives every certificate a number of its own", async () => {
    const more = await Promise.all(Array.from({ length: 20 }, () => authority.issue("default", "a")));
    assert.equal(new Set(more.map(({ certificate }) => new X509Certificate(certificate).serialNumber)).size, 20);
  });

  const withOpenssl = openssl ? describe : () => {};
  withOpenssl("before openssl", () => {
    const folder = mkdtempSync(join(tmpdir(), "certificates-"));
    after(() => rmSync(folder, { recursive: true }));
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };

    it("satisfies openssl verify, for both ends of a connection", () => {
      const root = file("root.pem", authority.root);
      const leaf = file("leaf.pem", identity.certificate);
      for (const purpose of ["sslserver", "sslclient"]) {
        const { status, stderr } = spawnSync("openssl", [
          "verify",
          "-x509_strict",
          "-purpose",
          purpose,
          "-CAfile",
          root,
          leaf,
        ]);
        assert.equal(status, 0, String(stderr));
      }
    });

    it("lets openssl s_client look at a sidecar as the lab's readers do", async () => {
      const pods = new Pods();
      const pod = await pods.withProxy("app", "10.66.1.21", inbound([{ port: 80, family: "http", tls: "mtls-only" }]));
      // The machine is outside of the network: a door to the pod's port.
      const door = await pods.network.listen({ ip: NAKED, port: 1 }, ({ socket }) => {
        const inner = pods.network.dial(NAKED, { ip: pod.ip, port: 80 }, { allowHalfOpen: true });
        socket.pipe(inner).pipe(socket);
        inner.on("error", () => socket.destroy());
      });
      const args = ["s_client", "-connect", `127.0.0.1:${door.port}`, "-alpn", "istio", "-showcerts"];
      const client = spawn("openssl", args);
      client.stdin.end();
      const [out, err] = await Promise.all([text(client.stdout), text(client.stderr)]);
      assert.match(`${out}${err}`, /issuer=O ?= ?cluster.local/);
      assert.match(out, /Acceptable client certificate CA names\s+O ?= ?cluster.local/);
      await pods.close();
    });
  });
});

describe("certificates in use", () => {
  it("are one per account, and renewed at half of their life", async () => {
    const renewed: Identity[] = [];
    const identities = createIdentities(await createAuthority({ lifetime: 400 }), (identity) => renewed.push(identity));
    const [first, again] = await Promise.all([identities.of("a", "x"), identities.of("a", "x")]);
    const other = await identities.of("a", "y");
    assert.equal(first, again);
    assert.notEqual(first, other);
    await wait(350);
    identities.close();
    assert.deepEqual(new Set(renewed.map(({ spiffe }) => spiffe)), new Set([first.spiffe, other.spiffe]));
    assert.notEqual(await identities.of("a", "x"), first);
  });

  it("are renewed no more after close", async () => {
    const renewed: Identity[] = [];
    const identities = createIdentities(await createAuthority({ lifetime: 100 }), (identity) => renewed.push(identity));
    await identities.of("a", "x");
    identities.close();
    await wait(150);
    assert.deepEqual(renewed, []);
  });
});
