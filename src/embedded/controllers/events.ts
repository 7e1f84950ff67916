/**
 * Events, as controllers write them: the same about the same object again raises the count of the one that is there.
 * Kubernetes: client-go/tools/record EventCorrelator.
 */
import type { Kind, Kinds } from "../api/kinds/kind.ts";
import { apiVersionOf } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import { timestamp } from "../api/timestamp.ts";

export interface Recorder {
  record(kind: Kind, about: KubernetesObject, event: Occurrence): void;
}

export interface Occurrence {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** `deployment-controller`, `default-scheduler`, `kubelet` */
  readonly component: string;
  /** The node, of events of the kubelet. */
  readonly host?: string;
  /** `spec.containers{app}` */
  readonly fieldPath?: string;
}

/** How long an event is kept, as the API server does by default. */
const KEPT_MS = 3_600_000;

export function eventRecorder(resources: Resources, kinds: Kinds): Recorder {
  const last = new Map<string, { readonly name: string; readonly until: number }>();
  return {
    record(kind, about, occurrence) {
      const events = kinds.byKind("", "Event");
      const { namespace = "default", name } = about.metadata;
      if (events === undefined) return;
      const now = Date.now();
      const identity = JSON.stringify([about.metadata.uid, occurrence]);
      const known = last.get(identity);
      const before =
        known === undefined || known.until < now ? undefined : resources.find(events, { namespace, name: known.name });
      if (before !== undefined) {
        const count = Number(before.count ?? 1) + 1;
        resources.update(
          events,
          { namespace, name: before.metadata.name },
          { ...before, count, lastTimestamp: timestamp(now) },
        );
        return;
      }
      const event = `${name}.${(BigInt(now) * 1_000_000n + BigInt(last.size)).toString(16)}`;
      last.set(identity, { name: event, until: now + KEPT_MS });
      try {
        resources.create(events, namespace, body(kind, about, occurrence, event, timestamp(now)));
      } catch {
        // A namespace that ends takes no events, and nobody misses them.
        last.delete(identity);
      }
    },
  };
}

function body(kind: Kind, about: KubernetesObject, occurrence: Occurrence, name: string, at: string) {
  const { namespace = "default", uid, resourceVersion } = about.metadata;
  const { type, reason, message, component, host, fieldPath } = occurrence;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind.group, kind.storageVersion),
      ...(about.metadata.namespace === undefined ? {} : { namespace }),
      name: about.metadata.name,
      uid,
      resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    reason,
    message,
    source: { component, ...(host === undefined ? {} : { host }) },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host ?? "",
  };
}
