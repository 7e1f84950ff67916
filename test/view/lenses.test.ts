/** What a click on a lens lists: the worst first, each row with its evidence. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { CallerRow } from "../../src/view/lens.ts";
import { lensesOf } from "../../src/view/lenses/lenses.ts";
import { inputOf, nameOfUri, type Texts } from "./workspace.ts";

const LAB = new URL("../../media/labs/mutual-tls/workspace/", import.meta.url);
const lab: Texts = Object.fromEntries(readdirSync(LAB).map((name) => [name, readFileSync(new URL(name, LAB), "utf8")]));

function listed(name: string): { readonly title: string | undefined; readonly rows: readonly string[] } {
  const callers = lensesOf(inputOf(lab, name))[0]?.callers;
  return { title: callers?.title, rows: (callers?.rows ?? []).map(rowText) };
}

function rowText({ label, description, detail, outcome, location }: CallerRow): string {
  const where = location === undefined ? "" : `${nameOfUri(location.uri)}:${location.range.start.line + 1}`;
  return `${outcome}: ${label} | ${description} | ${detail} | ${where}`;
}

describe("the list behind a lens", () => {
  it("of a policy names every caller, those that break first", () => {
    assert.deepEqual(listed("strict-mtls.yaml"), {
      title: "STRICT for customers-v1 · breaks web-frontend (no sidecar) · 1 other caller works",
      rows: [
        "breaks: web-frontend | plaintext · breaks | no sidecar · web-frontend.yaml:26 CUSTOMER_SERVICE_URL (certain) · customers:80 → port 3000 | web-frontend.yaml:26",
        "works: istio-ingressgateway | mTLS · works | vs-customers-gateway.yaml:13 VirtualService customers (certain) · customers:80 → port 3000 | vs-customers-gateway.yaml:13",
      ],
    });
  });

  it("of a workload names its callers and its calls", () => {
    assert.deepEqual(listed("web-frontend.yaml"), {
      title: "Callers and calls of default/web-frontend",
      rows: [
        "breaks: → customers:80 | plaintext · breaks | no sidecar · web-frontend.yaml:26 CUSTOMER_SERVICE_URL (certain) · customers:80 → port 3000 | web-frontend.yaml:26",
        "works: istio-ingressgateway | plaintext · works | web-frontend.yaml:54 VirtualService web-frontend (certain) · web-frontend:80 → port 8080 | web-frontend.yaml:54",
      ],
    });
  });
});
