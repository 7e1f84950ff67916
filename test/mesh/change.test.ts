/** What a change does to known calls, told by the mesh before it and the mesh after it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { arrivalKey, arrivalsIn, impact } from "../../src/mesh/verdict/change.ts";
import { type Document, meshes } from "../properties/generator.ts";
import { holds, meshOf } from "../properties/told.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service } from "./snapshot.ts";

const STRICT = policy("default", "{mtls: {mode: STRICT}}");
const NAKED = "app: client, sidecar.istio.io/inject: 'false'";
const MESHED = "app: client";
const server = SHOP_INJECTED + deployment("web") + service("web");
const client = (labels: string, url = "http://web") =>
  deployment("client", { labels, container: `env: [{name: WEB, value: '${url}'}]` });

function changes(before: string, after: string): readonly string[] {
  return impact(meshFrom(before), meshFrom(after)).map(
    ({ arrival: { call, workload, port, verdict }, before: was }) =>
      `${call.caller.name} -> ${workload.name}:${port} ${was} -> ${verdict.outcome}`,
  );
}

/** Every workload's text names every Service. */
function withCalls(documents: readonly Document[]): readonly Document[] {
  const services = documents.filter(({ kind }) => kind === "Service");
  const urls = services.map(({ metadata: { name, namespace } }) => `http://${name}.${namespace}.svc.cluster.local:80`);
  const image = '"image":"example/app"';
  const text = JSON.stringify(documents).replaceAll(image, `${image},"args":${JSON.stringify(urls)}`);
  return JSON.parse(text) as readonly Document[];
}

interface Case {
  readonly claim: string;
  readonly before: string;
  readonly after: string;
  readonly is: readonly string[];
}

const CASES: readonly Case[] = [
  {
    claim: "a policy breaks the caller that worked",
    before: server + client(NAKED),
    after: server + client(NAKED) + STRICT,
    is: ["client -> web:8080 works -> breaks"],
  },
  {
    claim: "a policy breaks nobody whose sidecar speaks mutual TLS",
    before: server + client(MESHED),
    after: server + client(MESHED) + STRICT,
    is: [],
  },
  {
    claim: "a caller that leaves the mesh breaks under the policy that was there",
    before: server + client(MESHED) + STRICT,
    after: server + client(NAKED) + STRICT,
    is: ["client -> web:8080 works -> breaks"],
  },
  {
    claim: "a caller that was not there before breaks",
    before: server + STRICT,
    after: server + STRICT + client(NAKED),
    is: ["client -> web:8080 absent -> breaks"],
  },
  {
    claim: "what broke before is not the change's doing",
    before: server + client(NAKED) + STRICT,
    after: server + client(NAKED) + policy("default", "{mtls: {mode: STRICT}, selector: {matchLabels: {app: web}}}"),
    is: [],
  },
  {
    claim: "what broke before is not the change's doing where the server has another name now",
    before: server + client(NAKED) + STRICT,
    after: SHOP_INJECTED + deployment("web-v2", { labels: "app: web" }) + service("web") + client(NAKED) + STRICT,
    is: [],
  },
  {
    claim: "a call that arrives at another port than before counts as the same call",
    before: server + client(NAKED),
    after:
      SHOP_INJECTED + deployment("web") + service("web", "[{port: 80, targetPort: 9090}]") + client(NAKED) + STRICT,
    is: ["client -> web:9090 works -> breaks"],
  },
  {
    claim: "a call in another protocol than before counts as the same caller's",
    before: server + client(NAKED),
    after: server + client(NAKED, "https://web:80") + STRICT,
    is: ["client -> web:8080 works -> breaks"],
  },
  {
    claim: "a call that nothing is known of any more is told",
    before: server + client(MESHED) + STRICT,
    after: server.replace(SHOP_INJECTED, "") + client(MESHED) + STRICT,
    is: ["client -> web:8080 works -> unknown"],
  },
  {
    claim: "what was not known and breaks now is told with that",
    before: server.replace(SHOP_INJECTED, "") + client(NAKED) + STRICT,
    after: server + client(NAKED) + STRICT,
    is: ["client -> web:8080 unknown -> breaks"],
  },
  {
    claim: "what was not known before and is not now is not the change's doing",
    before: server.replace(SHOP_INJECTED, "") + client(MESHED),
    after: server.replace(SHOP_INJECTED, "") + client(MESHED) + STRICT,
    is: [],
  },
  {
    claim: "a caller that is repaired is no news of a break",
    before: server + client(NAKED) + STRICT,
    after: server + client(MESHED) + STRICT,
    is: [],
  },
];

describe("the impact of a change", () => {
  for (const { claim, before, after, is } of CASES) it(claim, () => assert.deepEqual(changes(before, after), is));

  it("is empty from a mesh to the same mesh, read again", () => {
    fc.assert(
      fc.property(meshes, (documents) => {
        const calling = withCalls(documents);
        holds(calling, () => assert.deepEqual(impact(meshOf(calling), meshOf(calling)), []));
      }),
      { numRuns: 100 },
    );
  }).timeout(20_000);

  it("tells each arrival of a mesh by a key of its own", () => {
    const keys = arrivalsIn(meshFrom(server + client(NAKED) + client(MESHED, "https://web:80"))).map(arrivalKey);
    assert.ok(keys.length > 0);
    assert.equal(new Set(keys).size, keys.length);
  });
});
