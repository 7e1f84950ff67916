/** What istiod's webhook refuses of a Sidecar's listeners for what goes out. */
import { webhookTellsApart } from "./cases.ts";

describe("istiod on what goes out", () => {
  const hosts = (...names: string[]) => ({ egress: [{ hosts: names }] });
  const egress = (fields: object) => ({ egress: [{ hosts: ["./*"], ...fields }] });
  const listeners = (...ports: (object | undefined)[]) => ({
    egress: ports.map((port) => ({ hosts: ["./*"], ...(port && { port }) })),
  });
  const socket = (bind: string, captureMode = "NONE") =>
    egress({ port: { number: 0, protocol: "HTTP" }, bind, captureMode });
  const E = "/spec/egress/0";
  const H = `${E}/hosts`;
  const domain = (text: string) => `domain name "${text}" invalid (label "${text}" invalid)`;
  const short = `${H}/0: short names (non FQDN) are not allowed`;
  webhookTellsApart("Sidecar", [
    ["a listener has hosts", hosts(), [`${H}: sidecar: egress listener must contain at least one host`], hosts("./*")],
    [
      "a host has a namespace",
      hosts("web.shop"),
      [`${H}/0: host must be of form namespace/dnsName`],
      hosts("*/web.shop"),
    ],
    [
      "a namespace is not empty",
      hosts("/*"),
      [`${H}/0: config namespace and dnsName in host entry cannot be empty`],
      hosts("~/a.b"),
    ],
    ["a namespace is a name", hosts("a b/*"), [`${H}/0: invalid namespace value "a b" in sidecar`], hosts("a-b/*")],
    ["a host is written in full", hosts("shop/web"), [short], hosts("shop/web.")],
    [
      "what is no host is told twice",
      hosts("shop/web/x"),
      [short, `${H}/0: ${domain("web/x")}`, `${H}/0: ${domain("web/x")}`],
      hosts("shop/web.x"),
    ],
    [
      "an address is refused once",
      hosts("shop/10.0.0.1"),
      [`${H}/0: domain name "0.0.1" invalid (top level domain "1" cannot be all-numeric)`],
      hosts("shop/10.0.0.1."),
    ],
    [
      "a wildcard stands for a whole label",
      hosts("shop/*-a.b"),
      [`${H}/0: partial wildcard "*-a.b" not allowed`],
      hosts("shop/*.a.b"),
    ],
    [
      "a host stands once",
      hosts("shop/a.b", "./a.b"),
      [`warning ${H}/1: duplicated egress host: ./a.b`],
      hosts("web/a.b", "./a.b"),
    ],
    [
      "hosts of a namespace that is left out are not counted",
      hosts("shop/a.b", "~shop/a.b", "shop/a.b"),
      [`warning ${H}/2: duplicated egress host: shop/a.b`],
      hosts("shop/a.b", "~shop/a.b", "~shop/a.b"),
    ],
    [
      "a host beside all of its namespace is too many",
      hosts("web/a.b", "web/*"),
      [`warning ${H}/1: duplicated egress host: web/*`],
      hosts("~web/a.b", "web/*"),
    ],
    [
      "all hosts leave no others",
      hosts("*/*", "web/*"),
      [`warning ${H}: \`*/*\` host select all resources, no other hosts can be added`],
      hosts("*/*"),
    ],
    [
      "the listener for the rest is the last",
      listeners(undefined, { number: 80 }),
      [`${E}: sidecar: the egress listener with empty port should be the last listener in the list`],
      listeners({ number: 80 }, undefined),
    ],
    [
      "a port is listened on once",
      listeners({ number: 80 }, { number: 80 }),
      ["/spec/egress/1/port/number: sidecar: ports on IP bound listeners must be unique"],
      listeners({ number: 80 }, { number: 81 }),
    ],
    [
      "a port is from 1 to 65535",
      listeners({ number: 65536 }),
      [`${E}/port/number: port number 65536 must be in the range 1..65535`],
      listeners({ number: 1 }),
    ],
    [
      "a port has no target",
      listeners({ number: 80, targetPort: 1 }),
      [`${E}/port/targetPort: targetPort has no impact on Sidecars`],
      listeners({ number: 80, targetPort: 0 }),
    ],
    [
      "an address is one",
      egress({ port: { number: 80 }, bind: "a" }),
      [`${E}/bind: a is not a valid IP`],
      egress({ port: { number: 80 }, bind: "::" }),
    ],
    [
      "port 0 is a socket",
      socket("127.0.0.1"),
      [`${E}/bind: sidecar: ports with 0 value must have a unix domain socket bind address`],
      socket("unix:///a"),
    ],
    [
      "a socket has an absolute path",
      socket("unix://a"),
      [`${E}/bind: a is not an absolute path to a file`],
      socket("unix://@a"),
    ],
    [
      "a socket captures nothing",
      socket("unix:///a", "IPTABLES"),
      [`${E}/captureMode: sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners`],
      socket("unix:///a", "DEFAULT"),
    ],
    [
      "a socket is listened on once",
      { egress: [0, 1].map(() => ({ hosts: ["./*"], port: {}, bind: "unix:///a" })) },
      ["/spec/egress/1/bind: sidecar: unix domain socket values for listeners must be unique"],
      { egress: ["a", "b"].map((name) => ({ hosts: ["./*"], port: {}, bind: `unix:///${name}` })) },
    ],
  ]);
});
