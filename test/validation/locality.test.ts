/** What istiod's webhook refuses of regions and zones in a traffic policy. */
import { webhookTellsApart } from "./cases.ts";

const rule = (fields: object) => ({ host: "web", ...fields });
const policy = (trafficPolicy: object) => rule({ trafficPolicy });
const AT = "/spec/trafficPolicy";

describe("istiod on regions and zones", () => {
  const settings = (field: string, setting: object) =>
    policy({ loadBalancer: { [field]: setting }, outlierDetection: {} });
  const locality = (setting: object) => settings("localityLbSetting", setting);
  const zones = (setting: object) => settings("zoneAwareLbSetting", setting);
  const failover = (from: string, to: string) => ({ failover: [{ from, to }] });
  const to = (...places: (readonly [string, number])[]) =>
    locality({ distribute: [{ from: "a", to: Object.fromEntries(places) }] });
  const from = (...places: string[]) =>
    locality({ distribute: places.map((place) => ({ from: place, to: { x: 100 } })) });
  const L = `${AT}/loadBalancer/localityLbSetting`;
  const Z = `${AT}/loadBalancer/zoneAwareLbSetting`;
  const region = "topology.kubernetes.io/region";
  const bare = (field: string) => policy({ loadBalancer: { [field]: failover("a", "b") } });
  const overlap = (place: string) => `locality ${place} overlap with previous specified ones`;
  const handled = `'failover_priority' for zone aware lb must not use topology label '${region}'; region- and zone-level routing are handled automatically`;
  webhookTellsApart("DestinationRule", [
    [
      "traffic is distributed or fails over",
      locality({ ...failover("a", "b"), distribute: [{ from: "a", to: { b: 100 } }] }),
      [`${L}/failover: can not simultaneously specify 'distribute' and 'failover'`],
      locality(failover("a", "b")),
    ],
    [
      "a region fails over by name or by label",
      locality({ ...failover("a", "b"), failoverPriority: ["x", region] }),
      [
        `${L}/failoverPriority/1: can not simultaneously set 'failover' and topology label '${region}' in 'failover_priority'`,
      ],
      locality({ failoverPriority: [region] }),
    ],
    [
      "a weight is from 1 to 100",
      to(["a", 101]),
      [`${L}/distribute/0/to/a: locality weight must be in range [1, 100]`],
      to(["a", 100]),
    ],
    [
      "a weight is not 0",
      to(["a", 0], ["b", 100]),
      [`${L}/distribute/0/to/a: locality weight must be in range [1, 100]`],
      to(["a", 1], ["b", 99]),
    ],
    [
      "weights are 100 together",
      to(["a", 50], ["b", 49]),
      [`${L}/distribute/0/to: total locality weight 99 != 100`],
      to(["a", 50], ["b", 50]),
    ],
    [
      "places of one source do not overlap",
      to(["a/b", 50], ["a/b/c", 50]),
      [`${L}/distribute/0/to/a~1b~1c: ${overlap("a/b/c")}`],
      to(["a/b/d", 50], ["a/b/c", 50]),
    ],
    ["sources do not overlap", from("a/*", "a/b"), [`${L}/distribute/1: ${overlap("a/b")}`], from("a/b", "c/*")],
    ["after all places there is none", from("*", "b"), [`${L}/distribute/1: ${overlap("b")}`], from("b", "*")],
    [
      "a subzone stands once",
      from("a/b/c", "a/b/c"),
      [`${L}/distribute/1: ${overlap("a/b/c")}`],
      from("a/b/c", "a/b/d"),
    ],
    [
      "a wildcard stands at the end",
      from("*/a"),
      [`${L}/distribute/0: locality */a wildcard '*' number can not exceed 1 and must be in the end`],
      from("a/b*"),
    ],
    [
      "no part of a place is empty",
      from("a//c"),
      [`${L}/distribute/0: locality a//c must not contain empty region/zone/subzone info`],
      from("a/b/c/d"),
    ],
    [
      "a region fails over to another one",
      locality(failover("a", "a")),
      [`${L}/failover/0: locality lb failover settings must specify different regions`],
      locality(failover("a", "b")),
    ],
    [
      "regions fail over, not zones",
      locality(failover("a/b", "c")),
      [`${L}/failover/0: locality lb failover only specify region`],
      locality(failover("a-b", "c")),
    ],
    [
      "regions fail over by name",
      locality(failover("a", "*")),
      [`${L}/failover/0: locality lb failover region should not contain '*' wildcard`],
      locality(failover("a", "b")),
    ],
    [
      "failing over needs somebody who sees failures",
      bare("localityLbSetting"),
      [`warning ${L}: outlier detection policy must be provided for failover`],
      locality(failover("a", "b")),
    ],
    [
      "zones: a region fails over to another one",
      zones(failover("a", "a")),
      [`${Z}/failover/0: zone aware lb failover settings must specify different regions`],
      zones(failover("a", "b")),
    ],
    [
      "zones: regions fail over, not zones",
      zones(failover("a", "b/c")),
      [
        `${Z}/failover/0: zone aware lb failover only specifies region; zone and subzone failover are handled automatically`,
      ],
      zones(failover("a", "b")),
    ],
    [
      "zones: regions fail over by name",
      zones(failover("*", "b")),
      [`${Z}/failover/0: zone aware lb failover region should not contain '*' wildcard`],
      zones(failover("a", "b")),
    ],
    [
      "zones: topology needs no label",
      zones({ failoverPriority: [region] }),
      [`${Z}/failoverPriority/0: ${handled}`],
      zones({ failoverPriority: ["version"] }),
    ],
    [
      "zones: failing over needs somebody who sees failures",
      bare("zoneAwareLbSetting"),
      [`warning ${Z}: outlier detection policy must be provided for failover`],
      zones(failover("a", "b")),
    ],
  ]);
});
