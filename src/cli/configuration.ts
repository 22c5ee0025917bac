import { stringify as toYaml } from 'yaml';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';

/** A configuration to be exported. */
export interface Configuration {
  readonly study: string;
  readonly trial: number;
  readonly values: readonly number[] | null;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly distributions: Readonly<Record<string, Distribution>>;
}

/** How a configuration is written in each format that `hpo export` knows. */
export const WRITERS = {
  json: ({ params }) => `${JSON.stringify(params, null, 2)}\n`,
  yaml: (configuration) => `# ${origin(configuration)}\n${toYaml(configuration.params)}`,
  ts: writeTypeScript,
  env: (configuration) => `# ${origin(configuration)}\n${environment(configuration.params)}`,
} as const satisfies Readonly<Record<string, (configuration: Configuration) => string>>;

export type ExportFormat = keyof typeof WRITERS;

/** A module that exports the configuration with its type: a union of the choices where a parameter is categorical. */
function writeTypeScript(configuration: Configuration): string {
  const { study, params, distributions } = configuration;
  const constant = camelCase(study);
  const type = `${constant.charAt(0).toUpperCase()}${constant.slice(1)}Params`;
  const fields = Object.entries(params).map(([name, value]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
    const distribution = distributions[name];
    const choices = distribution !== undefined && isCategorical(distribution) ? distribution.choices : undefined;
    return { key, value: literal(value), type: choices?.map(literal).join(' | ') ?? 'number' };
  });
  return [
    `/** ${origin(configuration).replaceAll('*/', '* /')} */`,
    `export interface ${type} {`,
    ...fields.map((field) => `  readonly ${field.key}: ${field.type};`),
    '}',
    '',
    `export const ${constant}: ${type} = {`,
    ...fields.map((field) => `  ${field.key}: ${field.value},`),
    '};',
    '',
  ].join('\n');
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
