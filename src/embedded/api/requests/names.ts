/** Names that the server makes up. Kubernetes: apiserver/pkg/storage/names/generate.go. */
import { randomInt } from "node:crypto";

/** Without vowels and what looks alike, so that no word comes about. */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";
const RANDOM_LENGTH = 5;
const LONGEST_BASE = 58;

export function randomSuffix(): string {
  return Array.from({ length: RANDOM_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

export function generatedName(base: string): string {
  return `${base.slice(0, LONGEST_BASE)}${randomSuffix()}`;
}
