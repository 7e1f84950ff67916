/** The mesh's certificate authority: SPIFFE certificates for service accounts, as istiod's self-signed root issues them. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Identity } from "../dataplane/config.ts";

export interface Authority {
  readonly trustDomain: string;
  /** The root, PEM. */
  readonly root: string;
  issue(namespace: string, account: string): Promise<Identity>;
}

export interface AuthorityOptions {
  readonly trustDomain?: string;
  /** Milliseconds that a workload's certificate lives: Istio's 24 hours. */
  readonly lifetime?: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR = 3_600_000;
const TEN_YEARS = 87_600 * HOUR;
/** Clocks differ: a certificate is valid from two minutes ago. Istio: security/pkg/pki/util/generate_cert.go. */
const GRACE = 120_000;
const SERVER_AND_CLIENT = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

export async function createAuthority({
  trustDomain = "cluster.local",
  lifetime = 24 * HOUR,
}: AuthorityOptions = {}): Promise<Authority> {
  cryptoProvider.set(webcrypto as never);
  const keys = await generateKeys();
  const now = Date.now();
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `O=${trustDomain}`,
    notBefore: new Date(now - GRACE),
    notAfter: new Date(now + TEN_YEARS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pem = root.toString("pem");
  return {
    trustDomain,
    root: pem,
    async issue(namespace, account) {
      const spiffe = `spiffe://${trustDomain}/ns/${namespace}/sa/${account}`;
      const expires = Date.now() + lifetime;
      return { spiffe, roots: pem, expires, ...(await sign(root, keys.privateKey, spiffe, expires)) };
    },
  };
}

async function sign(root: X509Certificate, signingKey: webcrypto.CryptoKey, spiffe: string, expires: number) {
  const own = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: "",
    issuer: root.subject,
    notBefore: new Date(Date.now() - GRACE),
    notAfter: new Date(expires),
    publicKey: own.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension(SERVER_AND_CLIENT),
      new BasicConstraintsExtension(false, undefined, true),
      await AuthorityKeyIdentifierExtension.create(root),
      // The subject is empty, so the name is critical (RFC 5280).
      new SubjectAlternativeNameExtension([{ type: "url", value: spiffe }], true),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
  const body = Buffer.from(key)
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n");
  return {
    certificate: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY-----\n`,
  };
}

function generateKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** 16 random bytes, positive. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  return `4${Buffer.from(bytes).toString("hex").slice(1)}`;
}
