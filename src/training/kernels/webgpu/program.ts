import type { Scalar } from './uniforms.ts';

/** The type of an array's elements. */
export type Element = Scalar | 'vec4f';

/**
 * A compute shader with as many outputs as it needs; tfjs's own programs have one, so that they take more dispatches.
 */
export interface Program {
  /** Programs of one name have the same code, which is compiled once in a process. */
  readonly name: string;
  /** Arrays that are read, with the type of their elements. */
  readonly inputs: Readonly<Record<string, Element>>;
  /** Arrays that are written. */
  readonly outputs: Readonly<Record<string, Element>>;
  /** Threads of a workgroup; default {@link threads}. */
  readonly threads?: number;
  /** Numbers that differ from call to call, in WGSL `u.name`. */
  readonly uniforms: Readonly<Record<string, Scalar>>;
  /**
   * WGSL with a function `run(group: vec3u, groups: vec3u, thread: u32)`: the workgroup's place, the number of
   * workgroups, and the thread's number among the threads of its group.
   */
  readonly code: string;
}

/** Threads of a workgroup where a program does not say: the most that any adapter has to have. */
export const threads = 256;

/** The type of an array that is read, or written, one number or four at a time. */
export const elementType = (isVector: boolean): 'f32' | 'vec4f' => (isVector ? 'vec4f' : 'f32');

/** WGSL: the element of such an array that begins at a number's index. */
export const elementAt = (array: string, index: string, isVector: boolean): string =>
  `${array}[${isVector ? `(${index}) / 4` : index}]`;

/** The WGSL of a whole program. */
export function source({ inputs, outputs, uniforms, code, threads: count = threads }: Program): string {
  const arrays = [
    ...Object.entries(inputs).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
    ...Object.entries(outputs).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
  ];
  const bindings = [...arrays, 'var<uniform> u: Uniforms;'].map((text, at) => `@group(0) @binding(${at}) ${text}`);
  const fields = Object.entries(uniforms).map(([name, type]) => `${name}: ${type},`);
  return `
    const threads = ${count}u;
    struct Uniforms { ${fields.join(' ')} };
    ${bindings.join('\n')}
    /** The thread's number among all, in a grid of groupsFor. */
    fn flat(group: vec3u, groups: vec3u, thread: u32) -> u32 {
      return (group.y * groups.x + group.x) * threads + thread;
    }
    fn rectified(value: f32) -> f32 {
      return select(value, 0, value < 0);
    }
    ${code}
    @compute @workgroup_size(threads)
    fn main(
      @builtin(workgroup_id) group: vec3u,
      @builtin(num_workgroups) groups: vec3u,
      @builtin(local_invocation_index) thread: u32,
    ) {
      run(group, groups, thread);
    }`;
}
