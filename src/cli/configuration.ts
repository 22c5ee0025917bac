import { HpoError } from '../base/errors.ts';
import { stringifyNamedNumbers } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import { shellWord } from '../base/shell-word.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { type NestedParams, nestParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';
import { visible } from '../text/foreign-text.ts';
import { toYaml } from './yaml.ts';

/** A configuration to export. */
export interface Configuration {
  readonly study: string;
  readonly trial: number;
  readonly values: readonly number[] | null;
  /** The parameters as they are stored, flat. */
  readonly params: FlatParams;
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** The names of the parameters that are variants. */
  readonly variants: ReadonlySet<string>;
}

/**
 * The writer of each format of `hpo export`. Parameters are written as objectives receive them, except for environment
 * variables, which are flat.
 */
export const WRITERS = {
  json: (configuration) => `${stringifyNamedNumbers(nested(configuration), 2)}\n`,
  yaml: (configuration) => `# ${origin(configuration)}\n${toYaml(nested(configuration))}`,
  ts: writeTypeScript,
  env: (configuration) => `# ${origin(configuration)}\n${environment(configuration.params)}`,
} as const satisfies Readonly<Record<string, (configuration: Configuration) => string>>;

export type ExportFormat = keyof typeof WRITERS;

function nested({ params, variants }: Configuration): NestedParams {
  return nestParams(params, variants);
}

/**
 * A module that exports the configuration with its type: for a categorical parameter the union of its choices, for a
 * variant the branch that was taken.
 */
function writeTypeScript(configuration: Configuration): string {
  const constant = camelCase(configuration.study);
  const type = `${constant.charAt(0).toUpperCase()}${constant.slice(1)}Params`;
  const params = nested(configuration);
  return [
    `/** ${origin(configuration).replaceAll('*/', '* /')} */`,
    `export interface ${type} {`,
    ...typeLines(params, '', configuration, '  '),
    '}',
    '',
    `export const ${constant}: ${type} = {`,
    ...valueLines(params, '  '),
    '};',
    '',
  ].join('\n');
}

/** The fields of an interface. @param prefix the part of the stored names before their names here. */
function typeLines(params: NestedParams, prefix: string, configuration: Configuration, indent: string): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    const field = `${indent}readonly ${property(name)}:`;
    const path = prefix + name;
    if (!isBranch(value)) {
      const distribution = ownValue(configuration.distributions, path);
      const choices = distribution !== undefined && isCategorical(distribution) ? distribution.choices : undefined;
      return [`${field} ${choices === undefined ? 'number' : [...new Set(choices.map(typeOf))].join(' | ')};`];
    }
    const { kind, ...branch } = value;
    const inside = typeLines(branch, `${path}.${kind}.`, configuration, `${indent}  `);
    return [`${field} {`, `${indent}  readonly kind: ${literal(kind as ParamValue)};`, ...inside, `${indent}};`];
  });
}

/** The fields of an object. */
function valueLines(params: NestedParams, indent: string): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    const field = `${indent}${property(name)}:`;
    if (!isBranch(value)) return [`${field} ${literal(value)},`];
    return [`${field} {`, ...valueLines(value, `${indent}  `), `${indent}},`];
  });
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** Whether a parameter is a variant with parameters of its own: Optuna takes lists for choices, too. */
function isBranch(value: NestedParams[string]): value is NestedParams {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a choice: the choice itself, but `number` for NaN and the infinities, which have no literal. */
function typeOf(choice: ParamValue): string {
  return typeof choice === 'number' && !Number.isFinite(choice) ? 'number' : literal(choice);
}

/**
 * A string in single quotes, as is usual in code, with hidden characters escaped; other values as JavaScript writes
 * them.
 */
function literal(value: ParamValue): string {
  if (typeof value === 'object') return visible(stringifyNamedNumbers(value));
  if (typeof value !== 'string') return String(value);
  return visible(`'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`);
}

/** Matches variables that a shell, the loader of programs or the C library depends on. */
const SYSTEM_VARIABLE =
  /^(?:_|PATH|HOME|IFS|(?:OLD)?PWD|CDPATH|ENV|SHELL\w*|SHLVL|TERM|USER|LOGNAME|TMPDIR|TZ|LANG\w*|L[CD]_\w+|DYLD_\w+|PS\d|E?UID|GID|PPID|RANDOM|SECONDS|LINENO|OPT(?:ARG|IND|ERR)|COLUMNS|LINES|BASH\w*)$/;

/**
 * Lines `LEARNING_RATE=0.001` for a shell or a dotenv library. Equal names are numbered; names that have a meaning for
 * the system get a prefix: `PARAM_PATH`.
 * @throws HpoError HPO_INVALID_ARGUMENT for a value with a NUL character, which no variable can hold.
 */
function environment(params: Configuration['params']): string {
  const taken = new Set<string>();
  const lines = Object.entries(params).map(([name, value]) => {
    const plain = upperSnakeCase(name);
    const wanted = SYSTEM_VARIABLE.test(plain) ? `PARAM_${plain}` : plain;
    let variable = wanted;
    for (let number = 2; taken.has(variable); number++) variable = `${wanted}_${number}`;
    taken.add(variable);
    const text = value === null ? '' : String(value);
    if (!text.includes('\0')) return `${variable}=${shellWord(text, /^[\w.+-]*$/)}\n`;
    const problem = `--format env: the value of '${name}' has a NUL character, which no variable can hold; take json.`;
    throw new HpoError('HPO_INVALID_ARGUMENT', problem);
  });
  return lines.join('');
}

function upperSnakeCase(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/\W+/g, '_');
  return words.toUpperCase().replace(/^(?=\d)/, '_');
}

/** Words that cannot name a constant of a module. */
const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

function camelCase(name: string): string {
  const joined = name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  if (joined === '' || /^\d/.test(joined)) return `study${joined}`;
  return RESERVED.has(joined) ? `${joined}Study` : joined;
}

function origin({ study, trial, values }: Configuration): string {
  const name = visible(JSON.stringify(study.replace(/\s+/g, ' ')));
  return `Trial ${trial} of the study ${name}${values === null ? '' : `, value ${values.join(', ')}`}.`;
}
