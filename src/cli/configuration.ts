import { stringify as toYaml } from 'yaml';
import { ownValue } from '../base/own-value.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { type NestedParams, nestParams } from '../space/nested-params.ts';
import type { FlatParams } from '../space/search-space.ts';

/** A configuration to be exported. */
export interface Configuration {
  readonly study: string;
  readonly trial: number;
  readonly values: readonly number[] | null;
  /** As they are stored, flat. */
  readonly params: FlatParams;
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** The names of the parameters that are variants. */
  readonly variants: ReadonlySet<string>;
}

/**
 * The writer of each format of `hpo export`. Parameters are written as objectives receive them, except to environment
 * variables, which are flat.
 */
export const WRITERS = {
  json: (configuration) => `${JSON.stringify(nested(configuration), null, 2)}\n`,
  yaml: (configuration) => `# ${origin(configuration)}\n${toYaml(nested(configuration))}`,
  ts: writeTypeScript,
  env: (configuration) => `# ${origin(configuration)}\n${environment(configuration.params)}`,
} as const satisfies Readonly<Record<string, (configuration: Configuration) => string>>;

export type ExportFormat = keyof typeof WRITERS;

function nested({ params, variants }: Configuration): NestedParams {
  return nestParams(params, variants);
}

/**
 * A module that exports the configuration with its type: a union of the choices where a parameter is categorical, and
 * of a variant the branch that was taken.
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
    if (typeof value !== 'object' || value === null) {
      const distribution = ownValue(configuration.distributions, path);
      const choices = distribution !== undefined && isCategorical(distribution) ? distribution.choices : undefined;
      return [`${field} ${choices?.map(literal).join(' | ') ?? 'number'};`];
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
    if (typeof value !== 'object' || value === null) return [`${field} ${literal(value)},`];
    return [`${field} {`, ...valueLines(value, `${indent}  `), `${indent}},`];
  });
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** A string between single quotes, as most code has it; other values as they are written. */
function literal(value: ParamValue): string {
  if (typeof value !== 'string') return String(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** `LEARNING_RATE=0.001`, to be read by a shell or a dotenv library. Names that would be the same are numbered. */
function environment(params: Configuration['params']): string {
  const taken = new Set<string>();
  const lines = Object.entries(params).map(([name, value]) => {
    const wanted = upperSnakeCase(name);
    let variable = wanted;
    for (let number = 2; taken.has(variable); number++) variable = `${wanted}_${number}`;
    taken.add(variable);
    return `${variable}=${shellWord(value === null ? '' : String(value))}\n`;
  });
  return lines.join('');
}

function shellWord(text: string): string {
  return /^[\w.+-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
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
  const name = study.replace(/\s+/g, ' ');
  return `Trial ${trial} of the study ${JSON.stringify(name)}${values === null ? '' : `, value ${values.join(', ')}`}.`;
}
