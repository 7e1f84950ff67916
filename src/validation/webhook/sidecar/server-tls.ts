/** The TLS that a proxy ends. Istio: validation.go validateTLSOptions. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { type Findings, refuseIf, warnIf } from "../finding.ts";
import type { ServerTls } from "../messages.ts";

export function serverTlsFindings(tls: ServerTls, at: Pointer): Findings {
  const findings = [...cipherFindings(tls, at)];
  if (tls.mode === "ISTIO_MUTUAL") return [...findings, ...meshFindings(tls, at)];
  const isPassthrough = tls.mode === undefined || tls.mode === "PASSTHROUGH" || tls.mode === "AUTO_PASSTHROUGH";
  const ignored = `${tls.mode ?? "PASSTHROUGH"} mode does not use certificates, they will be ignored`;
  const named = [tls.caCrl, tls.serverCertificate, tls.privateKey, tls.caCertificates, tls.credentialName];
  const hasCertificates = named.some(Boolean) || Boolean(tls.tlsCertificates ?? tls.credentialNames);
  findings.push(...warnIf(isPassthrough && hasCertificates, at, ignored), ...sourceFindings(tls, at));
  const fetches = Boolean(tls.credentialName) || tls.credentialNames !== undefined;
  if (ends(tls) && fetches) return findings;
  return [...findings, ...(ends(tls) ? certificateFindings(tls, at) : []), ...revocationFindings(tls, at)];
}

function ends({ mode }: ServerTls): boolean {
  return mode === "SIMPLE" || mode === "MUTUAL" || mode === "OPTIONAL_MUTUAL";
}

const CIPHERS = [
  ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ...["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"],
  ...["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA"],
  ...["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA"],
];

/** Names are known; what starts with an operator is not looked at. Istio: pkg/config/security IsValidCipherSuite. */
function isCipher(name: string): boolean {
  return name === "" || name === "ALL" || !/^[\p{L}\p{N}]/u.test(name) || CIPHERS.includes(name);
}

function cipherFindings({ minProtocolVersion, cipherSuites = [] }: ServerTls, at: Pointer): Findings {
  const isOld = minProtocolVersion === "TLSV1_0" || minProtocolVersion === "TLSV1_1";
  const old =
    "TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.";
  const unknown = cipherSuites.filter((name) => !isCipher(name));
  const twice = cipherSuites.filter((name, index) => isCipher(name) && cipherSuites.indexOf(name) < index);
  const sorted = (names: readonly string[]) => `[${[...new Set(names)].toSorted().join(" ")}]`;
  const suitesAt = under(at, "cipherSuites");
  return [
    ...warnIf(isOld && cipherSuites.length === 0, under(at, "minProtocolVersion"), old),
    ...warnIf(unknown.length > 0, suitesAt, `ignoring invalid cipher suites: ${sorted(unknown)}`),
    ...warnIf(twice.length > 0, suitesAt, `ignoring duplicate cipher suites: ${sorted(twice)}`),
  ];
}

/** Certificates of the mesh need no others. */
function meshFindings(tls: ServerTls, at: Pointer): Findings {
  const none = (has: boolean, field: string, what: string) =>
    refuseIf(has, under(at, field), `ISTIO_MUTUAL TLS cannot have associated ${what}`);
  return [
    ...none(Boolean(tls.serverCertificate), "serverCertificate", "server certificate"),
    ...none(Boolean(tls.privateKey), "privateKey", "private key"),
    ...none(Boolean(tls.caCertificates), "caCertificates", "CA bundle"),
    ...none(tls.tlsCertificates !== undefined, "tlsCertificates", "tlsCertificates"),
    ...none(Boolean(tls.credentialName), "credentialName", "credentialName"),
    ...none(tls.credentialNames !== undefined, "credentialNames", "credentialNames"),
  ];
}

function sourceFindings(tls: ServerTls, at: Pointer): Findings {
  const files = Boolean(tls.serverCertificate) && Boolean(tls.privateKey);
  const named = [tls.credentialName, tls.credentialNames, tls.tlsCertificates].map(Boolean);
  const count = [files, ...named].filter(Boolean).length;
  const one =
    "only one of credential_name, credential_names, server_certificate/private_key, tls_certificates should be specified";
  return refuseIf(count > 1, at, one);
}

function certificateFindings(tls: ServerTls, at: Pointer): Findings {
  const isMutual = tls.mode !== "SIMPLE";
  const name = isMutual ? "MUTUAL TLS" : "SIMPLE TLS";
  const listed = tls.tlsCertificates?.map((each, index) => ({ each, pointer: under(at, "tlsCertificates", index) }));
  const certificates = listed ?? [{ each: tls, pointer: under(at, "mode") }];
  return [
    ...refuseIf(isMutual && !tls.caCertificates, under(at, "mode"), `${name} requires a client CA bundle`),
    ...warnIf(certificates.length > 2, under(at, "tlsCertificates"), `${name} can support up to 2 server certificates`),
    ...certificates.flatMap(({ each, pointer }) => [
      ...refuseIf(!each.serverCertificate, pointer, `${name} requires a server certificate`),
      ...refuseIf(!each.privateKey, pointer, `${name} requires a private key`),
    ]),
  ];
}

function revocationFindings({ caCrl, credentialName, mode }: ServerTls, at: Pointer): Findings {
  if (!caCrl) return [];
  const credential = "CRL is not supported with credentialName. CRL has to be specified in the credential";
  return [
    ...refuseIf(Boolean(credentialName), under(at, "caCrl"), credential),
    ...refuseIf(mode === "SIMPLE", under(at, "caCrl"), "CRL is not supported with SIMPLE TLS"),
  ];
}
