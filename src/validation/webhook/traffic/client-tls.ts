/** The TLS that a proxy originates. Istio: agent/validation.go ValidateTLS. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { shown } from "../../schema/json.ts";
import { type Findings, refused, refuseIf } from "../finding.ts";
import type { ClientTls } from "../messages.ts";

/** With a credential, certificates come from there; without one, MUTUAL needs its files. `namespace` is the rule's. */
export function clientTlsFindings(tls: ClientTls | undefined, at: Pointer, namespace: string): Findings {
  if (tls === undefined) return [];
  const { mode, credentialName = "" } = tls;
  const common = [
    ...configMapFindings(credentialName, under(at, "credentialName"), namespace),
    ...skipFindings(tls, at),
  ];
  if ((mode === "SIMPLE" || mode === "MUTUAL") && credentialName !== "") {
    const files = [tls.clientCertificate, tls.caCertificates, tls.privateKey, tls.caCrl];
    const both = "cannot specify client certificates or CA certificate or CA CRL If credentialName is set";
    return [...common, ...refuseIf(files.some(Boolean), under(at, "credentialName"), both)];
  }
  const needs = (file: string | undefined, says: string) =>
    refuseIf(mode === "MUTUAL" && !file, under(at, "mode"), says);
  return [
    ...common,
    ...needs(tls.clientCertificate, "client certificate required for mutual tls"),
    ...needs(tls.privateKey, "private key required for mutual tls"),
  ];
}

/** Nothing is verified, so nothing says against what. A credential of MUTUAL can be the client's own certificate. */
function skipFindings({ insecureSkipVerify, mode, ...tls }: ClientTls, at: Pointer): Findings {
  if (insecureSkipVerify !== true) return [];
  const verifies = Boolean(tls.caCertificates) || tls.subjectAltNames !== undefined;
  const pointer = under(at, "insecureSkipVerify");
  const says = (what: string) => `cannot specify ${what} when InsecureSkipVerify is set true`;
  if (mode === "SIMPLE") {
    const named = "CaCertificates or CredentialName or SubjectAltNames";
    return refuseIf(verifies || Boolean(tls.credentialName), pointer, says(named));
  }
  return refuseIf(mode === "MUTUAL" && verifies, pointer, says("CaCertificates or SubjectAltNames"));
}

const CONFIG_MAP = "configmap://";

/** Certificates of authorities in a ConfigMap are read from the rule's own namespace. */
function configMapFindings(name: string, at: Pointer, namespace: string): Findings {
  if (!name.startsWith(CONFIG_MAP)) return [];
  const [from = "", configMap] = name.slice(CONFIG_MAP.length).split("/");
  const wrong = (what: string) => [refused(at, `invalid configmap:// credentialName: ${what}`)];
  const expected = (what: string) => wrong(`invalid resource name ${shown(name)}. Expected ${what}`);
  if (configMap === undefined) return expected("namespace and name");
  if (from === "") return expected("namespace");
  if (configMap === "") return expected("name");
  if (from === namespace && namespace !== "") return [];
  return wrong(`namespace must match the configuration namespace ${shown(namespace)}`);
}
