/** The header that tells an application which certificate its caller showed. */
import type { PeerCertificate } from "node:tls";

export const XFCC = "x-forwarded-client-cert";

/** By, Hash, Subject, URI: as `forward_client_cert_details: APPEND_FORWARD` with subject and uri writes them. */
export function clientCertElement(own: string, certificate: PeerCertificate, uri: string): string {
  const hash = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  return `By=${own};Hash=${hash};Subject="${subjectOf(certificate)}";URI=${uri}`;
}

/** RFC 2253, last first; mesh certificates have none. */
function subjectOf({ subject }: PeerCertificate): string {
  const parts = Object.entries(subject ?? {}).map(([name, value]) => `${name}=${value}`);
  return parts.toReversed().join(",");
}
