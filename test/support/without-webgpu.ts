/** Imported before a program, has it run as where the optional package `webgpu` could not be installed. */
import { register } from 'node:module';

const hooks = `
  export async function resolve(specifier, context, next) {
    return next(specifier === 'webgpu' ? 'webgpu-that-is-not-there' : specifier, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
