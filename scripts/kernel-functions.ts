import type { Element, FunctionPrototype, NamedTypeNode, Program } from 'types:assemblyscript/src/index';

/** A function that the module of SIMD kernels exports, as its source declares it. */
export interface KernelFunction {
  readonly name: string;
  /** The parameters in the order in which WebAssembly takes them. */
  readonly parameters: readonly KernelParameter[];
  /** TypeScript's type of the result. */
  readonly result: string;
  readonly doc: string;
}

/** One of a {@link KernelFunction}'s parameters. */
export interface KernelParameter {
  readonly name: string;
  /** TypeScript's type of the parameter. */
  readonly type: string;
  /** Its description; empty where the source has none. */
  readonly doc: string;
}

/** TypeScript's type for each of AssemblyScript's that an exported function may have. */
const types: Readonly<Record<string, string>> = {
  bool: 'boolean',
  f32: 'number',
  f64: 'number',
  i32: 'number',
  usize: 'Address',
  void: 'void',
};

/** The functions that a file of a parsed program exports, in the file's order. */
export function kernelFunctions(program: Program, file: string): KernelFunction[] {
  const { exports } = program.filesByName.get(file) ?? {};
  return [...(exports as Map<string, Element>)].map(([name, element]) => {
    const { declaration, functionTypeNode } = element as FunctionPrototype;
    const { range } = declaration;
    const { description, ofParameters } = parseDoc(docBefore(range.source.text, range.start));
    return {
      name,
      parameters: functionTypeNode.parameters.map((parameter) => ({
        name: parameter.name.text,
        type: typeOf(parameter.type as NamedTypeNode),
        doc: ofParameters.get(parameter.name.text) ?? '',
      })),
      result: typeOf(functionTypeNode.returnType as NamedTypeNode),
      doc: description,
    };
  });
}

function typeOf(node: NamedTypeNode): string {
  const name = node.name.identifier.text;
  const type = types[name];
  if (type === undefined) throw new Error(`no type of TypeScript is known for ${name}`);
  return type;
}

/** The text of the doc comment right before a place; empty where there is none. */
function docBefore(text: string, place: number): string {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/).)*)\*\/\s*(?:export\s*)?$/s.exec(text.slice(0, place)) ?? [];
  return comment.replaceAll(/^\s*\* ?/gm, '').replaceAll(/\{@link (\w+)\}/g, '`$1`');
}

function parseDoc(doc: string): { description: string; ofParameters: ReadonlyMap<string, string> } {
  const [description = '', ...tags] = doc.split(/^@param /m).map((part) => part.trim().replaceAll(/\s+/g, ' '));
  const ofParameters = new Map(tags.map((tag) => [tag.replace(/ .*/, ''), tag.replace(/^\w+ /, '')]));
  return { description, ofParameters };
}

/** The text of `module-exports.ts`, which calls the functions with named arguments; not formatted yet. */
export function moduleExportsText(functions: readonly KernelFunction[]): string {
  return `
/** The SIMD kernels of \`assembly/\` with named arguments. Made by \`npm run build:kernels\`; do not edit. */

/** The place at which a tensor or scratch memory begins in the backend's memory, in bytes. */
export type Address = number;

/**
 * The functions that \`assembly/\` exports. Tensors and scratch memory are addresses in bytes, everything else is a
 * count, a size in bytes, a number or a flag.
 */
export interface SimdKernels {
${functions.map(declaration).join('\n')}
}

/** The functions of an instance of the module, which takes their arguments by position. */
export function simdKernelsOf(exports: unknown): SimdKernels {
  const module = exports as Readonly<Record<keyof SimdKernels, (...args: (number | boolean)[]) => number>>;
  return {
${functions.map(call).join('\n')}
  };
}
`.trimStart();
}

function declaration({ name, parameters, result, doc }: KernelFunction): string {
  const fields = parameters.map(
    (parameter) => `${comment(parameter.doc, 4)}readonly ${parameter.name}: ${parameter.type};`,
  );
  const args = fields.length > 0 ? `args: {\n${fields.join('\n')}\n}` : '';
  return `${comment(doc, 2)}${name}(${args}): ${result};`;
}

function call({ name, parameters }: KernelFunction): string {
  const args = parameters.map((parameter) => `args.${parameter.name}`);
  return `${name}: (${args.length > 0 ? 'args' : ''}) => module.${name}(${args.join(', ')}),`;
}

/** A doc comment at an indentation, in lines of at most 120 columns; nothing for an empty text. */
function comment(text: string, indentation: number): string {
  if (text === '') return '';
  if (indentation + text.length + '/**  */'.length <= 120) return `/** ${text} */\n`;
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (indentation + ' *'.length + line.length <= 120) lines[lines.length - 1] = line;
    else lines.push(` ${word}`);
  }
  return `/**\n${lines.map((line) => ` *${line}\n`).join('')} */\n`;
}
