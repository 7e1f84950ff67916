/** What is said of a policy before it is applied is what is true afterwards, and what is there already breaks nobody. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { targetKey } from "../../src/mesh/callers/target.ts";
import type { Mesh } from "../../src/mesh/mesh.ts";
import { arrivalsOf } from "../../src/mesh/verdict/arrivals.ts";
import { policyImpact } from "../../src/mesh/verdict/impact.ts";
import type { Arrival } from "../../src/mesh/verdict/verdict.ts";
import { type Document, meshes, policies } from "./generator.ts";
import { everythingOf, holds, meshOf, sameTold } from "./told.ts";

const runs = { numRuns: 100 };

/** Meshes in which every workload's text names both Services. */
const calling = meshes.map((documents) => {
  const services = documents.filter(({ kind }) => kind === "Service");
  const urls = services.map(({ metadata: { name, namespace } }) => `http://${name}.${namespace}.svc.cluster.local:80`);
  return documents.map((document) => withArgs(document, urls));
});

function withArgs(document: Document, args: readonly string[]): Document {
  const text = JSON.stringify(document).replaceAll(
    '"image":"example/app"',
    `"image":"example/app","args":${JSON.stringify(args)}`,
  );
  return JSON.parse(text) as Document;
}

const OLD = "2026-01-01T00:00:00Z";
const LATER = "2026-02-01T00:00:00Z";

function createdAt({ metadata, ...document }: Document, creationTimestamp: string | undefined): Document {
  const { creationTimestamp: _, ...rest } = metadata;
  return { ...document, metadata: creationTimestamp === undefined ? rest : { ...rest, creationTimestamp } };
}

function isPolicy({ kind }: Document): boolean {
  return kind === "PeerAuthentication";
}

/** Every known call at every place where it arrives. */
function arrivals(mesh: Mesh): ReadonlyMap<string, Arrival["verdict"]> {
  return new Map(
    callIndex(mesh)
      .calls.flatMap((call) => arrivalsOf(mesh, call))
      .map((each) => [key(each), each.verdict]),
  );
}

function key({ call, workload, port }: Arrival): string {
  const { caller, target } = call;
  const from =
    caller.type === "workload" ? `${caller.workload.kind} ${caller.workload.namespace}/${caller.name}` : caller.name;
  const to = `${workload.kind} ${workload.namespace}/${workload.name}:${port}`;
  return `${from} -> ${targetKey(target)} ${call.speaks} -> ${to}`;
}

describe("for every policy", () => {
  it("the impact that is told is the difference between the mesh with it and the mesh without", () => {
    fc.assert(
      fc.property(calling, (documents) => {
        for (const policy of documents.filter(isPolicy)) {
          holds(documents, () => {
            const mesh = meshOf(documents);
            const object = mesh.policies.find(({ name }) => name === policy.metadata.name);
            assert.ok(object);
            const told = policyImpact(mesh, object).breaks.map(key);
            const after = arrivals(meshOf(documents));
            const before = arrivals(meshOf(documents.filter((each) => each !== policy)));
            const broken = [...after].filter(
              ([call, verdict]) => verdict.outcome === "breaks" && before.get(call)?.outcome === "works",
            );
            assert.deepEqual([...new Set(told)].toSorted(), broken.map(([call]) => call).toSorted(), object.name);
          });
        }
      }),
      runs,
    );
  }).timeout(20_000);

  it("one that is there twice breaks nobody, whichever of the two is asked", () => {
    fc.assert(
      fc.property(calling, (documents) => {
        for (const policy of documents.filter(isPolicy)) {
          const twin = { ...policy, metadata: { ...policy.metadata, name: `${policy.metadata.name}-twin` } };
          const both = [...documents, twin];
          holds(both, () => {
            const mesh = meshOf(both);
            const objects = mesh.policies.filter(({ name }) => name.startsWith(policy.metadata.name));
            assert.equal(objects.length, 2);
            for (const object of objects) assert.deepEqual(policyImpact(mesh, object).breaks.map(key), []);
          });
        }
      }),
      runs,
    );
  }).timeout(20_000);

  it("one that no server has seen is judged as the youngest, as which it will be created", () => {
    fc.assert(
      fc.property(calling, policies, (documents, fresh) => {
        const dated = documents.map((document) => createdAt(document, document.metadata.creationTimestamp ?? OLD));
        const named = fresh.map((each, index) => ({ ...each, metadata: { ...each.metadata, name: `fresh-${index}` } }));
        const files = [...dated, ...named.map((each) => createdAt(each, undefined))];
        const created = [...dated, ...named.map((each) => createdAt(each, LATER))];
        holds(files, () => sameTold(everythingOf(meshOf(files)), everythingOf(meshOf(created))));
      }),
      runs,
    );
  }).timeout(20_000);

  it("the preview of an edited policy gives exactly the verdicts of the mesh in which it is applied", () => {
    fc.assert(
      fc.property(calling, policies, (documents, edited) => {
        const names = new Set(edited.map(({ metadata }) => metadata.name));
        const others = documents.filter((document) => !isPolicy(document) || !names.has(document.metadata.name));
        holds([...others, ...edited], () => {
          const today = meshOf(documents);
          const draft: Mesh = { ...today, policies: meshOf([...others, ...edited]).policies };
          // The verdicts of today are asked first, so that whatever is remembered of it cannot leak into the draft.
          everythingOf(today);
          sameTold(everythingOf(draft), everythingOf(meshOf([...others, ...edited])));
        });
      }),
      runs,
    );
  }).timeout(20_000);
});

describe("for every mesh", () => {
  it("nothing changes when all of it is applied again", () => {
    fc.assert(
      fc.property(meshes, (documents) => {
        holds(documents, () => {
          const mesh = meshOf(documents);
          sameTold(everythingOf(meshOf(documents)), everythingOf(mesh));
          sameTold(everythingOf(mesh), everythingOf(mesh));
        });
      }),
      runs,
    );
  }).timeout(20_000);
});
