import { expect, it } from 'vitest';
import { temporaryProject, writeFiles } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

it('hpo retrain refuses a file that is not a configuration of the study in one line, and trains others', async () => {
  const cwd = temporaryProject({
    'study.ts': `import { defineStudy, float, space } from 'hpo';
      export default defineStudy({
        name: 'line', space: space({ x: float(0, 1) }), settings: { epochs: 2, images: 10 }, seed: 1,
        objective: ({ params }) => params.x,
        retrain: { run: ({ params, settings, studySeed }) => ({ ...params, ...settings, studySeed }) },
      });`,
  });
  const retrain = async (content: string, name = 'best.json') => {
    writeFiles(cwd, { [name]: content });
    return hpo.run(['retrain', 'study.ts', '--config', name], { cwd });
  };
  const refused = (problem: string) => ({ code: 2, stdout: '', stderr: `hpo: --config ${problem}\n` });
  const best = (more: object) => JSON.stringify({ params: { x: 0.5 }, ...more });
  const whole = 'give a whole number from 0 on';
  const mend = 'name a best.json, or a file with an object of parameters';

  expect(await retrain(best({ studySeed: -1.5 }))).toEqual(
    refused(`best.json is no configuration: \`studySeed\` is -1.5; ${whole}.`),
  );
  expect(await retrain(best({ settings: { epoch: 3 } }))).toEqual(
    refused('best.json has a setting `epoch`, and the study has epochs, images; did you mean `epochs`?'),
  );
  expect(await retrain(`{"params":${'{"kind":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)).toEqual(
    refused(`best.json is nested more than 100 levels deep; ${mend}.`),
  );
  expect(await retrain(`x: ${'['.repeat(20_000)}`, 'best.yaml')).toEqual(
    refused(`best.yaml is nested too deeply; ${mend}.`),
  );
  const { code, stdout, stderr } = await retrain(best({ settings: { epochs: 3 } }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('best.json lacks settings; those of the study are taken: images=10');
  expect(stdout).toMatch(/retrained in .* {2}x=0\.5 epochs=3 images=10 studySeed=1 /);
});
