/** Conditions of pods and of what owns them. */
import type { KubernetesObject } from "../../api/object.ts";
import type { Condition, Pod } from "../../api/shapes.ts";
import { timestamp } from "../../api/timestamp.ts";

export function isTrue({ status }: Pod, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
}

export function isReady(pod: Pod): boolean {
  return isTrue(pod, "Ready");
}

/** Ended by itself: its containers do not run any more. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Sets a condition; the time of transition changes with the status only. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  { type, status, reason, message }: Pick<Condition, "type" | "status"> & Partial<Condition>,
): readonly Condition[] {
  const before = conditions?.find((each) => each.type === type);
  if (before?.status === status && before.reason === reason && before.message === message) return conditions ?? [];
  const now = timestamp();
  const after: Condition = {
    type,
    status,
    lastUpdateTime: now,
    lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? now) : now,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
  const others = conditions ?? [];
  return before === undefined ? [...others, after] : others.map((each) => (each.type === type ? after : each));
}

export function ageMs({ metadata }: KubernetesObject): number {
  return Date.now() - Date.parse(metadata.creationTimestamp);
}
