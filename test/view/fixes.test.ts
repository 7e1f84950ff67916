/** Every quick fix removes its problem and makes no new one, whatever else the files say. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fixesFor } from "../../src/view/fixes.ts";
import type { FixView } from "../../src/view/problem.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";
import { findingCases } from "../findings/cases.ts";
import { readAnnotated } from "./annotations.ts";
import { applied, inputOf, inputsOf, splitFiles, type Texts } from "./workspace.ts";

interface World {
  readonly name: string;
  readonly texts: Texts;
}

const MANIFESTS = new URL("../manifests/", import.meta.url);

const annotated: readonly World[] = readdirSync(MANIFESTS).map((file) => {
  const files = Object.entries(splitFiles(readFileSync(new URL(file, MANIFESTS), "utf8"), file));
  const texts = Object.fromEntries(files.map(([name, text]) => [name, readAnnotated(text).text]));
  return { name: file, texts };
});

const WORLDS = [...annotated, ...findingCases().map(({ code, name, texts }) => ({ name: `${code} ${name}`, texts }))];

function problemsIn(texts: Texts): readonly string[] {
  return [...inputsOf(texts)].flatMap(([file, input]) =>
    problemsOf(input).map(({ view: { code, message } }) => `${file}: ${code} ${message}`),
  );
}

interface Offered {
  readonly file: string;
  readonly problem: string;
  readonly fix: FixView;
}

function offersIn(texts: Texts): readonly Offered[] {
  return [...inputsOf(texts)].flatMap(([file, input]) =>
    problemsOf(input).flatMap(({ view }) =>
      fixesFor(input, view.range)
        .filter(({ code }) => code === view.code)
        .map((fix) => ({ file, problem: `${file}: ${view.code} ${view.message}`, fix })),
    ),
  );
}

describe("quick fixes", () => {
  for (const { name, texts } of WORLDS) {
    const offers = offersIn(texts);
    if (offers.length === 0) continue;
    it(`of ${name.replaceAll("-", " ")} remove their problem and make no new one`, () => {
      const before = problemsIn(texts);
      for (const { problem, fix } of offers) {
        const after = problemsIn(applied(texts, fix.edits));
        const told = `after "${fix.title}":\n${after.join("\n")}`;
        assert.ok(!fixesItsOwn(fix, problem) || !after.includes(problem), `${problem} stays ${told}`);
        assert.deepEqual(
          after.filter((each) => !before.includes(each) && !isRevealed(fix, each)),
          [],
          told,
        );
      }
    });
  }

  /** Once a policy can be read, what it does is judged: whom it breaks, and which policy counts. */
  function isRevealed({ code }: FixView, problem: string): boolean {
    return ["MTLS002", "MTLS007", "MTLS008"].includes(code) && /: MTLS00[13] /.test(problem);
  }

  /** Several problems on one word are all offered there; a fix answers the one that it names. */
  function fixesItsOwn({ title }: FixView, problem: string): boolean {
    const caller = /^(?:Keep|Put) (\S+) /.exec(title)?.[1];
    return caller === undefined || problem.includes(` ${caller} will`);
  }
});

describe("a quick fix is offered", () => {
  const titles = (code: string, name: string) => {
    const found = findingCases().find((each) => each.code === code && each.name === name);
    assert.ok(found, `no case ${code}/${name}`);
    const own = offersIn(found.texts).filter(({ fix }) => fix.code === code);
    return [...new Set(own.map(({ fix }) => fix.title))];
  };

  for (const [code, name, ...expected] of [
    ["MTLS002", "raises-a-typo-in-the-value", "Change app=custmers to app=customers"],
    ["MTLS002", "raises-a-value-like-none"],
    ["MTLS006", "raises-the-port-of-the-service", "Change port 80 to 3000, where customers-v1 listens"],
    ["MTLS007", "raises-lower-case", "Change strict to STRICT"],
    ["MTLS007", "raises-a-misspelled-mode", "Change PERMISIVE to PERMISSIVE"],
    ["MTLS008", "raises-labels-for-matchLabels", "Change labels to matchLabels"],
    ["MTLS008", "raises-a-misspelled-field", "Change mTLS to mtls"],
    [
      "MTLS001",
      "raises-a-caller-without-a-sidecar",
      "Keep web working: allow plaintext on port 3000 of customers-v1",
      "Put web into the mesh (needs a restart)",
    ],
    ["MTLS016", "raises-a-mesh-in-disable", "Change DISABLE to PERMISSIVE in istio-system/default"],
    ["MTLS016", "raises-a-namespace-in-disable", "Change DISABLE to PERMISSIVE in shop/default"],
    ["MTLS018", "raises-a-misspelled-revision", "Change defalt to default"],
    ["MTLS019", "raises-a-namespace-in-disable", "Change DISABLE to PERMISSIVE"],
    ["MTLS021", "raises-an-empty-selector", "Remove the selector"],
    ["MTLS022", "raises-a-caller-speaks-https", "Declare port 443 of Service api as HTTPS"],
    ["MTLS023", "raises-a-port-that-is-not-included", "Let callers send plaintext: DISABLE for port 8080 of api"],
    ["MTLS024", "raises-an-excluded-port", "Send calls to port 80 through the sidecar of web (needs a restart)"],
    [
      "MTLS025",
      "raises-beside-a-classic-sidecar",
      "Start the sidecar of web before its init containers (needs a restart)",
    ],
    ["MTLS026", "raises-a-grpc-probe", "Let Istio rewrite the probes of api (needs a restart)"],
    ["MTLS028", "raises-a-port-in-disable", "Let callers send plaintext to Service db: a DestinationRule with DISABLE"],
    ["MTLS029", "raises-a-load-balancer", "Let outside callers in: allow plaintext on port 8080 of api"],
    ["MTLS030", "raises-a-port-in-disable", "Change DISABLE to PERMISSIVE in shop/default"],
    ["MTLS031", "raises-a-pod-without-a-sidecar", "Let Istio choose for each pod: remove tls from shop/api"],
    ["MTLS032", "raises-plaintext-to-strict", "Let Istio choose for each pod: remove tls from shop/api"],
    ["MTLS033", "raises-simple-to-a-sidecar", "Let Istio choose for each pod: remove tls from shop/api"],
    ["MTLS034", "raises-name-and-namespace", "Change reviews.prod to reviews.prod.svc.cluster.local"],
    ["MTLS034", "raises-with-svc", "Change reviews.prod.svc to reviews.prod.svc.cluster.local"],
    ["MTLS036", "raises-disable-is-lost-for-a-headless-service", "Repeat DISABLE for port 80"],
    ["MTLS037", "raises-a-disabled-one", "Remove istio.io/rev: canary, which has no effect here"],
    ["MTLS038", "raises-a-misspelled-value", "Change enable to enabled"],
    ["MTLS038", "raises-true", "Change true to enabled"],
    ["MTLS039", "raises-in-a-namespace-without-labels", "Put api into the mesh (needs a restart)"],
    ["MTLS041", "raises-a-misspelled-revision", "Change canari to canary"],
    ["MTLS044", "raises-a-pod-without-a-sidecar", "Remove security.istio.io/tlsMode"],
    ["MTLS045", "raises-under-strict", "Remove security.istio.io/tlsMode"],
    ["MTLS048", "raises-the-port-of-the-pod", "Change 8080 to 80"],
    ["MTLS049", "raises-disable-in-the-cluster", "Go to PERMISSIVE first"],
    ["MTLS024", "raises-an-excluded-range"],
    ["MTLS032", "raises-for-a-port-of-the-rule"],
    ["MTLS039", "raises-in-a-namespace-in-disabled"],
    ["MTLS041", "raises-a-pod-of-a-revision-that-is-gone"],
    ["MTLS044", "raises-an-observed-pod"],
  ] as const) {
    it(`${expected.length === 0 ? "never " : ""}for ${code} ${name.replaceAll("-", " ")}`, () => {
      assert.deepEqual(titles(code, name), expected);
    });
  }
});

describe("the exception for a port", () => {
  const world = (name: string) =>
    findingCases().find((each) => each.code === "MTLS001" && each.name === name)?.texts ?? {};
  const opened = (name: string) => {
    const texts = world(name);
    const offer = offersIn(texts).find(({ fix }) => fix.title.startsWith("Keep"));
    assert.ok(offer);
    return applied(texts, offer.fix.edits);
  };

  it("is a new policy of the workload where none selects it", () => {
    const texts = opened("raises-at-the-evidence-in-another-file");
    assert.match(
      texts["policy.yaml"] ?? "",
      /---\napiVersion: security\.istio\.io\/v1\nkind: PeerAuthentication\nmetadata:\n {2}name: customers-v1\n {2}namespace: shop\nspec:\n {2}selector:\n {4}matchLabels:\n {6}app: customers\n {6}version: v1\n {2}mtls:\n {4}mode: UNSET\n {2}portLevelMtls:\n {4}3000:\n {6}mode: PERMISSIVE\n$/,
    );
  });

  it("goes into the policy that selects the workload already", () => {
    const name = "raises-beside-a-workload-policy-without-mode";
    const input = inputOf(opened(name), `${name}.yaml`);
    const ports = input.mesh.policies.map(({ name: policy, ports: entries }) => [
      policy,
      entries.map(({ port, mode }) => `${port} ${mode}`),
    ]);
    assert.deepEqual(ports, [
      ["default", []],
      ["ports", ["3000 PERMISSIVE", "9999 DISABLE"]],
    ]);
  });
});
