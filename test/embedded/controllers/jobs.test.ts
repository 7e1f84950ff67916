import assert from "node:assert/strict";
import { eventually, startCluster, type TestCluster } from "./cluster.ts";

describe("Jobs of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => {
    cluster.close();
    assert.deepEqual(cluster.failures, []);
  });

  const job = (spec: string) =>
    cluster.apply(
      `{apiVersion: batch/v1, kind: Job, metadata: {name: work}, spec: {${spec}, template: {metadata: {labels: {app: work}}, spec: {restartPolicy: Never, containers: [{name: w, image: busybox}]}}}}`,
    );
  const status = () => cluster.get("Job", "work").status as Readonly<Record<string, unknown>>;
  const conditions = () =>
    ((status().conditions ?? []) as readonly { type: string; reason: string }[]).map(
      ({ type, reason }) => `${type} ${reason}`,
    );

  it("run as many pods at once as they may, until enough have succeeded", async () => {
    job("completions: 3, parallelism: 2");
    await eventually(() => assert.equal(cluster.list("Pod").length, 2));
    assert.equal(status().active, 2);
    cluster.become("busybox", "Succeeded");
    await eventually(() =>
      assert.deepEqual(conditions(), ["SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached"]),
    );
    assert.equal(status().succeeded, 3);
    assert.equal(status().active, undefined);
  });

  it("give up when more pods fail than they allow", async () => {
    cluster.become("busybox", "Failed");
    job("backoffLimit: 1");
    await eventually(() =>
      assert.deepEqual(conditions(), ["FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded"]),
    );
    assert.equal(status().failed, 2);
  });

  it("run nothing while they are suspended", async () => {
    job("suspend: true");
    await eventually(() =>
      assert.deepEqual({ ...status(), ready: 0 }, { ready: 0, terminating: 0, uncountedTerminatedPods: {} }),
    );
    assert.equal(cluster.list("Pod").length, 0);
    cluster.merge("Job", "work", { spec: { suspend: false } });
    await eventually(() => assert.equal(cluster.list("Pod").length, 1));
  });

  it("come of a CronJob at the minute that its schedule names, once", async () => {
    cluster.apply(
      `{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: w, image: busybox}]}}}}}}`,
    );
    const twoMinutesAgo = `${new Date(Date.now() - 120_000).toISOString().slice(0, 19)}Z`;
    const cron = cluster.get("CronJob", "nightly");
    cluster.resources.update(
      cluster.kind("CronJob"),
      { namespace: "default", name: "nightly" },
      { ...cron, status: { lastScheduleTime: twoMinutesAgo } },
      { subresource: "status" },
    );
    await eventually(() => assert.ok(cluster.list("Job").length > 0));
    const names = cluster.list("Job").map(({ metadata }) => metadata.name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^nightly-2\d{7}$/);
    await eventually(() => assert.equal(cluster.list("Pod").length, cluster.list("Job").length));
  });
});
