import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

// A run in a control group with a quota, as a container's is.

/** A new group that may take one core; undefined where this process may not make one. */
function groupOfOneCore(): string | undefined {
  for (const [parent, file, quota] of [
    ['/sys/fs/cgroup', 'cpu.max', '100000 100000'],
    ['/sys/fs/cgroup/cpu', 'cpu.cfs_quota_us', '100000'],
  ] as const) {
    const group = join(parent, `hpo-test-${process.pid}`);
    try {
      mkdirSync(group);
      try {
        writeFileSync(join(group, file), quota, { flag: 'r+' });
        return group;
      } catch {
        rmdirSync(group);
      }
    } catch {
      // It has another version, or this process may not make one.
    }
  }
  return undefined;
}

const group = availableParallelism() > 1 ? groupOfOneCore() : undefined;

afterAll(() => {
  if (group !== undefined) rmdirSync(group);
});

describe.skipIf(group === undefined)(
  `a quota of one core${group === undefined ? ' (skipped: this needs root, control groups and two cores)' : ''}`,
  () => {
    it('bounds the number of workers, and leaves --workers alone', async () => {
      const folder = tempFolder();
      const study = writeStudy(folder, 'return 1;');
      const inGroup = ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group ?? ''];
      const run = new HpoProcess(folder, ['run', study, '--trials', '2'], {}, inGroup);
      expect(await run.ended).toEqual({ code: 0, stderr: '' });
      const workersReason = `of ${availableParallelism()} cores, its container or service may take 1`;
      expect(run.of('run-started')).toMatchObject([{ workers: 1, workersReason }]);
      const named = new HpoProcess(folder, ['run', study, '--trials', '4', '--workers', '2'], {}, inGroup);
      expect(await named.ended).toEqual({ code: 0, stderr: '' });
      expect(named.of('run-started')).toMatchObject([{ workers: 2 }]);
      expect(named.of('warning')).toEqual([]);
    });
  },
);
