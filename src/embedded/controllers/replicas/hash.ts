/**
 * The hash of a pod template, which is part of names: digits and consonants, so that no words come of it. Kubernetes:
 * pkg/controller/controller_utils.go ComputeHash, apimachinery/pkg/util/rand SafeEncodeString.
 */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** FNV-1a of 32 bits over the template as JSON with ordered keys. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(ordered(template))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join("");
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
