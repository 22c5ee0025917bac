import { categorical } from '../../src/space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import { float } from '../../src/space/float-distribution.ts';
import { openStorage } from '../../src/storage/index.ts';

const SCRIPT = '<script>window.hacked = true</script>';
const IMAGE = `"><img src=x onerror="window.hacked=true">'`;
const CLOSE = '</script><!-- {a|b} \u2028\u2029';

/** 10,000 characters that a value may have. */
export const LONG = `long${'x'.repeat(9_996)}`;
/** A name that is as hostile as 512 characters can be. */
export const HOSTILE_NAME = `${SCRIPT} 🚀 ${IMAGE} ${CLOSE} ${'n'.repeat(380)}`;

const choices = [SCRIPT, IMAGE, CLOSE, LONG, '🚀', '__proto__', null, 'null', true, 'true', 1, '1', ''];
const space: readonly (readonly [string, Distribution])[] = [
  [SCRIPT, float(1e-3, 1, { log: true })],
  [IMAGE, categorical(choices)],
  ['__proto__', float(0, 1)],
  ['constructor', float(0, 1)],
  [CLOSE, float(0, 1)],
];

/** Stores a study with malicious names and values. */
export async function storeHostileStudy(file: string): Promise<void> {
  const storage = await openStorage(file, { create: true });
  const study = await storage.createStudy({
    name: HOSTILE_NAME,
    directions: ['minimize'],
    userAttrs: { [SCRIPT]: IMAGE, long: LONG, ['__proto__']: CLOSE },
  });
  for (let number = 0; number < 40; number++) {
    const part = (number % 10) / 10 + 0.05;
    const values: readonly ParamValue[] = [part, choices[number % choices.length] as ParamValue, part, 1 - part, part];
    const params = space.map(([name, distribution], at) => ({ name, distribution, value: values[at] as ParamValue }));
    const isFailed = number % 9 === 4;
    await storage.createTrial(study, {
      state: isFailed ? 'FAIL' : 'COMPLETE',
      params,
      ...(!isFailed && { values: [number === 7 ? Infinity : part] }),
      intermediateValues: new Map([
        [1, number === 2 ? Number.NaN : part],
        [2, number === 3 ? -Infinity : part + 1],
        [3, part],
      ]),
      userAttrs: { [SCRIPT]: [SCRIPT, Number.NaN, -Infinity], long: LONG },
      ...(isFailed && { systemAttrs: { 'hpo:error': { name: SCRIPT, message: IMAGE } } }),
      startedAt: new Date(1_700_000_000_000 + number * 1000),
      completedAt: new Date(1_700_000_000_500 + number * 1000),
    });
  }
  await storage.close();
}
