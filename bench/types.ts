/**
 * The time that `tsc` takes for a study of 100 parameters, twenty of them variants, beside the same study with one
 * parameter; the difference is the cost of the types.
 *
 *     npm run bench:types
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'bench/.types'); // below the root, where 'hpo' is the package itself
const TURNS = 5;

/** A kind of parameter: how it is declared, and a statement that uses its type. */
const KINDS: readonly (readonly [declaration: string, use: (name: string) => string])[] = [
  ['float(0, 1)', (name) => `sum += params.${name};`],
  ['int(1, 9)', (name) => `sum += params.${name};`],
  ["categorical(['a', 'b', 'c'])", (name) => `if (params.${name} === 'a') sum += 1;`],
  ['float(1e-5, 1, { log: true })', (name) => `sum += params.${name};`],
  [
    'variant({ adam: { beta1: float(0, 1) }, sgd: { momentum: float(0, 1), deep: variant({ x: { y: int(1, 2) }, z: {} }) } })',
    (name) => `if (params.${name}.kind === 'adam') sum += params.${name}.beta1;`,
  ],
];

function writeStudy(parameters: number): string {
  const names = Array.from({ length: parameters }, (_, index) => `p${index}`);
  const kindOf = (index: number) => KINDS[index % KINDS.length] as (typeof KINDS)[number];
  const folder = join(FOLDER, String(parameters));
  mkdirSync(folder, { recursive: true });
  const source = `import { categorical, defineStudy, float, int, space, variant } from 'hpo';
void categorical, int, variant;
export default defineStudy({
  name: 'types',
  space: space({
${names.map((name, index) => `    ${name}: ${kindOf(index)[0]},`).join('\n')}
  }),
  settings: { epochs: 3 },
  objective({ params, settings }) {
    let sum: number = settings.epochs;
${names.map((name, index) => `    ${kindOf(index)[1](name)}`).join('\n')}
    return sum;
  },
});
`;
  writeFileSync(join(folder, 'study.ts'), source);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.json', include: ['study.ts'] }),
  );
  return folder;
}

try {
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; median of ${TURNS}`);
  for (const parameters of [1, 100]) {
    const folder = writeStudy(parameters);
    const times = Array.from({ length: TURNS }, () => {
      const startedAt = performance.now();
      execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', folder], { stdio: 'inherit' });
      return performance.now() - startedAt;
    }).sort((a, b) => a - b);
    console.log(`  ${String(parameters).padStart(3)} parameters  ${((times[TURNS >> 1] ?? 0) / 1000).toFixed(2)} s`);
  }
} finally {
  rmSync(FOLDER, { recursive: true, force: true });
}
