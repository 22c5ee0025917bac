import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect, types } from 'node:util';
import { HpoError } from '../base/errors.ts';
import { MANIFEST } from '../base/manifest.ts';
import { addonProblem } from '../base/native-addon.ts';
import { CODE_ROOT } from '../base/package-root.ts';
import { isStudyDefinition } from '../study/definition/define-study.ts';
import type { StudyDefinition } from '../study/definition/definition.ts';
import { shortPath } from './short-path.ts';
import { checkTsconfig } from './tsconfig.ts';

/**
 * Imports a study's file as {@link importStudyFile} does, in the process that the user has started.
 * @throws HpoError HPO_STUDY_FILE; the errors of {@link checkTsconfig}.
 */
export async function loadStudyFile(path: string): Promise<StudyDefinition> {
  await checkTsconfig();
  return importStudyFile(path);
}

/**
 * Imports a study's file (.ts, .mts, .cts, .js, .mjs, .cjs) and returns its default export.
 *
 * @throws HpoError HPO_STUDY_FILE in one line that names the file, and the line in it where that is known: the file is
 *   missing, cannot be parsed, imports something missing, throws, or its default export is not a study.
 *   HPO_TFJS_MISSING where it imports `hpo/tfjs` and TensorFlow.js is not installed.
 */
export async function importStudyFile(path: string): Promise<StudyDefinition> {
  const file = resolve(path);
  const shown = shortPath(file);
  const fail = (problem: string, cause?: unknown): never => {
    const code = isOfTfjs(moduleMissing(cause)?.name) ? 'HPO_TFJS_MISSING' : 'HPO_STUDY_FILE';
    throw new HpoError(code, problem, { data: { file }, cause });
  };
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return fail(`There is no study file ${shown}; is its path right?`);
  if (!stat.isFile()) return fail(`${shown} is not a file; name a study file such as studies/cifar-cnn.ts.`);
  if (!/\.[cm]?[jt]s$/.test(file))
    return fail(`${shown} is no TypeScript or JavaScript file (.ts, .mts, .js, .mjs, …).`);
  let module: unknown;
  try {
    module = await importFile(file);
  } catch (error) {
    if (HpoError.is(error) && error.code === 'HPO_TFJS_MISSING') throw error; // no mistake in the file
    throw addonProblem('esbuild', error) ?? fail(explain(error, file), error);
  }
  const found = unwrapDefault(module);
  if (isStudyDefinition(found)) return found;
  if (found === undefined) return fail(`${shown} has no default export; write \`export default defineStudy({ … })\`.`);
  return fail(
    `${shown}: its default export is ${kindOf(found)}, not a study; write \`export default defineStudy({ … })\`.`,
  );
}

async function importFile(file: string): Promise<unknown> {
  // Node 20 cannot link the modules that CommonJS in TypeScript requires when it is imported.
  if (file.endsWith('.cts')) return createRequire(file)(file);
  const { href } = pathToFileURL(file);
  try {
    return await import(href);
  } catch (error) {
    if (!AWAIT_IN_COMMONJS.test(String(error))) throw error;
    return import(`${href}?hpo-module`); // see bin/as-module.js
  }
}

/** The compiler's complaint about a top-level await. A package without a `type` is one of CommonJS. */
const AWAIT_IN_COMMONJS = /Top-level await .* "cjs" output format/;

/** The SHA-256 of a file's bytes, in hexadecimal digits. */
export function hashOfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * The default export of a module. A CommonJS file's arrives inside one or two further objects, or is what it exports.
 */
function unwrapDefault(module: unknown): unknown {
  let value = module;
  for (let depth = 0; depth < 3 && !isStudyDefinition(value); depth++) {
    if (typeof value !== 'object' || value === null || !('default' in value)) return depth === 0 ? undefined : value;
    value = value.default;
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** One line on why the import failed, with the place in the user's code. */
function explain(error: unknown, file: string): string {
  if (!isError(error)) return `${shortPath(file)} throws ${inspect(error)} when it is loaded.`;
  const { code } = error as NodeJS.ErrnoException;
  const syntax = /^(?<place>.+?:\d+:\d+): ERROR: (?<problem>.+)$/m.exec(error.message)?.groups;
  if (syntax?.place !== undefined && AWAIT_IN_COMMONJS.test(error.message)) {
    const mend = 'name the file .mts, or move the await into a function';
    return `${shortenPlace(syntax.place)}: there is no top-level await in CommonJS; ${mend}.`;
  }
  if (syntax?.place !== undefined) return `${shortenPlace(syntax.place)}: syntax error: ${syntax.problem}`;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return explainMissing(error, file);
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return explainUnexported(error, file);
  if (error.name === 'SyntaxError') {
    const isOfLinking = error.message.includes('does not provide an export'); // not a mistake of syntax
    const place = placeOf(error, file);
    // Node does not report the place in a JavaScript module.
    const about = place === shortPath(file) ? `${place}, or a file that it imports` : place;
    return `${about}: ${isOfLinking ? '' : 'syntax error: '}${oneLine(error.message)}`;
  }
  const message = oneLine(error.message);
  return `${placeOf(error, file)}: ${HpoError.is(error) ? message : `${error.name}: ${message}`}`;
}

/** The module that an import has not found, and the file that imports it, where the error says so. */
function moduleMissing(error: unknown): { readonly name: string; readonly importer?: string } | undefined {
  const { code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const [, name, importer] =
    /Cannot find (?:module|package) '([^']+)'(?:\s+imported from '?([^'\n]+?)'?(?:\n|$))?/.exec(message) ?? [];
  return name === undefined ? undefined : { name, ...(importer !== undefined && { importer }) };
}

/** Whether a package is one of TensorFlow.js that `hpo/tfjs` needs, and whose users often import it themselves. */
function isOfTfjs(name = ''): boolean {
  return name.startsWith('@tensorflow/') && name in MANIFEST.peerDependencies;
}

function explainMissing(error: Error, file: string): string {
  const { name: missing = 'a module', importer = file } = moduleMissing(error) ?? {};
  const importing = importer.startsWith('file:') ? fileURLToPath(importer) : importer;
  const line = lineOfImport(importing, missing);
  const isFile = /^(file:|[./\\]|[A-Za-z]:)/.test(missing);
  const mend = isFile
    ? 'is its path right?'
    : isOfTfjs(missing)
      ? 'run `npx hpo setup tfjs`.'
      : 'is its name right, and is it installed?';
  return `${shortPath(importing)}${line}: cannot find ${isFile ? 'the file ' : ''}${shownModule(missing)}; ${mend}`;
}

function explainUnexported(error: Error, file: string): string {
  const [, subpath = '', manifest = '', importer = file] =
    /subpath '\.([^']*)' is not defined by "exports" in (.+?package\.json)(?: imported from (.+))?$/.exec(
      error.message,
    ) ?? [];
  if (manifest === '') return `${shortPath(file)}: ${oneLine(error.message)}`;
  const [, name = manifest] = /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]package\.json$/.exec(manifest) ?? [];
  const line = lineOfImport(importer, `${name}${subpath}`);
  return `${shortPath(importer)}${line}: cannot find '${name}${subpath}'; the package '${name}' exports no such module.`;
}

/** The line of the importing file that names the missing module: by its whole specifier, else by its last part. */
function lineOfImport(importing: string, missing: string): string {
  try {
    const lines = readFileSync(importing, 'utf8').split('\n');
    const stem =
      missing
        .split(/[\\/]/)
        .at(-1)
        ?.replace(/\.[cm]?[jt]s$/, '') ?? missing;
    const at = lines.findIndex((line) => /import|require|from/.test(line) && line.includes(stem));
    return at < 0 ? '' : `:${at + 1}`;
  } catch {
    return '';
  }
}

function shownModule(missing: string): string {
  if (missing.startsWith('file:')) return `'${shortPath(fileURLToPath(missing))}'`;
  return missing.startsWith('/') ? `'${shortPath(missing)}'` : `'${missing}'`;
}

/** Whether a value is an error, also one of another realm, or of another copy of a class. */
function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** `file:line` of the topmost frame that is not of hpo, Node or a dependency. */
function placeOf(error: Error, file: string): string {
  for (const line of (error.stack ?? '').replaceAll('?hpo-module', '').split('\n')) {
    const [, path, row] =
      /(?:file:\/\/|\(|at |^)(\/[^():]+|[A-Za-z]:[^():]+):(\d+)(?::\d+)?\)?$/.exec(line.trim()) ?? [];
    if (path === undefined || row === undefined || path.includes('node_modules')) continue;
    if (resolve(path) === file || !isOwnSource(path)) return `${shortPath(path)}:${row}`;
  }
  return shortPath(file);
}

function isOwnSource(path: string): boolean {
  return path.startsWith(fileURLToPath(CODE_ROOT));
}

function oneLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function shortenPlace(place: string): string {
  const [, path = place, rest = ''] = /^(.+?)(:\d+:\d+)$/.exec(place) ?? [];
  // tsx makes the compiler name .ts instead of .cts and .mts.
  const found = [path, ...['.cts', '.mts'].map((ending) => path.replace(/\.ts$/, ending))].find((each) =>
    existsSync(each),
  );
  return shortPath(resolve(found ?? path)) + rest;
}
