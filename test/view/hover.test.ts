/** The hover on the manifests of the lab, and on policies of several levels. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { hoverAt } from "../../src/view/hover.ts";
import { inputOf, type Texts } from "./workspace.ts";

const LAB = new URL("../../media/labs/mutual-tls/workspace/", import.meta.url);
const lab: Texts = Object.fromEntries(readdirSync(LAB).map((name) => [name, readFileSync(new URL(name, LAB), "utf8")]));

const levels: Texts = {
  "levels.yaml": `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop, labels: {} }
spec:
  template:
    metadata: { labels: { app: cart } }
    spec:
      containers: [{ name: cart, image: cart }]
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec:
  mtls:
    mode: PERMISSIVE
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: second, namespace: shop }
spec: { mtls: { mode: PERMISSIVE } } # second
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  portLevelMtls:
    9999: { mode: DISABLE }
`,
};

function levelRows(markdown: string): readonly string[] {
  const [, table = ""] = markdown.split("\n\n");
  return table.split("\n").slice(2);
}

/** The hover at the first place where `at` stands in the file. */
function hover(texts: Texts, name: string, at: string): string | undefined {
  const before = (texts[name] ?? "").split(at)[0] ?? "";
  const lines = before.split("\n");
  return hoverAt(inputOf(texts, name), { line: lines.length - 1, character: (lines.at(-1) ?? "").length })?.markdown;
}

describe("the hover", () => {
  it("at the mode of the policy shows who decides and who calls", () => {
    const texts = {
      ...lab,
      "customers-v1.yaml": (lab["customers-v1.yaml"] ?? "").split("---\n").slice(0, 2).join("---\n"),
    };
    assert.equal(
      hover(texts, "strict-mtls.yaml", "mode: STRICT"),
      `**customers-v1** · port 3000 (Service customers:80, HTTP) · **STRICT**

|  |  |  |  |
| :-- | :-- | :-- | :-- |
| mesh | no policy in istio-system | Istio's default PERMISSIVE |  |
| namespace | default/default | STRICT | [strict-mtls.yaml:8](file:///workspace/strict-mtls.yaml#L8) **← decides** |
| workload, port | – |  |  |

| Callers |  |  |  |
| :-- | :-- | :-- | :-- |
| web-frontend | plaintext | **breaks** | CUSTOMER_SERVICE_URL [web-frontend.yaml:26](file:///workspace/web-frontend.yaml#L26) (certain) |
| istio-ingressgateway | mTLS | works | VirtualService customers [vs-customers-gateway.yaml:13](file:///workspace/vs-customers-gateway.yaml#L13) (certain) |

Other callers are not known from these files: any caller without a sidecar would break.`,
    );
  });

  it("shows which policies matched and lost, and why", () => {
    const markdown = hover(levels, "levels.yaml", "mode: DISABLE") ?? "";
    assert.deepEqual(levelRows(markdown), [
      "| mesh | istio-system/default | PERMISSIVE | [levels.yaml:24](file:///workspace/levels.yaml#L24) |",
      "| namespace | shop/default | STRICT | [levels.yaml:29](file:///workspace/levels.yaml#L29) |",
      "|  | shop/second | PERMISSIVE | [levels.yaml:34](file:///workspace/levels.yaml#L34) overruled: shop/default counts, its name sorts first among policies created at once |",
      "| workload | shop/cart | UNSET | [levels.yaml:39](file:///workspace/levels.yaml#L39) |",
      "| port | shop/cart | DISABLE | [levels.yaml:42](file:///workspace/levels.yaml#L42) **← decides** |",
    ]);
  });

  it("at an entry of portLevelMtls is about that port only", () => {
    const markdown = hover(levels, "levels.yaml", "9999: { mode: DISABLE }") ?? "";
    assert.match(markdown, /^\*\*cart\*\* · port 9999 \(in no Service\) · \*\*DISABLE\*\*\n/);
    assert.doesNotMatch(markdown, /port 8080/);
  });

  it("at the name of a workload shows its membership and every port", () => {
    const markdown = hover(levels, "levels.yaml", "cart, namespace: shop, labels") ?? "";
    assert.match(markdown, /^\*\*cart\*\* · In the mesh\n/);
    assert.match(markdown, /port 8080 \(Service cart:80, HTTP\) · \*\*STRICT\*\*/);
  });

  it("at the name of a workload outside the mesh says that no policy reaches it and what it calls", () => {
    assert.equal(
      hover(lab, "web-frontend.yaml", "web-frontend"),
      `**web-frontend** · In the mesh after a restart · running pods are not

No PeerAuthentication decides here: the pods have no sidecar that enforces one.

| Calls |  |  |  |
| :-- | :-- | :-- | :-- |
| customers:80 | plaintext | **breaks** | CUSTOMER_SERVICE_URL [web-frontend.yaml:26](file:///workspace/web-frontend.yaml#L26) (certain) |`,
    );
  });

  it("at the mode of a policy without effect says why", () => {
    assert.equal(
      hover(levels, "levels.yaml", "mode: PERMISSIVE } } # second"),
      "PERMISSIVE has no effect: shop/default decides, its name sorts first among policies created at once",
    );
  });

  it("is silent beside modes and names", () => {
    assert.equal(hover(lab, "strict-mtls.yaml", "namespace"), undefined);
  });
});

describe("text of a manifest in a hover", () => {
  it("cannot become markup", () => {
    const env = "http://cart.shop/";
    const text = `${levels["levels.yaml"]}---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: legacy }
spec:
  containers: [{ name: web, image: web, env: [{ name: "<b>|*x*|[a](command:b)", value: "${env}" }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
`;
    const markdown = hover({ "levels.yaml": text }, "levels.yaml", "web, namespace: legacy") ?? "";
    assert.ok(markdown.includes("\\<b\\>\\|\\*x\\*\\|\\[a\\](command:b)"), markdown);
  });
});
