/** Where a sidecar sends connections that are not HTTP. */
import assert from "node:assert/strict";
import { configOf } from "./shop.ts";

const DB = `
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.9, selector: { app: cart }, ports: [{ name: tcp-db, port: 5432 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db, namespace: shop }
spec: { hosts: [db], tcp: [{ route: [ROUTE] }] }
`;
const OWN = "outbound|5432||db.shop.svc.cluster.local";

describe("tcp routes of a VirtualService in a sidecar", () => {
  const ROWS: readonly (readonly [what: string, route: string, to: readonly (readonly [string, number])[]])[] = [
    ["one destination", "{ destination: { host: db } }", [[OWN, 1]]],
    [
      "weights, of which none is no connection",
      "{ destination: { host: db, subset: a }, weight: 70 }, { destination: { host: db, subset: b }, weight: 30 }, { destination: { host: db } }",
      [
        [OWN.replace("||", "|a|"), 70],
        [OWN.replace("||", "|b|"), 30],
      ],
    ],
    [
      "a destination without a port, which takes the only one",
      "{ destination: { host: stock } }",
      [["outbound|9000||stock.shop.svc.cluster.local", 1]],
    ],
    [
      "a port of the destination",
      "{ destination: { host: stock, port: { number: 1 } } }",
      [["outbound|1||stock.shop.svc.cluster.local", 1]],
    ],
  ];
  for (const [what, route, to] of ROWS) {
    it(what, () => {
      const { tcp } = configOf("shop/web", DB.replace("ROUTE", route)).outbound;
      const weighted = to.map(([cluster, weight]) => ({ cluster, weight }));
      assert.deepEqual(tcp["10.96.0.9:5432"], { weighted, sniff: false });
    });
  }
});
