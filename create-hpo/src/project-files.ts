import manifest from '../../package.json' with { type: 'json' };
import { folderName } from '../../src/base/folder-name.ts';
import { draftedParams, paramsText } from '../../src/cli/template/index.ts';
import type { Answers } from './answers.ts';

/** The version of create-hpo, which is that of hpo. */
export const VERSION: string = manifest.version;

/** Parts of hpo's manifest that change with its releases. */
interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const { peerDependencies, devDependencies, allowScripts }: Manifest = manifest;

/** The packages that `hpo/tfjs` needs beside hpo, in the versions that it goes with: those of `hpo setup tfjs`. */
const TENSORFLOW = pick(
  devDependencies,
  Object.keys(peerDependencies).filter((name) => /^(@tensorflow\/.*|webgpu|sharp)$/.test(name)),
);

/** The files of a project, by their paths in its folder. @param hpo the version of hpo that it takes */
export function projectFiles(answers: Answers, hpo = `^${VERSION}`): Readonly<Record<string, string>> {
  const { name, template, params, manager } = answers;
  const study = template.files({ name, params: draftedParams(params), file: 'study.ts' });
  const packages = { hpo, ...(template.needsTensorFlow ? TENSORFLOW : {}) };
  const native = Object.keys(allowScripts).filter((each) => template.needsTensorFlow || each !== 'webgpu');
  const { fields = {}, files = {} } = manager.allowing(native);
  return {
    ...study,
    'package.json': json({
      name: packageName(name),
      private: true,
      type: 'module',
      scripts: { search: 'hpo run study.ts', typecheck: 'tsc --noEmit' },
      dependencies: packages,
      devDependencies: pick(devDependencies, ['@types/node', 'typescript']),
      ...fields,
    }),
    ...files,
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2023',
        lib: ['ES2023'],
        module: 'NodeNext',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        noEmit: true,
      },
    }),
    '.gitignore': 'node_modules/\nruns/\n*.db\n*.db-*\n',
    'README.md': readme(answers, Object.keys(study)),
  };
}

function readme({ name, manager, params }: Answers, files: readonly string[]): string {
  const [file = '', ...others] = files;
  const also = others.length > 0 ? `, whose trials run \`${others.join('`, `')}\`` : '';
  return `# ${name}

A hyperparameter search with [hpo](https://www.npmjs.com/package/hpo). \`${file}\` is the study${also}. It runs as it is;
put your own training in the place that its comments name.

\`\`\`sh
${manager.install}
${manager.run}hpo run study.ts          # give it again, and it goes on where it was
${manager.run}hpo best                  # the best trial
${manager.run}hpo trials --sort value   # all of them
${manager.run}hpo importance            # which parameters matter
${manager.run}hpo report                # one HTML file with the charts
${manager.run}hpo export --format ts -o best.ts
${manager.name === 'npm' ? 'npm run' : manager.name} typecheck
\`\`\`

| what | where |
|---|---|
| all trials | \`hpo.db\`, an SQLite file that Optuna opens, too |
| the best configuration | \`runs/${folderName(name)}/best.json\` |
| the parameters to begin with | \`${paramsText(draftedParams(params))}\` |
`;
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A name that npm takes for a package. */
function packageName(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return safe === '' || safe === 'hpo' ? 'tuning' : safe; // a package cannot depend on one of its own name
}
