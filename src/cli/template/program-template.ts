import { basename, dirname, join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import type { DraftedParam } from './drafted-param.ts';
import type { Template } from './template.ts';
import { importNames, quoted, spaceField, standInTerms } from './text.ts';

/** A study of a program in another language, and the program: Python that needs no packages. */
export const programTemplate: Template = {
  name: 'program',
  tunes: 'a Python script, or any other program',
  params: 'learningRate=1e-4..1e-1:log layers=1..4 activation=relu,tanh,gelu amp=true,false',
  needsTensorFlow: false,
  files({ name, params, file }) {
    for (const { name: param } of params) {
      if (['epochs', 'seed', 'help'].includes(optionOf(param))) {
        throw new HpoError(
          'HPO_INVALID_ARGUMENT',
          `The program has a --${optionOf(param)} of its own; rename ${param}.`,
        );
      }
    }
    const base = basename(file).replace(/\.\w+$/, '');
    const program = join(dirname(file), base === 'study' ? 'train.py' : `${base}.py`).replaceAll('\\', '/');
    return { [file]: study(name, params, program), [program]: script(params) };
  },
};

function study(name: string, params: readonly DraftedParam[], program: string): string {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const words = params.map(({ name: param, distribution }) =>
    isFlag(distribution) ? `'{${param}?--${optionOf(param)}}'` : `'--${optionOf(param)}', '{${param}}'`,
  );
  return `import { ${importNames(params, ['auto', 'command', 'defineStudy', 'median', 'space'])} } from 'hpo';

export default defineStudy({
  // Names the study in the database and its results in runs/.
  name: ${quoted(name)},

  // The parameters to search. The program gets them as arguments, and as JSON in $HPO_PARAMS.
${spaceField(params)}
  direction: 'minimize',
  sampler: auto(), // learns from the trials so far; random() does not
  pruner: median(), // stops trials that are worse than half of the others at the same step
  trials: 30, // the number of finished trials in the end; \`--trials 100\` goes on from there

  // Constants of every trial; \`--set epochs=20\` changes one.
  settings: { epochs: 10 },

  // One trial: any program that prints {"step": 1, "value": 0.5} as it goes, or {"value": 0.4} in the end.
  objective: command({
    run: [
      '${python}', ${quoted(program)},
      '--epochs', '{settings.epochs}',
      '--seed', '{seed}',
      ${words.join(',\n      ')},
    ],
  }),
});
`;
}

function script(params: readonly DraftedParam[]): string {
  const terms = standInTerms(params, 'python', (param) => `args.${attributeOf(param)}`);
  return `"""One trial of the study: prints its loss after each epoch."""

import argparse
import json
${terms.some((term) => term.startsWith('math.')) ? 'import math\n' : ''}
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--seed", type=int, required=True)
${params.map(argument).join('\n')}
args = parser.parse_args()

# Replace this with your training: a loss that falls to a least value, which depends on the parameters.
least = (
    ${terms.join('\n    + ') || '0'}
)
loss = 5.0
for epoch in range(1, args.epochs + 1):
    loss = least + (loss - least) * 0.7
    print(json.dumps({"step": epoch, "value": loss}), flush=True)  # the pruner may end the program here
`;
}

function argument({ name, distribution }: DraftedParam): string {
  const option = `"--${optionOf(name)}"`;
  const place = attributeOf(name) === optionOf(name).replaceAll('-', '_') ? '' : `, dest="${attributeOf(name)}"`;
  if (isFlag(distribution)) return `parser.add_argument(${option}, action="store_true"${place})`;
  return `parser.add_argument(${option}${typeText(distribution)}, required=True${place})`;
}

function typeText(distribution: DraftedParam['distribution']): string {
  if (distribution.kind !== 'categorical') return `, type=${distribution.kind}`;
  const { choices } = distribution;
  if (choices.every((choice) => Number.isInteger(choice))) return ', type=int';
  return choices.every((choice) => typeof choice === 'number') ? ', type=float' : '';
}

function isFlag(distribution: DraftedParam['distribution']): boolean {
  return distribution.kind === 'categorical' && distribution.choices.every((choice) => typeof choice === 'boolean');
}

/** The option of a parameter, without its dashes: `learning-rate`. */
function optionOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** The name of a parameter in Python: `learning_rate`, and `lambda_` for a word of the language. */
function attributeOf(name: string): string {
  const attribute = optionOf(name).replaceAll('-', '_');
  return PYTHON_WORDS.includes(attribute) ? `${attribute}_` : attribute;
}

const PYTHON_WORDS: readonly string[] =
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  );
