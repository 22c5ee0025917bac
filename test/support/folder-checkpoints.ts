import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingCheckpoints } from '../../src/training/index.ts';

/** The checkpoints in a folder, the newest alone, as a new process finds them. */
export async function folderCheckpoints(root: string): Promise<TrainingCheckpoints> {
  const steps = (await readdir(root)).flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const at = (step: number) => ({ step, folder: join(root, `step-${step}`) });
  let last = steps.length > 0 ? at(Math.max(...steps)) : undefined;
  return {
    get last() {
      return last;
    },
    async keep(step, write) {
      if (last && step <= last.step) throw new Error(`step ${step} is not above ${last.step}`);
      const [next, former] = [at(step), last];
      await mkdir(`${next.folder}.new`);
      await write(`${next.folder}.new`);
      await rename(`${next.folder}.new`, next.folder);
      last = next;
      if (former) await rm(former.folder, { recursive: true });
    },
  };
}
