/** Objects whose fields stand at the wrong depth, and their repair. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { applyEdits } from "../../src/manifest/edit/edit.ts";
import { documentsOf, resourcesOf } from "./reading.ts";

const CORRECTED = readFileSync(new URL("../../media/labs/mutual-tls/workspace/gateway.yaml", import.meta.url), "utf8");

/** As the page of the lab prints it. */
const PRINTED = `apiVersion: networking.istio.io/v1alpha3
kind: Gateway
metadata:
name: gateway
spec:
selector:
    istio: ingressgateway
servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
    hosts:
        - '*'
`;
const LIST_REPAIRED = PRINTED.replace("    hosts:\n        -", "      hosts:\n        -");
const METADATA_REPAIRED = PRINTED.replace("\nname:", "\n  name:")
  .replace("selector:\n    istio", "  selector:\n    istio")
  .replace("servers:", "  servers:");

function repaired(text: string): string {
  const edits = documentsOf(text).flatMap(({ problems }) =>
    problems.flatMap(({ span, repair }) => (repair ? [{ span, newText: repair.newText }] : [])),
  );
  return applyEdits(text, edits);
}

function said(text: string): readonly string[] {
  return documentsOf(text).flatMap(({ problems }) => problems.map(({ code, says }) => `${code}: ${says}`));
}

describe("a Gateway as it is printed", () => {
  const variants = {
    "wrong twice": PRINTED,
    "with only the list repaired": LIST_REPAIRED,
    "with only metadata and spec repaired": METADATA_REPAIRED,
    "in yesterday's version": PRINTED.replace("v1alpha3", "v1beta1"),
  };
  for (const [variant, text] of Object.entries(variants)) {
    it(`${variant}, is repaired to the lab's file`, () => {
      assert.equal(repaired(text), CORRECTED);
      assert.equal(documentsOf(text).flatMap(({ problems }) => problems).length, 1);
    });
  }

  it("has one problem that names both faults, the line and what to do", () => {
    assert.deepEqual(said(PRINTED), [
      "gateway-indentation: metadata and spec are empty because name, selector and servers stand beside them, not under them; " +
        "hosts stands beside its item of servers instead of inside it, a syntax error at line 13. " +
        "Indent name under metadata, selector and servers under spec and hosts inside the item of servers.",
    ]);
  });

  it("counts lines from the start of the file", () => {
    assert.match(said(`a: 1\n---\n${PRINTED}`)[0] ?? "", /a syntax error at line 15\./);
  });

  it("is no syntax error once the list is repaired", () => {
    assert.doesNotMatch(said(LIST_REPAIRED)[0] ?? "", /syntax/);
  });

  it("ends its lines as before", () => {
    assert.equal(repaired(PRINTED.replaceAll("\n", "\r\n")), CORRECTED.replaceAll("\n", "\r\n"));
  });

  it("leaves the other documents of the file alone", () => {
    assert.equal(repaired(`a: 1 # one\n---\n${PRINTED}---\nb: 2\n`), `a: 1 # one\n---\n${CORRECTED}---\nb: 2\n`);
  });

  it("keeps its comments", () => {
    const text = PRINTED.replace("name: gateway", "# who\nname: gateway # I").replace("    hosts", "# for\n    hosts");
    assert.equal(
      repaired(text),
      CORRECTED.replace("  name: gateway", "  # who\n  name: gateway # I").replace(
        "      hosts",
        "      # for\n      hosts",
      ),
    );
  });

  it("may have labels, TLS and several servers", () => {
    const text = `${PRINTED.replace("spec:", "namespace: shop\nlabels:\n    app: edge\nspec:")}    - port: {number: 443, name: https, protocol: HTTPS}
    tls:
        mode: SIMPLE
        credentialName: cert
    hosts: ['*']
`;
    const expected = `${CORRECTED.replace("spec:", "  namespace: shop\n  labels:\n    app: edge\nspec:")}    - port: {number: 443, name: https, protocol: HTTPS}
      tls:
        mode: SIMPLE
        credentialName: cert
      hosts: ['*']
`;
    assert.equal(repaired(text), expected);
    assert.equal(resourcesOf(expected).length, 1);
  });

  it("may have a label that is named like a field", () => {
    const text = PRINTED.replace("name: gateway", "labels:\n    name: edge\nname: gateway");
    assert.equal(repaired(text), CORRECTED.replace("  name: gateway", "  labels:\n    name: edge\n  name: gateway"));
  });

  it("is left alone without a name, which no indentation brings back", () => {
    const text = PRINTED.replace("name: gateway\n", "");
    assert.equal(repaired(text), text);
    assert.match(said(text)[0] ?? "", /^syntax: /);
  });

  it("is right in the lab's file", () => assert.deepEqual(said(CORRECTED), []));

  it("is left alone where a line fits nowhere, with the syntax error", () => {
    assert.deepEqual(
      said(`${PRINTED}wrong: x\n`).map((one) => one.slice(0, 8)),
      ["syntax: "],
    );
  });

  it("of the Gateway API is not ours to repair", () => {
    assert.equal(
      repaired(PRINTED.replace("networking.istio.io", "gateway.networking.k8s.io")),
      PRINTED.replace("networking.istio.io", "gateway.networking.k8s.io"),
    );
  });
});

describe("an object without a name because its fields stand at the root", () => {
  const policy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n";
  it("is repaired", () => {
    const text = `${policy}name: default # the\nlabels:\n  a: b\n\n# rules\nspec:\nmtls:\n  mode: STRICT\n`;
    const fixed = `${policy}  name: default # the\n  labels:\n    a: b\n\n# rules\nspec:\n  mtls:\n    mode: STRICT\n`;
    assert.equal(repaired(text), fixed);
    assert.match(said(text)[0] ?? "", /^not-an-object: .* Indent name, labels, mtls where they belong\.$/);
    assert.equal(resourcesOf(fixed)[0]?.name, "default");
  });

  it("is not repaired where something else stands between", () => {
    const text = `${policy}spec: {}\nname: default\n`;
    assert.equal(repaired(text), text);
  });
});
