/** `explain`: who decides on the ports of a workload, and how its callers arrive. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "./run.ts";

const SERVER = `\
Deployment/default/customers-v1 · In the mesh

customers-v1 · port 3000 (Service customers:80, HTTP) · STRICT
  mesh       no policy in istio-system  Istio's default PERMISSIVE
  namespace  default/default            STRICT                      lab/strict-mtls.yaml:8  ← decides
  workload   –
  port       –
Callers
  web-frontend          plaintext  breaks, no sidecar  CUSTOMER_SERVICE_URL, lab/web-frontend.yaml:26 (certain)
  istio-ingressgateway  mTLS       works               VirtualService customers, lab/vs-customers-gateway.yaml:13 (certain)
Other callers are not known from these files: any caller without a sidecar would break.
`;

const CLIENT = `\
Deployment/default/web-frontend · In the mesh after a restart · running pods are not
No PeerAuthentication decides here: the pods have no sidecar that enforces one.

Callers
  istio-ingressgateway  plaintext  works  VirtualService web-frontend, lab/web-frontend.yaml:54 (certain)

Calls
  customers:80  plaintext  breaks, no sidecar  CUSTOMER_SERVICE_URL, lab/web-frontend.yaml:26 (certain)
`;

describe("mtls-lens explain", function () {
  this.timeout(10_000);
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const explained = (...args: readonly string[]) => folder.run(["explain", ...args]);

  for (const name of ["customers-v1", "default/customers-v1", "deployment/default/customers-v1", "customers-v1:3000"]) {
    it(`says of ${name} which policy decides and how every caller arrives`, () => {
      assert.deepEqual(explained(name, "lab"), { code: 0, out: SERVER, err: "" });
    });
  }

  it("says of a workload outside the mesh that no policy decides, and how its calls end", () => {
    assert.deepEqual(explained("web-frontend", "lab"), { code: 0, out: CLIENT, err: "" });
  });

  it("says which policies lost, and of a port that no Service leads to what holds there", () => {
    folder.write(
      "lab/z.yaml",
      "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: other, namespace: default }\nspec: { mtls: { mode: DISABLE } }\n",
    );
    const { out } = explained("customers-v1:9999", "lab");
    assert.match(out, /\ncustomers-v1 · port 9999 \(in no Service\) · STRICT\n/);
    assert.match(
      out,
      /\n +default\/other +DISABLE +lab\/z\.yaml:4 +overruled: default\/default counts, its name sorts first/,
    );
    assert.match(out, /\nCallers are not known from these files: any caller without a sidecar would break\.\n$/);
  });

  it("says what is missing where it is not known who is in the mesh", () => {
    rmSync(join(folder.path, "lab/observed.yaml"));
    const { out } = explained("customers-v1", "lab");
    assert.match(
      out,
      /^Deployment\/default\/customers-v1 · Membership unknown: the labels of namespace default are not in these files\n/,
    );
    assert.match(out, /\n {2}web-frontend +unknown: the labels of namespace default are not in these files +CUSTOMER/);
  });

  it("lists the workloads where the name is nobody's or that of several, and ends with 2", () => {
    const none = explained("customer", "lab");
    assert.deepEqual([none.code, none.out], [2, ""]);
    assert.match(none.err, /^No workload customer in these files\. They have Deployment\/default\/customers-v1, /);
    folder.write(
      "lab/pod.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: { name: customers-v1, namespace: shop }\nspec: { containers: [] }\n",
    );
    const two = explained("customers-v1", "lab");
    assert.equal(two.code, 2);
    assert.equal(
      two.err,
      "customers-v1 names 2 workloads: Deployment/default/customers-v1 and Pod/shop/customers-v1. Name one of them so.\n",
    );
    assert.equal(explained("shop/customers-v1", "lab").code, 0);
  });

  it("ends with 2 where a file cannot be read, and explains what can", () => {
    folder.write("lab/broken.yaml", "kind: [\n");
    const { code, out, err } = explained("customers-v1", "lab");
    assert.deepEqual([code, out], [2, SERVER]);
    assert.match(err, /^lab\/broken\.yaml:\d+ {2}MTLS010 /);
  });
});
