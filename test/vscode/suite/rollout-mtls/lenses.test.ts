/** The lenses of the rollout lab, as a person reads them. */
import assert from "node:assert/strict";
import { lenses } from "../window.ts";

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "labs/06/default-peerauth-permissive.yaml": ["1: PERMISSIVE for default/httpbin · no known caller · from files only"],
  "labs/06/purchase-history-strict.yaml": [
    "1: STRICT for purchase-history-v1 · 1 known caller, works · from files and observed pods",
  ],
  "labs/06/istioinaction-strict.yaml": [
    "1: STRICT for 3 workloads · 1 known caller, works · from files and observed pods",
  ],
  "labs/06/web-api-stats.yaml": ["1: In the mesh · STRICT by istioinaction/default · no known caller"],
  "labs/06/audit-web-api.yaml": [],
  "httpbin.yaml": ["7: In the mesh · PERMISSIVE by istio-system/default · no known caller"],
  "purchase-history.yaml": ["7: In the mesh · STRICT by istioinaction/purchase-history-strict · recommendation mTLS"],
  "recommendation.yaml": ["7: In the mesh · STRICT by istioinaction/default · web-api mTLS"],
  "sleep.yaml": [
    "7: In the mesh · STRICT by istioinaction/default · no known caller",
    "34: Not in the mesh (the observed pod has no istio-proxy container)",
  ],
  "web-api.yaml": ["7: In the mesh · STRICT by istioinaction/default · no known caller"],
};

describe("the lenses of the rollout lab", () => {
  for (const [path, expected] of Object.entries(EXPECTED)) {
    it(`stand in ${path}`, async () => assert.deepEqual(await lenses(path), expected));
  }
});
