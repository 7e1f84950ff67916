/** Tokens of ServiceAccounts: JWTs that the API signs and recognises. Kubernetes: pkg/serviceaccount/jwt.go. */
import { createHmac, randomBytes } from "node:crypto";
import type { User } from "../http/request.ts";
import { at, isMap, listOf, numberOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";

export const ISSUER = "https://kubernetes.default.svc.cluster.local";
const HOUR = 3600;

export interface Tokens {
  /** The status of a TokenRequest for an account. */
  issue(account: KubernetesObject, spec: JsonMap): JsonMap;
  userOf(token: string): User | undefined;
}

/** Tokens live as long as this key: until the mesh ends. */
export function createTokens(now: () => number, key: Buffer = randomBytes(32)): Tokens {
  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  return {
    issue({ metadata: { name, namespace = "", uid } }, spec) {
      const seconds = Math.floor(now() / 1000);
      const exp = seconds + (numberOf(spec.expirationSeconds) ?? HOUR);
      const asked = listOf(spec.audiences).map(textOf);
      const claims = {
        aud: asked.length === 0 ? [ISSUER] : asked,
        exp,
        iat: seconds,
        iss: ISSUER,
        "kubernetes.io": { namespace, serviceaccount: { name, uid } },
        nbf: seconds,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
      return {
        token: `${text}.${sign(text)}`,
        expirationTimestamp: new Date(exp * 1000).toISOString().replace(".000Z", "Z"),
      };
    },
    userOf(token) {
      const [head = "", body = "", signature = ""] = token.split(".");
      if (signature === "" || signature !== sign(`${head}.${body}`)) return undefined;
      const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
      if (!isMap(claims) || (numberOf(claims.exp) ?? 0) * 1000 < now()) return undefined;
      const namespace = textOf(at(claims, "kubernetes.io", "namespace"));
      const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
      return { name: textOf(claims.sub), groups };
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
