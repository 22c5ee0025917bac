import { expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { temporaryProject } from '../support/run-hpo.ts';
import { noisyDrivers } from '../support/software-gpu.ts';

/** Each of its two trials waits until the other is running in another process. */
const STUDY = `
import { mkdirSync, readdirSync } from 'node:fs';
import { defineStudy, float, space } from 'hpo';
import { device } from 'hpo/tfjs';
export default defineStudy({
  name: 'study', trials: 2, space: space({ x: float(0, 1) }),
  device: () => {
    const ready = device();
    console.error(\`looking, after \${process.env.HPO_BACKEND_FOUND} was found\`);
    return ready;
  },
  async objective({ params }) {
    mkdirSync(\`running/\${process.pid}\`, { recursive: true });
    while (readdirSync('running').length < 2) await new Promise((done) => setTimeout(done, 50));
    return params.x;
  },
});`;

it.skipIf(process.platform !== 'linux')(
  'the output of drivers is not taken for a study’s, and hardware is looked for once',
  async () => {
    const folder = temporaryProject({ 'study.ts': STUDY });
    const run = new HpoProcess(folder, ['run', 'study.ts', '--workers', '2'], { ...noisyDrivers, HPO_BACKEND: '' });
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const { backend } = run.of('run-started')[0]?.device ?? {};
    expect(run.of('log').map(({ phase, worker, text }) => [phase, worker, text])).toEqual([
      ['prepare', 0, 'looking, after undefined was found'],
      ['prepare', 1, `looking, after ${backend} was found`],
    ]);
  },
);
