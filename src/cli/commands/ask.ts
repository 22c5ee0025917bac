import { HpoError } from '../../base/errors.ts';
import { stringifyNamedNumbers } from '../../base/json.ts';
import { loadStudyFile } from '../../runner/study-file.ts';
import { DEFAULT_SAMPLER, SAMPLERS, type SamplerName } from '../../sampler/by-name.ts';
import { type NestedParams, nestParams, variantNames } from '../../space/nested-params.ts';
import type { FlatParams } from '../../space/search-space.ts';
import { parametersOf } from '../../storage/trial-queries.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { openDefinedStudy } from '../../study/open-defined-study.ts';
import { openStudy } from '../../study/open-study.ts';
import type { Direction } from '../../trial/direction.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { type AskedSpace, checkSpace, parseSpace, storedSpace, suggestAll } from '../asked-space.ts';
import { defineCommand } from '../define-command.ts';
import { last, newParamsOption, storageOption, text } from '../options.ts';
import { printData } from '../print.ts';
import { warnOfUnused } from '../reporting.ts';
import { isStudyFile } from '../stored-study.ts';
import { formatOptionOf, formatRecord } from '../table.ts';

const SAMPLER_LINES = Object.entries(SAMPLERS).map(([name, { summary }]) => `\n- ${name}: ${summary}`);

/** A trial that was started. */
interface Asked {
  readonly trial: number;
  readonly params: NestedParams;
  readonly flatParams: FlatParams;
}

/** The options with which a study is begun or continued. */
interface AskOptions {
  readonly space: string | undefined;
  readonly sampler: SamplerName | undefined;
  readonly direction: readonly Direction[] | undefined;
}

/** `hpo ask <study>` */
export const ask = defineCommand({
  usage: 'ask <study>',
  describe: 'start a trial and print its parameters, for a program in another language that runs it',
  details: `The program finishes the trial with \`hpo tell\`; until then it is RUNNING, however long that takes. Waiting (enqueued) trials come first.

A study given by its name is begun with --space if it does not exist. Later --space may be left out; the parameters are then those of its earlier trials. Parameters such as opt.adam.beta beside a categorical opt belong to its choice adam: they are chosen only with it, and printed as {"opt":{"kind":"adam","beta":0.9}}. A study file has its own space.

The samplers:${SAMPLER_LINES.join('')}`,
  completes: 'studies',
  positionals: { study: { type: 'string', demandOption: true, describe: 'the name of the study, or its file' } },
  options: {
    space: text('the search space as JSON, by name a distribution as Optuna writes it'),
    sampler: {
      choices: Object.keys(SAMPLERS) as SamplerName[],
      requiresArg: true,
      coerce: (value: SamplerName | readonly SamplerName[]): SamplerName => last(value),
      describe: `the sampler, which chooses the parameters (default: ${DEFAULT_SAMPLER}, and for an existing study its last one)`,
    },
    direction: {
      choices: ['minimize', 'maximize'] as const,
      requiresArg: true,
      coerce: (value: Direction | readonly Direction[] | undefined): readonly Direction[] | undefined =>
        value === undefined ? undefined : [value].flat(),
      describe: 'the direction of a new study (default: minimize); several times for several objectives',
    },
    'new-params': newParamsOption,
    storage: storageOption,
    format: formatOptionOf(['json', 'yaml', 'value', 'table'], 'json'),
  },
  examples: [
    [
      `$0 ask tuning --space '{"lr": {"name": "FloatDistribution", "attributes": {"low": 1e-5, "high": 0.1, "log": true}}}'`,
      'prints {"trial":0,"params":{"lr":0.0021}}',
    ],
    ['$0 tell tuning --trial 0 --value 0.31', 'and how it ended'],
    ['$0 ask tuning --format value', 'the number and the values, a tab between them'],
    ['$0 ask studies/cifar-cnn.ts', 'with the space and the sampler of a study file'],
  ],
  async run({ study, space, sampler, direction, storage, format, 'new-params': newParams }) {
    const asked = isStudyFile(study)
      ? await askFile(study, storage, newParams, { space, sampler, direction })
      : await askNamed(study, storage, { space, sampler, direction });
    const { trial, params, flatParams } = asked;
    if (format === 'json') printData(`${stringifyNamedNumbers({ trial, params })}\n`);
    else printData(formatRecord({ trial, params: format === 'yaml' ? params : flatParams }, format));
  },
});

async function askFile(file: string, url: string, newParams: boolean, options: AskOptions): Promise<Asked> {
  const given = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined) {
    throw new HpoError('HPO_INVALID_ARGUMENT', `--${given} is for a study given by its name; ${file} has its own.`);
  }
  const definition = await loadStudyFile(file);
  return withStorage(url, { create: true, waiting: announcedWaiting }, async (storage) => {
    const study = await openDefinedStudy(definition, storage, { newParams });
    warnOfUnused(study);
    const trial = await study.ask({ owned: false });
    return { trial: trial.number, params: trial.params, flatParams: trial.flatParams };
  });
}

async function askNamed(name: string, url: string, options: AskOptions): Promise<Asked> {
  const given = options.space === undefined ? undefined : parseSpace(options.space);
  return withStorage(url, { create: given !== undefined, waiting: announcedWaiting }, async (storage) => {
    const record = await storage.findStudy(name);
    // The sampler needs all trials, and they have the parameters, too.
    const known = record && { record, read: await storage.changesSince(record) };
    const stored = storedSpace({ parameters: parametersOf(known?.read.trials ?? []) });
    const space = given ?? orRefuse(stored, record !== undefined, name, storage.label);
    checkSpace(space, stored);
    const sampler = options.sampler && SAMPLERS[options.sampler].make();
    const directions = options.direction ?? record?.directions ?? ['minimize'];
    const study = await openStudy({ name, storage, directions, sampler, ifExists: 'load' }, { known });
    warnOfUnused(study);
    const trial = await study.ask({ owned: false });
    try {
      const flatParams = await suggestAll(space, (parameter, distribution) => trial.suggest(parameter, distribution));
      return { trial: trial.number, params: nestParams(flatParams, variantNames(space)), flatParams };
    } catch (error) {
      await study.tell(trial, 'FAIL').catch(() => undefined); // nobody will ever see it
      throw error;
    }
  });
}

/** The space that stored trials show. @throws HpoError HPO_INVALID_ARGUMENT if there is none. */
function orRefuse(stored: AskedSpace, isThere: boolean, name: string, url: string): AskedSpace {
  if (stored.size > 0) return stored;
  const problem = isThere
    ? `The study '${name}' in ${url} has no trials yet whose parameters could be asked for; give --space.`
    : `There is no study '${name}' in ${url}; give --space to begin it.`;
  throw new HpoError('HPO_INVALID_ARGUMENT', problem);
}
