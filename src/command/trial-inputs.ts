import { HpoError } from '../base/errors.ts';
import { ownValue } from '../base/own-value.ts';
import type { ParamValue } from '../space/distribution.ts';
import { flattenParams, type NestedParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Settings } from '../study/definition/definition.ts';
import type { CommandContext } from './command-context.ts';
import type { Lookup } from './command-line.ts';
import type { ProgramCheckpoints } from './program-checkpoints.ts';

/** The placeholders that every trial has. A parameter of the same name comes first. */
export const COMMON_NAMES = [
  'trial',
  'seed',
  'studySeed',
  'paramsFile',
  'checkpointFolder',
  'lastCheckpoint',
  'resumedStep',
] as const;

/** The beginning of the names of settings. */
export const SETTING_PREFIX = 'settings.';

/** The paths that a trial gives to its program. */
export interface TrialPaths {
  /** The file that will hold the parameters as JSON. */
  readonly paramsFile: string;
  readonly checkpoints: Pick<ProgramCheckpoints, 'folder' | 'last' | 'lastStep'>;
}

/** The values that a trial gives to its program: as placeholders, as environment variables and as JSON. */
export class TrialInputs {
  /** The parameters as the objective receives them. */
  readonly json: string;
  readonly #context: CommandContext;
  readonly #params: FlatParams;
  readonly #settings: Settings;
  readonly #paths: TrialPaths;

  constructor(context: CommandContext, paths: TrialPaths) {
    this.#context = context;
    this.#params = flattenParams(context.params as NestedParams);
    this.#settings = context.settings ?? {};
    this.#paths = paths;
    this.json = JSON.stringify(context.params);
  }

  /**
   * The environment variables; a parameter that is null has none. Names that would be the same are numbered:
   * `HPO_PARAM_LR`, `HPO_PARAM_LR_2`.
   */
  get env(): Readonly<Record<string, string>> {
    const { trial, studySeed } = this.#context;
    const { paramsFile, checkpoints } = this.#paths;
    const env: Record<string, string> = {
      HPO_TRIAL: String(trial.number),
      HPO_SEED: String(trial.seed),
      HPO_STUDY_SEED: String(studySeed),
      HPO_PARAMS: this.json,
      HPO_PARAMS_FILE: paramsFile,
      HPO_CHECKPOINT_FOLDER: checkpoints.folder,
      ...(checkpoints.last !== undefined && {
        HPO_LAST_CHECKPOINT: checkpoints.last,
        HPO_RESUMED_STEP: String(checkpoints.lastStep),
      }),
      HPO_SETTINGS: JSON.stringify(this.#settings),
    };
    for (const [name, value] of Object.entries(this.#params)) {
      if (value === null) continue;
      const wanted = `HPO_PARAM_${upperSnakeCase(name)}`;
      let variable = wanted;
      for (let number = 2; variable in env; number++) variable = `${wanted}_${number}`;
      env[variable] = String(value);
    }
    return env;
  }

  /** Finds the value of a placeholder. @throws HpoError HPO_INVALID_STUDY for an unknown name. */
  readonly lookup: Lookup = (name) => {
    const value = this.#valueOf(name);
    if (value !== undefined) return value;
    if (isOfOtherBranch(name, this.#params)) return undefined;
    throw unknownPlaceholder(name, Object.keys(this.#params), Object.keys(this.#settings));
  };

  #valueOf(name: string): ParamValue | undefined {
    const { trial, studySeed } = this.#context;
    if (Object.hasOwn(this.#params, name)) return this.#params[name];
    const { paramsFile, checkpoints } = this.#paths;
    const common: Record<(typeof COMMON_NAMES)[number], ParamValue> = {
      trial: trial.number,
      seed: trial.seed,
      studySeed,
      paramsFile,
      checkpointFolder: checkpoints.folder,
      lastCheckpoint: checkpoints.last ?? null,
      resumedStep: checkpoints.last === undefined ? null : (checkpoints.lastStep ?? null),
    };
    if (Object.hasOwn(common, name)) return common[name as keyof typeof common];
    const setting = name.startsWith(SETTING_PREFIX) ? name.slice(SETTING_PREFIX.length) : undefined;
    return setting === undefined ? undefined : ownValue(this.#settings, setting);
  }
}

/** Whether `optimizer.adam.beta1` is a parameter of a branch that was not chosen, `optimizer` being 'sgd'. */
function isOfOtherBranch(name: string, params: FlatParams): boolean {
  return Object.entries(params).some(([variant, kind]) => {
    const rest = name.startsWith(`${variant}.`) ? name.slice(variant.length + 1) : '';
    return rest.includes('.') && !rest.startsWith(`${kind}.`);
  });
}

/** The error of a placeholder that stands for nothing; it lists those that there are. */
export function unknownPlaceholder(name: string, params: readonly string[], settings: readonly string[]): HpoError {
  const known = [...params, ...settings.map((setting) => SETTING_PREFIX + setting), ...COMMON_NAMES];
  return new HpoError(
    'HPO_INVALID_STUDY',
    `command(): {${name}} stands for nothing; there are ${known.map((one) => `{${one}}`).join(', ')} (write {{ for a brace).`,
    { data: { name, known } },
  );
}

/** Whether a placeholder stands for something in a study with these parameters (of all branches) and settings. */
export function isKnown(name: string, params: readonly string[], settings: readonly string[]): boolean {
  if (params.includes(name) || (COMMON_NAMES as readonly string[]).includes(name)) return true;
  return name.startsWith(SETTING_PREFIX) && settings.includes(name.slice(SETTING_PREFIX.length));
}

/** Turns `learningRate` into `LEARNING_RATE`, and `optimizer.adam.beta1` into `OPTIMIZER_ADAM_BETA1`. */
function upperSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toUpperCase();
}
