import assert from "node:assert/strict";
import { namedHosts, serviceNamed } from "../../src/mesh/callers/hostnames.ts";
import { meshFrom } from "./snapshot.ts";

const mesh = meshFrom(`
apiVersion: v1
kind: Service
metadata: {name: customers, namespace: shop}
spec: {selector: {app: customers}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {selector: {app: db}, ports: [{name: tcp, port: 5432}, {name: metrics, port: 9187}]}
`);

/** Text in a pod of namespace shop, and the calls that it tells of: `service:port speaks confidence`. */
const CASES: readonly (readonly [text: string, calls: readonly string[]])[] = [
  ["http://customers.shop.svc.cluster.local", ["shop/customers:80 http certain"]],
  ["http://customers", ["shop/customers:80 http certain"]],
  ["http://customers:80/list?x=1", ["shop/customers:80 http certain"]],
  ["http://user:secret@customers:80", ["shop/customers:80 http certain"]],
  ["customers:80", ["shop/customers:80 http likely"]],
  ["customers.shop:80", ["shop/customers:80 http likely"]],
  ["customers.shop.svc:80", ["shop/customers:80 http certain"]],
  ["customers.shop.svc.cluster.local", ["shop/customers:80 http likely"]],
  ["postgres://app@db.data/app", ["data/db:5432 tcp certain"]],
  ["postgresql+psycopg://app@db.data:5432/app", ["data/db:5432 tcp certain"]],
  ["host=db.data port=5432", []],
  ["--upstream=http://customers,http://db.data:9187", ["shop/customers:80 http certain", "data/db:9187 http certain"]],
  ["curl http://customers/; sleep 1", ["shop/customers:80 http certain"]],
  // Look-alikes.
  ["https://customers", []],
  ["http://customers:8080", []],
  ["http://customers.example.com", []],
  ["http://customers.shop.example", []],
  ["http://db", []],
  ["customers", []],
  ["registry.io/customers:80", []],
  ["docker.io/shop/customers:1.2.3", []],
  ["12:30", []],
  ["0.0.0.0:80", []],
  ["customers:eighty", []],
  ["mycustomers:80", []],
  ["http://my-customers", []],
  ["mail@customers:80x", []],
];

describe("host names in text", () => {
  for (const [text, calls] of CASES) {
    it(`${JSON.stringify(text)} tells of ${calls.join(" and ") || "no call"}`, () => {
      const found = namedHosts(text).flatMap((host) => {
        const named = serviceNamed(mesh, host, "shop");
        if (named === undefined) return [];
        const { service, port, speaks, confidence } = named;
        return [`${service.namespace}/${service.name}:${port.port} ${speaks} ${confidence}`];
      });
      assert.deepEqual(found, calls);
    });
  }
});
