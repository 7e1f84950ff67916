/** What istiod's webhook refuses of a Sidecar's listeners for what comes in. */
import { webhookTellsApart } from "./cases.ts";

describe("istiod on what comes in", () => {
  const port = { number: 80, protocol: "HTTP" };
  const ingress = (fields: object) => ({ ingress: [{ port, ...fields }] });
  const ports = (...numbers: number[]) => ({ ingress: numbers.map((number) => ({ port: { number } })) });
  const onPort = (fields: object) => ingress({ port: { ...port, ...fields } });
  const endpoint = (defaultEndpoint: string) => ingress({ defaultEndpoint });
  const I = "/spec/ingress/0";
  const E = `${I}/defaultEndpoint`;
  const form = `${E}: sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset`;
  const notNumber = (text: string) =>
    `${E}: sidecar: defaultEndpoint port (${text}) is not a number: strconv.Atoi: parsing "${text}": invalid syntax`;
  const onlyTcp =
    'sidecar: HTTP connection pool settings are configured for port 80 ("") but its protocol is not HTTP (TCP); only TCP settings will apply';
  webhookTellsApart("Sidecar", [
    [
      "a port is listened on once",
      ports(80, 80),
      ["/spec/ingress/1/port/number: sidecar: ports on IP bound listeners must be unique"],
      ports(80, 81),
    ],
    [
      "a port is from 1 to 65535",
      ports(65536),
      [`${I}/port/number: port number 65536 must be in the range 1..65535`],
      ports(65535),
    ],
    [
      "a protocol is known",
      onPort({ protocol: "MTLS" }),
      [`${I}/port/protocol: unsupported protocol: MTLS`],
      onPort({ protocol: "grpc-WEB" }),
    ],
    [
      "the name of a port is a label of DNS",
      onPort({ name: "a_b" }),
      [`${I}/port/name: invalid port name: a_b`],
      onPort({ name: "" }),
    ],
    [
      "a port has no target",
      onPort({ targetPort: 1 }),
      [`${I}/port/targetPort: targetPort has no impact on Sidecars`],
      onPort({ targetPort: 0 }),
    ],
    [
      "an address is one",
      ingress({ bind: "1.2.3.256" }),
      [`${I}/bind: 1.2.3.256 is not a valid IP`],
      ingress({ bind: "1.2.3.255" }),
    ],
    [
      "an address has no zeros before its numbers",
      ingress({ bind: "1.2.3.04" }),
      [`${I}/bind: 1.2.3.04 is not a valid IP`],
      ingress({ bind: "1.2.3.0" }),
    ],
    [
      "an address of version 6 has eight groups",
      ingress({ bind: "1:2:3:4:5:6:7" }),
      [`${I}/bind: 1:2:3:4:5:6:7 is not a valid IP`],
      ingress({ bind: "1:2:3:4:5:6:1.2.3.4" }),
    ],
    [
      "a zone of an address has a name",
      ingress({ bind: "fe80::1%" }),
      [`${I}/bind: fe80::1% is not a valid IP`],
      ingress({ bind: "fe80::1%eth0" }),
    ],
    [
      "what is shortened is shorter",
      ingress({ bind: "1:2:3:4::5:6:7:8" }),
      [`${I}/bind: 1:2:3:4::5:6:7:8 is not a valid IP`],
      ingress({ bind: "1:2:3:4::5:6:7" }),
    ],
    [
      "an address of version 6 is shortened once",
      ingress({ bind: "1::2::3" }),
      [`${I}/bind: 1::2::3 is not a valid IP`],
      ingress({ bind: "1::3%eth0" }),
    ],
    [
      "an endpoint has a port",
      endpoint("8080"),
      [`${E}: address 8080: missing port in address`, notNumber("")],
      endpoint(":8080"),
    ],
    ["the port of an endpoint is a number", endpoint("127.0.0.1:x"), [notNumber("x")], endpoint("127.0.0.1:80")],
    [
      "the port of an endpoint is from 1 to 65535",
      endpoint("[::1]:0"),
      [`${E}: port number 0 must be in the range 1..65535`],
      endpoint("[::1]:1"),
    ],
    ["an endpoint is in the own pod", endpoint("10.0.0.1:80"), [form], endpoint("0.0.0.0:80")],
    [
      "an endpoint of version 6 stands in brackets",
      endpoint("::1:80"),
      [`${E}: address ::1:80: too many colons in address`, notNumber("")],
      endpoint("[::]:80"),
    ],
    [
      "brackets are closed",
      endpoint("[::1:80"),
      [`${E}: address [::1:80: missing ']' in address`, notNumber("")],
      endpoint("unix:///a/b"),
    ],
    [
      "brackets are closed before the port",
      endpoint("[::1]x:80"),
      [`${E}: address [::1]x:80: missing port in address`, notNumber("")],
      endpoint("unix://@a"),
    ],
    [
      "brackets stand around the host",
      endpoint("a]b:80"),
      [`${E}: address a]b:80: unexpected ']' in address`, notNumber("")],
      endpoint("[]:80"),
    ],
    [
      "a socket has an absolute path",
      endpoint("unix://a/b"),
      [`${E}: a/b is not an absolute path to a file`],
      endpoint("unix:///a/b"),
    ],
    [
      "a socket is no folder",
      endpoint("unix:///a/"),
      [`${E}: /a/ is not an absolute path to a file`],
      endpoint("unix:///a"),
    ],
    ["a socket has a path", endpoint("unix://"), [`${E}: unix address must not be empty`], endpoint("unix:///a")],
    [
      "settings of HTTP are for HTTP",
      ingress({ port: { number: 80, protocol: "TCP" }, connectionPool: { http: {} } }),
      [`warning ${I}/connectionPool/http: ${onlyTcp}`],
      ingress({ connectionPool: { http: {} } }),
    ],
    [
      "the pool of a port is looked at",
      ingress({ connectionPool: {} }),
      [`${I}/connectionPool: connection pool must have at least one field`],
      ingress({ connectionPool: { tcp: {} } }),
    ],
  ]);
});

describe("istiod on TLS that a sidecar ends", () => {
  const files = { serverCertificate: "c", privateKey: "k" };
  const tls = (fields: object, protocol = "HTTPS") => ({ ingress: [{ port: { number: 443, protocol }, tls: fields }] });
  const T = "/spec/ingress/0/tls";
  const mesh = (mode: string) =>
    `${T}/mode: configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`;
  const ignored = `warning ${T}: PASSTHROUGH mode does not use certificates, they will be ignored`;
  const noMesh = (field: string, what: string) => `${T}/${field}: ISTIO_MUTUAL TLS cannot have associated ${what}`;
  const old =
    "TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.";
  const one = `${T}: only one of credential_name, credential_names, server_certificate/private_key, tls_certificates should be specified`;
  const simple = { mode: "SIMPLE", ...files };
  webhookTellsApart("Sidecar", [
    [
      "SIMPLE has its files",
      tls({ mode: "SIMPLE" }),
      [`${T}/mode: SIMPLE TLS requires a server certificate`, `${T}/mode: SIMPLE TLS requires a private key`],
      tls(simple),
    ],
    [
      "MUTUAL knows who signs clients",
      tls({ ...simple, mode: "MUTUAL" }),
      [`${T}/mode: MUTUAL TLS requires a client CA bundle`],
      tls({ ...simple, mode: "OPTIONAL_MUTUAL", caCertificates: "c" }),
    ],
    [
      "TLS is for ports of TLS",
      tls(simple, "HTTP"),
      [`${T}: server cannot have TLS settings for non HTTPS/TLS ports`],
      tls(simple, "tls"),
    ],
    [
      "the mesh's own mode is not a Sidecar's",
      tls({ mode: "ISTIO_MUTUAL", ...files, caCertificates: "c" }),
      [
        mesh("ISTIO_MUTUAL"),
        noMesh("serverCertificate", "server certificate"),
        noMesh("privateKey", "private key"),
        noMesh("caCertificates", "CA bundle"),
      ],
      tls({ mode: "PASSTHROUGH" }),
    ],
    ["nor is passing through by itself", tls({ mode: "AUTO_PASSTHROUGH" }), [mesh("AUTO_PASSTHROUGH")], tls({})],
    [
      "what is passed through needs no certificate",
      tls({ caCertificates: "c" }),
      [ignored],
      tls({ insecureSkipVerify: true }),
    ],
    [
      "names of clients are not checked",
      tls({ ...simple, subjectAltNames: ["a"] }),
      [`${T}/subjectAltNames: sidecar: subjectAltNames is not supported in ingress tls`],
      tls({ ...simple, subjectAltNames: [] }),
    ],
    [
      "nothing is redirected",
      tls({ ...simple, httpsRedirect: true }),
      [`${T}/httpsRedirect: sidecar: httpsRedirect is not supported`],
      tls({ ...simple, httpsRedirect: false }),
    ],
    [
      "there is no credential",
      tls({ mode: "SIMPLE", credentialName: "c" }),
      [`${T}/credentialName: sidecar: credentialName is not currently supported`],
      tls({ ...simple, credentialName: "" }),
    ],
    [
      "there are no credentials",
      tls({ mode: "SIMPLE", credentialNames: ["c"] }),
      [`${T}/credentialNames: sidecar: credentialNames is not currently supported`],
      tls(simple),
    ],
    [
      "there is no list of certificates",
      tls({ mode: "SIMPLE", tlsCertificates: [{}] }),
      [
        `${T}/tlsCertificates: sidecar: tls_certificates is not currently supported`,
        `${T}/tlsCertificates/0: SIMPLE TLS requires a server certificate`,
        `${T}/tlsCertificates/0: SIMPLE TLS requires a private key`,
      ],
      tls(simple),
    ],
    [
      "certificates come from one place",
      tls({ ...simple, credentialName: "c" }),
      [`${T}/credentialName: sidecar: credentialName is not currently supported`, one],
      tls(simple),
    ],
    [
      "revoked certificates are for MUTUAL",
      tls({ ...simple, caCrl: "c" }),
      [`${T}/caCrl: CRL is not supported with SIMPLE TLS`],
      tls({ ...simple, mode: "MUTUAL", caCertificates: "c", caCrl: "c" }),
    ],
    [
      "revoked certificates come from the credential",
      tls({ credentialName: "c", caCrl: "c" }),
      [
        `${T}/credentialName: sidecar: credentialName is not currently supported`,
        ignored,
        `${T}/caCrl: CRL is not supported with credentialName. CRL has to be specified in the credential`,
      ],
      tls({ ...simple, caCrl: "" }),
    ],
    [
      "old versions name their ciphers",
      tls({ ...simple, minProtocolVersion: "TLSV1_1" }),
      [`warning ${T}/minProtocolVersion: ${old}`],
      tls({ ...simple, minProtocolVersion: "TLSV1_1", cipherSuites: ["AES128-SHA"] }),
    ],
    [
      "ciphers are known",
      tls({ ...simple, cipherSuites: ["b", "a", "-x", "ALL"] }),
      [`warning ${T}/cipherSuites: ignoring invalid cipher suites: [a b]`],
      tls({ ...simple, cipherSuites: ["DES-CBC3-SHA", "!x", ""] }),
    ],
    [
      "ciphers stand once",
      tls({ ...simple, cipherSuites: ["AES128-SHA", "AES128-SHA"] }),
      [`warning ${T}/cipherSuites: ignoring duplicate cipher suites: [AES128-SHA]`],
      tls({ ...simple, cipherSuites: ["AES128-SHA", "AES256-SHA"] }),
    ],
  ]);
});
