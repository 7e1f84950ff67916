/** What is not understood, or not there, never makes a verdict more hopeful than it was. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { unread } from "../../src/manifest/decode/fault.ts";
import { type Document, meshes } from "./generator.ts";
import { holds, meshOf, type Told, verdictsOf } from "./told.ts";

type Path = readonly (string | number)[];

/** The places in an object at which something can be wrong: all fields but those that name the object. */
function places(value: unknown, path: Path = []): readonly Path[] {
  const here = path.length > 1 ? [path] : [];
  if (typeof value !== "object" || value === null) return here;
  const inner = Object.entries(value).flatMap(([key, each]) =>
    places(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [...here, ...inner];
}

function changeable(document: Document): readonly Path[] {
  const { labels = {}, annotations = {} } = document.metadata;
  return [
    ...places({ spec: document.spec ?? {} }).filter((path) => !isWholeSelector(document, path)),
    ...places({ metadata: { labels, annotations } }).filter((path) => path.length > 2 && !tellsOwner(document, path)),
  ];
}

/** A Service that may select anything or nothing says nothing of others: one half-typed file must not blank them. */
function isWholeSelector({ kind }: Document, path: Path): boolean {
  return kind === "Service" && (path.join("/") === "spec" || path[1] === "selector");
}

/** A pod without owner is the Deployment's whose selector takes it in: with other labels it is another caller's. */
function tellsOwner({ metadata }: Document, path: Path): boolean {
  return metadata.ownerReferences === undefined && path.join("/") === "metadata/labels/app";
}

interface Loss {
  readonly what: string;
  readonly left: (documents: readonly Document[]) => readonly Document[];
}

/**
 * What a mesh can be without: a Namespace; whom a Service selects, or its ports; the status of a pod, and then the labels of its
 * namespace too, since with them the pod that would be created is known, and that is another one.
 */
function losses(document: Document): readonly Loss[] {
  const without = (path: Path): Loss => {
    const less = changed(document, path, GONE) as Document;
    return { what: path.join("/"), left: (all) => all.map((each) => (each === document ? less : each)) };
  };
  const withoutNamespace = (name: string | undefined) => (all: readonly Document[]) =>
    all.filter(({ kind, metadata }) => kind !== "Namespace" || metadata.name !== name);
  switch (document.kind) {
    case "Namespace":
      return [{ what: "it", left: withoutNamespace(document.metadata.name) }];
    case "Pod": {
      const { what, left } = without(["status"]);
      return [{ what, left: (all) => withoutNamespace(document.metadata.namespace)(left(all)) }];
    }
    default:
      return SERVICE_FIELDS.map(without);
  }
}

/** Fields whose absence is no answer of its own: without a name or a target a port is just another port. */
const SERVICE_FIELDS: readonly Path[] = [["spec"], ["spec", "selector"], ["spec", "ports"]];

/** A pod without owner stands for the Deployment that selects it, whose own pods would be judged instead. */
function canLose({ kind, metadata }: Document): boolean {
  return kind === "Pod" ? metadata.ownerReferences !== undefined : ["Namespace", "Service"].includes(kind);
}

/** A copy with another value at the place, or without it. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  const inner = changed((value as Record<string | number, unknown>)[key], rest, to);
  if (Array.isArray(value))
    return value.flatMap((each, index) => (index !== key ? [each] : inner === GONE ? [] : [inner]));
  const entries = Object.entries(value as object).filter(([each]) => each !== key);
  return Object.fromEntries(inner === GONE ? entries : [...entries, [key, inner]]);
}

const GONE = Symbol("gone");

/** A list where a word belongs, a word where a list or map belongs; or a template, of which nothing is known. */
function malformed(document: Document, path: Path): unknown {
  const now = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], document);
  return typeof now === "object" ? "malformed" : [["malformed"]];
}

const TEMPLATED = unread({ why: "templated", says: "is templated" });

/** What did not work, or was not known to, is not known to work afterwards. */
function noMoreHopeful(before: Told, after: Told): void {
  const hopeful = [...before].filter(([call, verdict]) => !verdict.includes("works") && isHope(after.get(call)));
  assert.deepEqual(
    hopeful.map(([call, verdict]) => `${call}: ${verdict}, then ${after.get(call)}`),
    [],
  );
}

/** Every end of the call is known to work. */
function isHope(verdict: string | undefined): boolean {
  return verdict?.split(" or ").every((each) => each.startsWith("works")) ?? false;
}

/** So many by default; more with MTLS_LENS_RUNS. */
const RUNS = Number(process.env.MTLS_LENS_RUNS ?? 400);

const pick = fc.nat();

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length];
}

describe("for every mesh", () => {
  for (const [what, value] of [
    ["malformed", malformed],
    ["templated", () => TEMPLATED],
  ] as const) {
    it(`a field that is ${what} makes no call work that did not`, () => {
      fc.assert(
        fc.property(meshes, pick, pick, (documents, which, where) => {
          const document = at(documents, which);
          const path = document === undefined ? undefined : at(changeable(document), where);
          if (document === undefined || path === undefined) return;
          const broken = changed(document, path, value(document, path)) as Document;
          const partly = documents.map((each) => (each === document ? broken : each));
          holds(documents, () => {
            const place = `${document.kind} ${document.metadata.name} /${path.join("/")}`;
            try {
              noMoreHopeful(verdictsOf(meshOf(documents)), verdictsOf(meshOf(partly)));
            } catch (error) {
              assert.fail(`${place} is ${what}: ${error instanceof Error ? error.message : error}`);
            }
          });
        }),
        { numRuns: RUNS },
      );
    }).timeout(50 * RUNS);
  }

  it("what is left out turns nothing that is unknown into works", () => {
    fc.assert(
      fc.property(meshes, pick, pick, (documents, which, where) => {
        const document = at(documents.filter(canLose), which);
        const lost = document === undefined ? undefined : at(losses(document), where);
        if (document === undefined || lost === undefined) return;
        const less = lost.left(documents);
        holds(documents, () => {
          const [before, after] = [verdictsOf(meshOf(documents)), verdictsOf(meshOf(less))];
          // A Service without a spec is headless no more: what is sent to its pods goes past all rules for it.
          const told = ([call]: readonly [string, string]) => document.kind !== "Service" || !call.includes("pods of");
          const hopeful = [...before]
            .filter(told)
            .filter(([call, verdict]) => verdict === "unknown" && isHope(after.get(call)));
          const calls = hopeful.map(([call]) => `${call}: ${after.get(call)}`);
          assert.deepEqual(calls, [], `${document.kind} ${document.metadata.name} without ${lost.what}`);
        });
      }),
      { numRuns: RUNS },
    );
  }).timeout(50 * RUNS);
});
