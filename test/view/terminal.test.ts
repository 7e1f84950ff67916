/** The lines of the command line on the manifests of the lab. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { terminalLines } from "../../src/view/terminal.ts";
import { inputsOf, type Texts } from "./workspace.ts";

const LAB = new URL("../../media/labs/mutual-tls/workspace/", import.meta.url);

function lab(): Texts {
  return Object.fromEntries(readdirSync(LAB).map((name) => [name, readFileSync(new URL(name, LAB), "utf8")]));
}

describe("the terminal", () => {
  it("names whom a policy breaks, the port, the reason and the evidence", () => {
    assert.deepEqual(terminalLines([...inputsOf(lab()).values()]), {
      lines: [
        "strict-mtls.yaml:8  STRICT for customers-v1 · breaks web-frontend → customers:80 (3000), no sidecar · CUSTOMER_SERVICE_URL web-frontend.yaml:26",
      ],
      breaks: 1,
      unknown: 0,
      suppressed: 0,
    });
  });

  it("says what is missing where nothing tells who is in the mesh", () => {
    const { "observed.yaml": _, ...texts } = lab();
    assert.deepEqual(terminalLines([...inputsOf(texts).values()]), {
      lines: [
        "strict-mtls.yaml:8  STRICT in namespace default · unknown: the labels of namespace default are not in these files",
      ],
      breaks: 0,
      unknown: 1,
      suppressed: 0,
    });
  });

  it("believes the labels that a person states", () => {
    const { "observed.yaml": _, ...texts } = lab();
    const stated = { namespaceLabels: { default: { "istio-injection": "enabled" } } };
    assert.deepEqual(terminalLines([...inputsOf(texts, stated).values()]).lines, [
      "strict-mtls.yaml:8  STRICT for customers-v1 and web-frontend · 2 known callers, all work · from files only",
    ]);
  });

  it("shows errors below the folder that all files share", () => {
    const policy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: default }\n";
    const texts = { "dev/a.yaml": `${policy}spec: { mtls: { mode: strict } }\n`, "prod/a.yaml": "a: 1\n" };
    assert.deepEqual(terminalLines([...inputsOf(texts).values()]).lines, [
      "dev/a.yaml:4  Not understood: mode strict is not one of UNSET, DISABLE, PERMISSIVE, STRICT",
      "dev/a.yaml:4  error MTLS007 The API server refuses this policy: mode strict is not one of UNSET, DISABLE, PERMISSIVE, STRICT.",
    ]);
  });
});
