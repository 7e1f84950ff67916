/** Views and fixes hold on meshes that nobody wrote for them, each with one more caller, outside the mesh. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fixesFor } from "../../src/view/fixes.ts";
import type { FixView, ProblemView } from "../../src/view/problem.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";
import { readVectors, type Vector } from "../vectors/vector.ts";
import { applied, inputOf, type Texts } from "./workspace.ts";

const MESHES = fileURLToPath(new URL("../vectors/data/meshes.jsonl.gz", import.meta.url));
const EVERY = 80;

/** Calls every port of every Service that the manifests name. */
function withCaller({ manifests }: Vector): Texts {
  const services = [...manifests.matchAll(/kind: Service\n[\s\S]*?(?=\n---|$)/g)].map(([text]) => text);
  const urls = services.flatMap((text) => {
    const [, name] = /\n {2}name: (\S+)/.exec(text) ?? [];
    const [, namespace] = /\n {2}namespace: (\S+)/.exec(text) ?? [];
    return [...text.matchAll(/\bport: (\d+)/g)].map(
      ([, port]) => `http://${name}.${namespace}.svc.cluster.local:${port}`,
    );
  });
  const caller = `
---
apiVersion: v1
kind: Namespace
metadata: { name: outside }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: caller
  namespace: outside
spec:
  template:
    metadata:
      labels:
        app: caller
    spec:
      containers:
        - name: caller
          image: caller
          args: ${JSON.stringify(urls)}
`;
  return { "mesh.yaml": manifests.trimEnd() + caller };
}

function problems(texts: Texts): readonly ProblemView[] {
  return problemsOf(inputOf(texts, "mesh.yaml")).map(({ view }) => view);
}

/** `Keep x working: allow plaintext on port 80 of y` answers the problems of `y:80`. */
function answers({ title, code }: FixView, problem: ProblemView): boolean {
  const [, port, workload] = /on port (\d+) of (\S+)/.exec(title) ?? [];
  const sameEnd = port === undefined || problem.message.includes(`/${workload}:${port}.`);
  return code === problem.code && sameEnd;
}

/** One problem names all ports that are concerned: with one of them less it reads another way. */
const NAMES_ALL = ["MTLS016", "MTLS027", "MTLS028", "MTLS031", "MTLS032", "MTLS033", "MTLS044", "MTLS045"];

/** What is only worth knowing, and what is left of a problem, is no new one. */
function isLess(
  { code, severity }: ProblemView,
  before: readonly ProblemView[],
  after: readonly ProblemView[],
): boolean {
  const count = (list: readonly ProblemView[]) => list.filter((each) => each.code === code).length;
  return severity === "information" || (NAMES_ALL.includes(code) && count(after) <= count(before));
}

describe("on random meshes", () => {
  const vectors = readVectors(MESHES).filter((_, index) => index % EVERY === 0);

  it("there are callers that break", () => {
    assert.ok(vectors.some((vector) => problems(withCaller(vector)).some(({ code }) => code === "MTLS001")));
  });

  for (const vector of vectors) {
    it(`${vector.id}: every fix removes its problem and makes no new one`, () => {
      const texts = withCaller(vector);
      const before = problems(texts);
      const input = inputOf(texts, "mesh.yaml");
      const known = new Set(before.map(({ message }) => message));
      // A problem shows at the mode and at the call; one of its places is enough.
      for (const problem of new Map(before.map((each) => [each.message, each])).values()) {
        for (const fix of fixesFor(input, problem.range).filter((each) => answers(each, problem))) {
          const left = problems(applied(texts, fix.edits));
          const after = left.map(({ message }) => message);
          // Two policies can make the same mistake: one of them is repaired.
          const same = (messages: readonly string[]) =>
            messages.filter((message) => message === problem.message).length;
          const told = `${problem.message} stays after ${fix.title}`;
          assert.ok(same(after) < same(before.map(({ message }) => message)), told);
          assert.deepEqual(
            left
              .filter((each) => !known.has(each.message) && !isLess(each, before, left))
              .map(({ message }) => message),
            [],
            fix.title,
          );
        }
      }
    }).timeout(20_000);
  }
});
