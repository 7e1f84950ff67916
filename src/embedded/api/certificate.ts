/** The serving certificate of the API, with a CA of its own for the kubeconfig. */
import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Tls } from "./http/server.ts";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR = 365 * 24 * 3600 * 1000;

export interface ServingCertificate extends Tls {
  /** PEM of the CA, for those who connect. */
  readonly ca: string;
}

const MONTH = YEAR / 12;

/** Whether a kept one ends before a mesh that is started now is likely to. */
export function endsSoon({ certificate }: ServingCertificate, now = Date.now()): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) - now < MONTH;
}

export async function servingCertificate(now = Date.now()): Promise<ServingCertificate> {
  x509.cryptoProvider.set(webcrypto);
  const [caKeys, keys] = await Promise.all([keyPair(), keyPair()]);
  const dates = { notBefore: new Date(now - 60_000), notAfter: new Date(now + YEAR) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=mtls-lens embedded mesh",
    keys: caKeys,
    signingAlgorithm: EC,
    ...dates,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=kube-apiserver",
    issuer: ca.subject,
    signingKey: caKeys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: EC,
    ...dates,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: "localhost" },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const key = x509.PemConverter.encode(pkcs8, "PRIVATE KEY");
  return { ca: ca.toString("pem"), certificate: certificate.toString("pem"), key };
}

function keyPair() {
  return webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
}
