import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { HPO_MODULE, runHpo } from '../support/run-hpo.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** Trains from the last checkpoint on, and logs each step that it takes; `hang` is met before a step is taken. */
const training = (checkpoints: string, hang: string) => `
    const { readFileSync, writeFileSync } = await import('node:fs');
    const { last } = ${checkpoints};
    let sum = last === undefined ? 0 : Number(readFileSync(last.folder + '/sum', 'utf8'));
    for (let step = (last?.step ?? 0) + 1; step <= settings.epochs; step++) {
      ${hang}
      sum += step;
      log('took ' + step);
      ${checkpoints === 'checkpoints' ? '' : 'await trial.report(100 - sum, step); if (step === 5) continue;'}
      await ${checkpoints}.keep(step, async (folder) => writeFileSync(folder + '/sum', String(sum)));
    }`;

/** Waits for ever, once, in a file's absence. */
const hangOnce = (condition: string, file: string) =>
  `if (${condition} && !existsSync('${file}')) { writeFileSync('${file}', ''); log('hangs'); await sleep(600_000); }`;

const RETRAIN = `retrain: { settings: { epochs: 8 }, from: 'checkpoint', async run({ settings, checkpoints, log }) {
    ${training('checkpoints', hangOnce('step === 7', 'second'))}
    return { sum };
  } },`;

const taken = (run: HpoProcess, phase = 'trial', trial = 0) =>
  run.of('log').flatMap((event) => (event.phase === phase && event.trial === trial ? [event.text] : []));

describe.concurrent('checkpoints', () => {
  it('a killed run goes on after them, in a shared folder, and so does its retraining', async () => {
    const folder = tempFolder();
    const objective = `${training('trial.checkpoints', hangOnce('step === 6', 'first'))} return 100 - sum;`;
    const file = writeStudy(folder, objective, `settings: { epochs: 6 }, ${RETRAIN}`);
    const shared = join(tempFolder(), 'shared');
    const args = ['run', file, '--trials', '1', '--workers', '1', '--checkpoints', shared];
    const isHanging = ({ text }: { text: string }) => text === 'hangs';

    const first = new HpoProcess(folder, args);
    await first.waitFor('log', isHanging);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(taken(first)).toEqual(['took 1', 'took 2', 'took 3', 'took 4', 'took 5', 'hangs']);

    const second = new HpoProcess(folder, args);
    await second.waitFor('log', isHanging);
    second.child.kill('SIGKILL');
    await second.ended;
    expect(second.of('trial-started')).toMatchObject([{ trial: 0, attempt: 2, afterStep: 4 }]);
    expect(taken(second)).toEqual(['took 5', 'took 6']);
    expect(second.of('trial-reported').map(({ step }) => step)).toEqual([5, 6]);
    expect(second.of('retrain-started')).toMatchObject([{ from: { trial: 0, step: 6 } }]);
    expect(taken(second, 'retrain')).toEqual(['hangs']);
    const [trial] = await storedTrials(folder);
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [79] });
    expect([...(trial?.intermediateValues.keys() ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);

    const third = new HpoProcess(folder, args);
    expect(await third.ended).toEqual({ code: 0, stderr: '' });
    expect(taken(third, 'retrain')).toEqual(['took 7', 'took 8']);
    const metrics = JSON.parse(readFileSync(join(folder, 'runs/study/retrain/metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({ from: { trial: 0, step: 6 }, metrics: { sum: 36 } });
    expect(existsSync(join(folder, 'runs/study/retrain-checkpoints'))).toBe(false);
    expect(existsSync(join(folder, 'runs/study/checkpoints'))).toBe(false);
    const [id = ''] = readdirSync(join(shared, 'study'));
    expect(readdirSync(join(shared, 'study', id, 'trial-0')).sort()).toEqual(['step-6']);
  });

  it('a trial whose worker was killed goes on as a new one, with other settings', async () => {
    const folder = tempFolder();
    const objective = `${training('trial.checkpoints', hangOnce('step === 3 && trial.number === 1', 'first'))} return 100 - sum;`;
    const file = writeStudy(folder, objective, 'settings: { epochs: 3 },');
    const run = new HpoProcess(folder, ['run', file, '--trials', '2', '--workers', '1']);
    await run.waitFor('log', ({ text }) => text === 'hangs');
    process.kill(run.of('worker-started')[0]?.pid ?? 0, 'SIGKILL');
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const [before, failed] = await storedTrials(folder);
    expect([before?.state, failed?.state]).toEqual(['COMPLETE', 'FAIL']);

    const resumed = new HpoProcess(folder, ['resume', file, '--trial', '1', '--set', 'epochs=4']);
    expect(await resumed.ended).toEqual({ code: 0, stderr: '' });
    const settings = { epochs: 4 };
    expect(resumed.of('trial-started')).toMatchObject([{ trial: 2, afterStep: 2, continues: 1, settings }]);
    expect(taken(resumed, 'trial', 2)).toEqual(['took 3', 'took 4']);
    const trials = await storedTrials(folder);
    expect(trials.slice(0, 2)).toEqual([before, failed]);
    expect(trials[2]).toMatchObject({ state: 'COMPLETE', values: [90], params: failed?.params });
    expect(trials[2]?.systemAttrs).toMatchObject({ 'hpo:continues': 1, 'hpo:settings': settings });
    const best = JSON.parse(readFileSync(join(folder, 'runs/study/best.json'), 'utf8'));
    expect(best).toMatchObject({ trial: 2, settings });

    const problem = "hpo: --set epoch=3: there is no setting 'epoch'; the settings are epochs.\n";
    const refused = await runHpo(['resume', file, '--trial', '2', '--set', 'epoch=3'], { cwd: folder });
    expect(refused).toEqual({ code: 2, stdout: '', stderr: problem });
    expect(await storedTrials(folder)).toEqual(trials);
  });

  it("a program's own are there when its trial is run again", async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'train.sh'),
      `step=\${HPO_RESUMED_STEP:-0}; sum=0; if [ -n "$HPO_LAST_CHECKPOINT" ]; then sum=$(cat "$HPO_LAST_CHECKPOINT"); fi
      while [ $step -lt 4 ]; do
        step=$((step + 1)); sum=$((sum + step)); echo "took $step"
        echo "{\\"step\\": $step, \\"value\\": $sum}"
        if [ $step = 3 ] && [ ! -e hung ]; then touch hung; echo hangs; exec sleep 600; fi
        echo $sum > "$HPO_CHECKPOINT_FOLDER/$step"; echo "{\\"checkpoint\\": $step}"
      done`,
    );
    const file = 'study.ts';
    writeFileSync(
      join(folder, file),
      `import { command, defineStudy, float, space } from ${JSON.stringify(HPO_MODULE)};
      const objective = command({ run: 'sh train.sh' });
      export default defineStudy({ name: 'study', space: space({ x: float(0, 1) }), trials: 1, objective });`,
    );
    const first = new HpoProcess(folder, ['run', file, '--workers', '1']);
    await first.waitFor('log', ({ text }) => text === 'hangs');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = new HpoProcess(folder, ['run', file, '--workers', '1']);
    expect(await second.ended).toEqual({ code: 0, stderr: '' });
    expect(taken(second)).toEqual(['took 3', 'took 4']);
    const [trial] = await storedTrials(folder);
    expect([...(trial?.intermediateValues ?? [])]).toEqual([1, 3, 6, 10].map((sum, at) => [at + 1, sum]));
  });
});
